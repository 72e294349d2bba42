"""What is less than a payment may be, and comes with the next one of its client."""

from __future__ import annotations

from collections.abc import Collection as Several

from billing_site.kernel.money import show
from payments.models import Charge, Collection, Escrow


def waits_for_more(charge: Charge) -> bool:
    return Collection.objects.filter(charge=charge, waits_for_more=True).exists()


def comes_with_the_next(escrow: Escrow) -> bool:
    waiting = Collection.objects.waiting().filter(waits_for_more=True)
    return waiting.filter(charge__settlements__escrow=escrow).exists()


def came_with(charge: Charge) -> Charge | None:
    """Return what it was charged with when it was given up for that; None: it was not."""
    if charge.state != Charge.State.CANCELLED or not waits_for_more(charge):
        return None
    documents = charge.settlements.values("document")
    later = Charge.objects.filter(client=charge.client_id, pk__gt=charge.pk)
    later = later.filter(begun_at__gte=charge.finished_at, settlements__document__in=documents)
    return later.order_by("pk").first()


def charged_with(charge: Charge, *, but: Several[int | None]) -> list[str]:
    """Say what else a charge is for than these escrows."""
    parts = charge.settlements.order_by("pk")
    return [f"{each.title}: {show(each.amount)}" for each in parts if each.escrow_id not in but]
