"""What waits in suspense: finance operations say whose it is, or send it back to who sent it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import audit
from ledger import movements
from ledger.services.posting import post
from payments.models import Charge, StrayPayment
from payments.services import (
    charging,
    paying_owed,
    refunds,
    stray_chargebacks,
    telling_of_transfers,
)

DECIDE = "payments.change_straypayment"


@transaction.atomic
def match(stray_id: int, *, reason: str, by: User, at: datetime) -> StrayPayment:
    """Say that it is its client's: it becomes their credit, and pays what is due. This posts.

    :raises NotYours: *by* is not of finance operations.
    :raises NotAllowed: somebody has decided before, or a bank wants it back by itself.
    """
    stray, charge = _lock(stray_id, by)
    settlement = charge.settlements.get()
    settlement.kept = settlement.amount
    settlement.save(update_fields=["kept"])
    stray.matched_at = at
    stray.save(update_fields=["matched_at"])
    audit.record(by, "stray.matched", f"stray/{stray.ref}", at=at, reason=reason)
    sent = charge.bank_transfer
    elsewhere = paying_owed.in_other_currencies(sent)  # It may be owed since the money came.
    telling_of_transfers.kept(sent, elsewhere=elsewhere, at=at)
    paying_owed.promise(sent)
    post(
        movements.match_receipt(
            stray=stray.ref,
            charge=charge.ref,
            client=charge.client_id,
            amount=stray.amount,
            at=at,
            actor=by.pk,
        )
    )
    return stray


@transaction.atomic
def send_back(stray_id: int, *, reason: str, by: User, at: datetime) -> StrayPayment:
    """Have the gateway return it to the bank that it came from. This posts.

    :raises NotYours: *by* is not of finance operations.
    :raises NotAllowed: somebody has decided before, or a bank wants it back by itself.
    """
    stray, charge = _lock(stray_id, by)
    stray.returned_at = at
    stray.save(update_fields=["returned_at"])
    refund = refunds.request(
        charge,
        amount=stray.amount,
        payment_id=stray.payment_id,
        reason="A bank transfer that nothing of yours was waiting for",
        at=at,
        stray=stray,
    )
    audit.record(by, "stray.returned", f"stray/{stray.ref}", at=at, reason=reason)
    telling_of_transfers.sent_back(charge.bank_transfer, at=at)
    post(
        movements.return_unmatched(
            stray=stray.ref,
            refund=refund.ref,
            client=charge.client_id,
            amount=stray.amount,
            at=at,
            actor=by.pk,
        )
    )
    return stray


def _lock(stray_id: int, by: User) -> tuple[StrayPayment, Charge]:
    if not staff.holds(by, DECIDE):
        raise NotYours(f"It is not for {by} to say whose this payment is.")
    charge_id = StrayPayment.objects.values_list("charge", flat=True).get(pk=stray_id)
    charge, _ = charging.lock(charge_id)
    stray = StrayPayment.objects.lock(stray_id)
    if stray.matched_at or stray.returned_at:
        did = "found to be its client's" if stray.matched_at else "sent back"
        raise NotAllowed(f"{stray} was {did} before. Nothing was moved.")
    stray_chargebacks.refuse_if_wanted(stray)
    return stray, charge
