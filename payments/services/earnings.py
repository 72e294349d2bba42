"""What was released becomes available when its security period is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from billing_site.kernel.sweeping import one_by_one
from ledger import chart, movements
from ledger.movements import Movement
from ledger.queries.balances import last_moved_at
from ledger.services.posting import post_many
from payments.models import Lot, Payee
from payments.queries.debts import debt_of, kept_of
from payments.services import telling_of_debts


def make_available(*, at: datetime) -> list[Lot]:
    """Make available what is due by *at*, as of each lot's own date, each in its own transaction.

    What its freelancer owes us is kept of it, as far as the rules say. One bad lot does not keep
    others waiting.
    """
    due = Lot.objects.due(at=at).values_list("pk", flat=True)
    return one_by_one(due, _make_available, to="make available lot")


@transaction.atomic
def _make_available(lot_id: int) -> Lot | None:
    lot = Lot.objects.lock(lot_id)
    if lot.made_available_at is not None or lot.kept_for_id:
        return None  # Another sweep had it first, or a bank wants it back.
    # Whoever makes a debt or pays one back holds this row: it is paid back once.
    Payee.objects.lock_if_there(lot.freelancer_id)
    lot.made_available_at = lot.free_at
    lot.save(update_fields=["made_available_at"])
    if lot.left:
        at, of = lot.free_at, lot.freelancer_id
        free = movements.make_available(lot=lot.ref, freelancer=of, amount=lot.left, at=at)
        post_many([free, *_pay_back(lot)])
    return lot


def _pay_back(lot: Lot) -> Sequence[Movement]:
    """A sweep may be late, and the debt later than the lot's date: it is not paid before it was."""
    debt = debt_of(lot.freelancer_id, lot.currency)
    kept = kept_of(lot.left, debt)
    if not kept:
        return []
    owed_since = last_moved_at(chart.freelancer_debt(lot.freelancer_id).code, lot.currency)
    assert owed_since, "Something is owed."
    at = max(lot.free_at, owed_since)
    telling_of_debts.kept(lot, kept, left=debt - kept, at=at)
    return [movements.recover_debt(lot=lot.ref, freelancer=lot.freelancer_id, amount=kept, at=at)]
