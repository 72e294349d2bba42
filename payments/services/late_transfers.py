"""A promised transfer that comes when nothing waits for it: its client sent it, so it is theirs.

That is where the provider did not call it off: what it waits for longer than we do, it takes.
"""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import from_minor
from billing_site.kernel.transitions import take
from ledger.movements import Movement
from payments.gateways.base import PaymentState
from payments.models import Charge, PromisedTransfer
from payments.services import bank_transfers, straying


def is_late(charge: Charge, state: PaymentState) -> bool:
    """Whether *charge* has no use for it: it was paid otherwise, or given up."""
    if charge.is_waiting or charge.payment_id == state.payment_id:
        return False
    return PromisedTransfer.objects.filter(payment_id=state.payment_id).exists()


def keep(charge: Charge, state: PaymentState, *, at: datetime) -> list[Movement]:
    """Keep it as its client's credit, which pays what is due, once. The caller posts."""
    own, posts = Charge.objects.filter(payment_id=state.payment_id).first(), []
    if own is None:
        sent = bank_transfers.write_down(
            charge.client,
            from_minor(state.amount, state.currency),
            transaction_id=state.payment_id,
            reference=charge.ref,
            at=at,
        )
        own, by = Charge.objects.lock(sent.charge_id), bank_transfers.SENT
        own.way = state.kind
        paid_by = state.method or "Bank transfer"
        take(own.submit, by=by, at=at, paid_by=paid_by, payment_id=state.payment_id)
        take(own.succeed, by=by, at=at, paid_by=paid_by)
        posts = [bank_transfers.settle(own, own.settlements.get(), at=at)]
    return posts + straying.booked(own, state, at)
