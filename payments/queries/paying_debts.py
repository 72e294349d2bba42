"""How a freelancer can pay back now what they owe: out of what, at which rate, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from billing_site.kernel.money import Money, coin, converted, currency_of, show, zero
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Organization
from ledger.queries.balances import spendable_in_each_currency
from payments.queries.conversion import shown
from payments.queries.debts import debt_of
from payments.queries.mid_rate import MidRate, mid_rate


@dataclass(frozen=True, slots=True)
class Way:
    """What is taken of one currency, and what of the debt that pays."""

    there: Money
    given: Money
    paid: Money
    mid: MidRate | None  # None: it is the debt's own currency

    @property
    def source(self) -> str:
        return currency_of(self.given)

    @property
    def words(self) -> str:
        said = f"{show(self.given)} of your available {show(self.there)}"
        if self.mid is None:
            return said
        rate = f"{shown(self.mid.rate)} {currency_of(self.paid)} for 1 {self.source}"
        on = f"{self.mid.on.day} {self.mid.on:%B %Y}"
        return f"{said}, which pays {show(self.paid)} at {rate} ({self.mid.title}, {on})"


@dataclass(frozen=True, slots=True)
class DebtPage:
    owed: Money
    ways: Sequence[Way]
    refused: Sequence[str]  # why there is no way out of another currency

    @property
    def seen(self) -> dict[str, str]:
        """What the consent is to: the sums and the rates."""
        return {"seen_ways": " · ".join(way.words for way in self.ways)}


def debt_page(organization: Organization, currency: str, *, at: datetime) -> DebtPage:
    owed, ways, refused = debt_of(organization.pk, currency), [], []
    available = (
        spendable_in_each_currency(f"freelancer:{organization.pk}:available") if owed else []
    )
    for there in sorted(available, key=lambda sum_: (currency_of(sum_) != currency, sum_.currency)):
        try:
            ways.append(way_from(there, owed, at=at))
        except NotAllowed as refusal:
            refused.append(str(refusal))
    return DebtPage(owed, ways, refused)


def way_from(there: Money, owed: Money, *, at: datetime) -> Way:
    """Return how what is *there* pays as much as it can of what is *owed*, without a margin.

    :raises NotAllowed: there is nothing to pay, nothing to pay with, or no rate between the two.
    """
    source, debt = currency_of(there), currency_of(owed)
    if not owed:
        raise NotAllowed(f"You owe nothing in {debt}.")
    if there.amount <= 0:
        raise NotAllowed(f"Nothing in {source} is available. Nothing was paid.")
    if source == debt:
        paid = min(there, owed)
        return Way(there, paid, paid, None)
    mid = mid_rate(source, debt, at=at)
    paid = min(owed, converted(there, rate=mid.rate, into=debt))
    given = _price(paid, mid, source)
    if given > there:  # the rounding went up
        paid -= coin(debt)
        given = _price(paid, mid, source)
    if paid <= zero(debt) or given <= zero(source):
        raise NotAllowed(f"{show(there)} is too little to pay anything in {debt}.")
    return Way(there, given, paid, mid)


def _price(paid: Money, mid: MidRate, source: str) -> Money:
    return converted(paid, rate=1 / Fraction(mid.rate), into=source)
