"""What was released becomes available when its security period is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.sweeping import one_by_one
from ledger import movements
from ledger.services.posting import post
from payments.models import Lot


def make_available(*, at: datetime) -> list[Lot]:
    """Make available what is due by *at*, as of each lot's own date, each in its own transaction.

    One bad lot does not keep others waiting.
    """
    due = Lot.objects.due(at=at).values_list("pk", flat=True)
    return one_by_one(due, _make_available, to="make available lot")


@transaction.atomic
def _make_available(lot_id: int) -> Lot | None:
    lot = Lot.objects.lock(lot_id)
    if lot.made_available_at is not None or lot.kept_for_id:
        return None  # Another sweep had it first, or a bank wants it back.
    lot.made_available_at = lot.available_at
    lot.save(update_fields=["made_available_at"])
    if lot.left:
        post(
            movements.make_available(
                lot=lot.ref, freelancer=lot.freelancer_id, amount=lot.left, at=lot.available_at
            )
        )
    return lot
