"""Letting go of held money in both directions at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from ledger.services.posting import post_many
from payments.models import Escrow, Refund
from payments.services import escrow
from payments.services.escrow import Release


@transaction.atomic
def divide(
    escrow_id: int,
    *,
    released: Money,
    document: str,
    reason: str,
    by: User | SYSTEM,
    at: datetime,
    as_credit: bool = False,
) -> tuple[Release, Refund]:
    """Give the freelancer *released* of the gross for the invoice *document*, the client the rest.

    *as_credit*: the client wants to keep it with us. Both get something, or `escrow.release` or
    `escrow.refund` would do. This posts to the books, both entries in one statement: call it
    last in your transaction.

    :raises WrongState: the money has already gone one way or the other, or never came.
    :raises NotAllowed: that much is not held, or it is frozen.
    """
    held = Escrow.objects.lock(escrow_id)
    made, release = escrow.prepare_release(
        held,
        document=document,
        at=at,
        gross=released,
        by_reason=reason,
        actor=None if isinstance(by, SYSTEM) else by,
    )
    back, refund = escrow.prepare_refund(held, reason=reason, by=by, at=at, as_credit=as_credit)
    post_many([release, refund])
    return made, back
