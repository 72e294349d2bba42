"""The platform pays a protected week in the client's stead, who owes it from then on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import zero
from billing_site.kernel.transitions import SYSTEM, take
from ledger import movements
from ledger.services.posting import post_many
from payments.models import Escrow, OpenItem
from payments.services.escrow import Release, prepare_release

PROTECTED = SYSTEM("its hours are protected, and the client had not paid")
# What an open item takes over from the escrow that was filled.
TERMS = (
    "client_id",
    "freelancer_id",
    "document",
    "title",
    "currency",
    "net",
    "tax",
    "gross",
    "client_fee",
    "client_fee_tax",
    "freelancer_fee_bps",
    "freelancer_fee_tax_bps",
    "fee_tax_country_client",
    "fee_tax_country_freelancer",
    "security_days",
)


@transaction.atomic
def advance_and_release(escrow_id: int, *, document: str, at: datetime) -> tuple[Release, OpenItem]:
    """Fill an escrow that the client has not, release it, and write down what they owe.

    What they pay from now on, by a charge that waits or another one, goes to that. This
    posts to the books: call it last in your transaction.

    :raises WrongState: the client's payment was faster, or it is not waited for any more.
    """
    escrow = Escrow.objects.lock(escrow_id)
    take(escrow.fund, by=PROTECTED, at=at, funded_by_id=None)
    advanced = movements.advance_week(
        escrow=escrow.ref,
        client=escrow.client_id,
        gross=escrow.gross,
        client_fee=escrow.client_fee,
        client_fee_tax=escrow.client_fee_tax,
        tax_country=escrow.fee_tax_country_client,
        at=at,
    )
    made, released = prepare_release(escrow, document=document, at=at, by_reason="it is protected")
    item = OpenItem.objects.create(
        escrow=escrow,
        is_advanced=True,
        paid=zero(escrow.currency),
        credited=zero(escrow.currency),
        due_on=at.date(),
        created_at=at,
        **{name: getattr(escrow, name) for name in TERMS},
    )
    post_many([advanced, released])
    return made, item
