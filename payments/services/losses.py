"""Where the money is that a bank takes back, and what of it goes with which part.

A bank takes first from what is still held, then from what is pending, the newest first, then
from what was released before. What is found nowhere any more the client owes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import Q

from billing_site.kernel.money import Money, coin, proportion, to_minor
from payments.models import Charge, ChargebackPart, Escrow, Lot, OpenItem
from payments.models.lot import LotPart
from payments.models.terms import Part


@dataclass(frozen=True, slots=True)
class Losses:
    """What a sum that a bank takes is made of; the parts and the rest add up to it."""

    held: Sequence[tuple[Escrow, Part]]
    lots: Sequence[tuple[Lot, LotPart]]
    cents: Money  # no part of anything is worth exactly them
    nowhere: Money


def escrows_of(charge: Charge) -> list[int]:
    """Those that it funded, and what was divided off them."""
    funded = Escrow.objects.filter(funded_by=charge).order_by("pk")
    return list(funded.values_list("pk", flat=True))


def lots_of(charge: Charge) -> list[int]:
    """What it brought freelancers."""
    brought = Lot.objects.filter(Q(escrow__funded_by=charge) | Q(settlement__charge=charge))
    return list(brought.order_by("pk").values_list("pk", flat=True))


def as_they_are_taken(lots: Iterable[Lot]) -> list[Lot]:
    """What is pending first, the newest first."""
    return sorted(lots, key=lambda lot: (lot.made_available_at is not None, -lot.pk))


def items_of(dispute_id: str) -> list[int]:
    """What the client owes again because of a case."""
    parts = ChargebackPart.objects.filter(chargeback__dispute_id=dispute_id)
    found = parts.filter(open_item__isnull=False).order_by("open_item")
    return list(found.values_list("open_item", flat=True))


def documents_of(lots: Sequence[int]) -> list[str]:
    """The invoices, by their refs, for which *lots* were paid."""
    found = Lot.objects.filter(pk__in=lots).values_list("document", flat=True)
    return [document.removeprefix("invoice/") for document in found]


def owed_and_paid_by(charge: Charge) -> set[int]:
    """What was owed and it paid, and what is owed of that again."""
    mine = OpenItem.objects.filter(
        Q(settlements__charge=charge) | Q(escrow__settlements__charge=charge)
    )
    found, newest = set[int](), set(mine.values_list("pk", flat=True))
    while newest := newest - found:
        found |= newest
        newest = set(OpenItem.objects.filter(replaces__in=newest).values_list("pk", flat=True))
    return found


def losses_of(amount: Money, escrows: Sequence[Escrow], lots: Sequence[Lot]) -> Losses:
    """Return what *amount* takes of what is there now. Who means to take it has the locks."""
    rest, held, taken = amount, [], []
    for escrow in escrows:
        if escrow.state != Escrow.State.HELD or not rest:
            continue
        gross = _fitting(escrow.remaining, rest, partial(_held_with, escrow))
        if gross:
            held.append((escrow, escrow.refund_of(gross)))
            rest -= held[-1][1].client_total
    for lot in lots:
        left = lot.gross - lot.gross_back
        if not left or not rest:
            continue
        gross = _fitting(left, rest, partial(_brought_with, lot))
        if gross:
            taken.append((lot, lot.part_back(gross)))
            rest -= taken[-1][1].client_total
    is_whole = all(part.gross == escrow.remaining for escrow, part in held) and all(
        part.gross == lot.gross - lot.gross_back for lot, part in taken
    )
    nothing = amount - amount
    return Losses(held, taken, nothing if is_whole else rest, rest if is_whole else nothing)


def _held_with(escrow: Escrow, gross: Money) -> Money:
    return escrow.refund_of(gross).client_total


def _brought_with(lot: Lot, gross: Money) -> Money:
    return lot.part_back(gross).client_total


def _fitting(most: Money, rest: Money, total: Callable[[Money], Money]) -> Money:
    """Return as much of *most* as costs its client no more than *rest*."""
    whole = total(most)
    if whole <= rest:
        return most
    cent = coin(str(most.currency))
    gross = min(most, proportion(most, to_minor(rest), to_minor(whole)) + cent + cent)
    while gross and total(gross) > rest:
        gross -= cent
    return gross
