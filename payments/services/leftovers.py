"""What of a charge is still to be paid; and what is too little to be charged, and waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import Organization
from payments.models import Charge, Collection, Escrow, OpenItem, Settlement
from payments.queries.being_paid import to_ask
from payments.services import charging
from payments.services.escrow import EscrowTerms

TOGETHER = SYSTEM("it is charged together with what was to be paid next")


def is_needed(settlements: Iterable[Settlement]) -> bool:
    """Whether all of the sum is still to be paid, none of it given up or being paid otherwise."""
    return all(_needs(each) for each in settlements)


def _needs(settlement: Settlement) -> bool:
    if settlement.escrow and settlement.escrow.state == Escrow.State.EXPECTED:
        return True
    owed = owed_by(settlement)
    if owed is None or not owed.is_still_owed:
        return False
    return to_ask(owed, but=settlement.charge) >= settlement.amount


def owed_by(settlement: Settlement) -> OpenItem | None:
    """What it is for; of an escrow, what is owed since the platform filled it."""
    if settlement.open_item or settlement.escrow_id is None:
        return settlement.open_item
    return OpenItem.objects.filter(escrow=settlement.escrow_id).first()


def left_of(settlements: Iterable[Settlement]) -> list[charging.Purpose]:
    """Return what of them is to be paid now."""
    left: list[charging.Purpose] = []
    for each in settlements:
        if each.escrow and each.escrow.state == Escrow.State.EXPECTED:
            left.append(each.escrow)
        elif (item := owed_by(each)) and item.is_still_owed:
            amount = min(each.amount, to_ask(item, but=each.charge))
            left += [(item, amount)] if amount else []
    return left


def wait_for_more(charge: Charge, collection: Collection) -> None:
    """Nobody can pay it by itself, so nobody is late with it: it comes with their next charge."""
    collection.waits_for_more = True
    collection.rounds, collection.next_try_at, collection.late_since = 0, None, None
    collection.save(update_fields=["waits_for_more", "rounds", "next_try_at", "late_since"])
    charge.problem = ""
    charge.save(update_fields=["problem"])


def take_along(
    payer: Organization,
    escrows: Sequence[EscrowTerms],
    purposes: Sequence[charging.Purpose],
    *,
    at: datetime,
) -> list[charging.Purpose]:
    """Give up the charges that waited for one such as this, and return what they were for."""
    currency = str(_currency(escrows, purposes))
    waiting = Collection.objects.waiting().filter(
        waits_for_more=True, charge__client=payer, charge__currency=currency
    )
    found: list[charging.Purpose] = []
    for pk in list(waiting.order_by("charge").values_list("charge", flat=True)):
        charge, settlements = charging.lock(pk)
        if charge.state != Charge.State.BEGUN:
            continue  # Somebody was faster with it.
        left = left_of(settlements)
        charging.give_up(charge, by=TOGETHER, at=at)
        found += left
    return found


def _currency(escrows: Sequence[EscrowTerms], purposes: Sequence[charging.Purpose]) -> object:
    if escrows:
        return escrows[0].net.currency
    first = purposes[0]
    return first.currency if isinstance(first, Escrow) else first[1].currency
