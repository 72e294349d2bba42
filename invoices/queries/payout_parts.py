"""Which earnings a payout consists of: first available, first paid out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, from_minor, to_minor
from payments.models import DebtPayment, Lot, Payout, Quote
from payments.queries.available import brought

STANDING = ("requested", "held", "sending", "sent", "paid")


@dataclass(frozen=True, slots=True)
class Part:
    """What of one release, or of the rest of the balance, a payout brings."""

    amount: Money
    title: str = ""  # what was released; empty: the rest, which no release explains
    released_at: datetime | None = None
    is_whole: bool = True
    converted_from: Money | None = None  # what became it, in another currency


def parts_of(payout: Payout) -> list[Part]:
    """Return the releases that *payout* pays out; together they are its amount.

    The books know a balance and no pieces of it, so what was available first counts as
    paid out first. What went back of a release before, or was kept for a debt, is not in it.
    What no release explains (a credit, a correction) stands last.
    """
    if payout.quote:
        return [Part(payout.drawn, converted_from=payout.quote.amount)]
    before = Payout.objects.filter(
        freelancer=payout.freelancer_id,
        currency=payout.currency,
        quote=None,
        state__in=STANDING,
        pk__lt=payout.pk,
    )
    converted = Quote.objects.used_by(payout.freelancer).filter(
        currency=payout.currency, used_at__lte=payout.requested_at
    )
    passed = sum(to_minor(each.drawn) for each in before)
    passed += sum(to_minor(each.amount) for each in converted)
    repaid = DebtPayment.objects.filter(
        freelancer=payout.freelancer_id,
        currency=payout.currency,
        quote=None,
        paid_at__lte=payout.requested_at,
    )
    passed += sum(to_minor(each.amount) for each in repaid)
    wanted = to_minor(payout.drawn)
    lots = Lot.objects.filter(
        freelancer=payout.freelancer_id,
        currency=payout.currency,
        made_available_at__lte=payout.requested_at,
    )
    became = brought(payout.freelancer_id, payout.currency, until=payout.requested_at)
    parts: list[Part] = []
    for lot in lots.order_by("made_available_at", "pk"):
        whole = became.get(lot.ref, 0)
        gone = min(passed, whole)
        passed -= gone
        taken = min(whole - gone, wanted)
        wanted -= taken
        if taken:
            parts.append(_part(lot, from_minor(taken, payout.currency)))
    if wanted:
        parts.append(Part(from_minor(wanted, payout.currency)))
    return parts


def _part(lot: Lot, amount: Money) -> Part:
    return Part(amount, lot.title, lot.released_at, is_whole=amount == lot.amount)
