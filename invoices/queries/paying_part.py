"""A client pays a part of what is owed on an invoice: what it costs now, and what is left then."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.kernel.money import Money, currency_of, show
from payments.gateways.sums import is_too_little, least_payment
from payments.models import OpenItem
from payments.queries.being_paid import under_way
from payments.queries.credit import left_to_pay, words_for


@dataclass(frozen=True, slots=True)
class PartOfOwed:
    amount: Money
    left: Money  # to be paid then
    by_credit: str  # what of the part the client's credit pays
    to_charge: Money
    coming: Money  # is being paid already

    @property
    def rest(self) -> str:
        """Say what becomes of the others."""
        words = [f"{show(self.left)} stays to be paid."] if self.left else []
        if self.coming:
            words.append(f"{show(self.coming)} is on its way already.")
        return " ".join(words)


def part_of(item: OpenItem, amount: Money) -> PartOfOwed:
    coming = under_way(item)
    return PartOfOwed(
        amount,
        item.owed - coming - amount,
        words_for(item.client, amount),
        left_to_pay(item.client, amount),
        coming,
    )


def why_not_so_much(item: OpenItem, amount: Money) -> str:
    """Say why *amount* is no part that can be paid; empty: it is one, or all that is left."""
    coming, least = under_way(item), least_payment(currency_of(amount))
    left = item.owed - coming - amount
    if left.amount < 0:
        due = f"{show(item.owed)} is due, and no more."
        return f"{due} {show(coming)} of it is on its way already." if coming else due
    if is_too_little(left):
        return (
            f"That leaves {show(left)}, and a payment is {show(least)} at least: pay all of it, or"
            f" {show(least - left)} less."
        )
    if left and is_too_little(amount):
        return f"A payment is {show(least)} at least, and this is {show(amount)}."
    return ""
