"""A refund that did not arrive: its client has it sent once more, or keeps it as credit."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import take
from billing_site.people.models import User
from ledger import movements
from ledger.services.posting import post
from payments.models import Charge, Refund
from payments.services import going_back, refunds, stray_chargebacks
from payments.services.keeping import refuse_if_wanted


@transaction.atomic
def retry(refund_id: int, *, by: User, at: datetime) -> Refund:
    """Ask the gateway once more: a new request, with a key of its own.

    :raises WrongState: it did not fail, or somebody was faster.
    :raises NotAllowed: the client's bank wants the payment back.
    :raises NotYours: *by* does not pay for this client.
    """
    refund = _lock(refund_id)
    _refuse_if_wanted(refund)
    take(refund.retry, by=by, at=at)
    refunds.ask(refund, at=at)
    return refund


@transaction.atomic
def keep(refund_id: int, *, by: User, at: datetime) -> Refund:
    """Keep what could not be sent as the client's credit. This posts: call it last.

    :raises WrongState: it did not fail, or somebody was faster.
    :raises NotAllowed: it is a payment without a match, and its bank wants it back.
    :raises NotYours: *by* does not pay for this client.
    """
    refund = _lock(refund_id)
    if refund.stray:
        stray_chargebacks.refuse_if_wanted(refund.stray)
    take(refund.keep, by=by, at=at)
    charge = refund.charge
    if refund.stray_id is None or refund.payment_id == charge.payment_id:
        # Nothing went back of it after all, so it may go back later.
        charge.refunded -= refund.sent_amount
        charge.save(update_fields=["refunded"])
        going_back.undo(going_back.part_of_cause(refund), at=at)
    post(
        movements.keep_refund(
            refund=refund.ref,
            client=refund.charge.client_id,
            amount=refund.sent_amount,
            at=at,
            actor=by.pk,
        )
    )
    return refund


def _refuse_if_wanted(refund: Refund) -> None:
    if refund.stray:
        stray_chargebacks.refuse_if_wanted(refund.stray)
    else:
        refuse_if_wanted(refund.charge)


def _lock(refund_id: int) -> Refund:
    """The charge first, then its refund."""
    charge = Charge.objects.lock(Refund.objects.values_list("charge", flat=True).get(pk=refund_id))
    refund = Refund.objects.lock(refund_id)
    refund.charge = charge
    return refund
