"""A budget against what was committed: arithmetic, no queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from billing_site.kernel.money import Money, show, to_minor, zero
from invoices.hours import hours_words
from invoices.models import Budget
from invoices.queries.commitments import Commitment


@dataclass(frozen=True, slots=True)
class Use:
    """What of a budget is used in one of its periods, by all commitments that count."""

    budget: Budget
    first: date
    last: date
    money: Money
    minutes: int

    @property
    def percent(self) -> int:
        """Of the money or of the hours, whichever is nearer to its end."""
        of_money = of_time = 0
        if self.budget.money:
            of_money = 100 * to_minor(self.money) // to_minor(self.budget.money)
        if self.budget.minutes:
            of_time = 100 * self.minutes // self.budget.minutes
        return max(of_money, of_time, 0)

    @property
    def is_over(self) -> bool:
        too_much = self.budget.money is not None and self.money > self.budget.money
        too_long = self.budget.minutes is not None and self.minutes > self.budget.minutes
        return too_much or too_long

    @property
    def period(self) -> str:
        """The period in words."""
        if self.budget.period == Budget.Period.WHOLE:
            return "in all"
        if self.budget.period == Budget.Period.MONTH:
            return f"in {self.first:%B %Y}"
        if self.budget.period == Budget.Period.YEAR:
            return f"in {self.first.year}"
        return f"from {self.first:%B} to {self.last:%B %Y}"

    @property
    def what(self) -> str:
        """What it is for: everything, or the expenses of a category."""
        return f"for {self.budget.get_category_display()} " if self.budget.category else ""

    @property
    def limit_words(self) -> str:
        limits = [show(self.budget.money)] if self.budget.money else []
        return " and ".join([*limits, *self._hours(self.budget.minutes)])

    @property
    def used_words(self) -> str:
        used = [show(self.money)] if self.budget.money else []
        return " and ".join([*used, *self._hours(self.minutes if self.budget.minutes else None)])

    @property
    def left_words(self) -> str:
        """What may still be committed, or by how much it is over."""
        words = []
        if self.budget.money:
            left = self.budget.money - self.money
            words.append(f"{show(abs(left))} {'left' if left.amount >= 0 else 'over'}")
        if self.budget.minutes:
            rest = self.budget.minutes - self.minutes
            words.append(f"{hours_words(abs(rest))} {'left' if rest >= 0 else 'over'}")
        return ", ".join(words)

    @property
    def why_over(self) -> str:
        """How a budget that holds can be over all the same."""
        if not (self.is_over and self.budget.is_hard):
            return ""
        return (
            "Nothing new gets through. What was agreed before goes on: each week by the hour and "
            "each period of a retainer counts when it begins, until its contract is paused or "
            "ended, or the budget is raised."
        )

    @property
    def tone(self) -> str:
        if self.percent >= 100:  # noqa: PLR2004 - all of it
            return "bad"
        return "wait" if self.percent >= 80 else "good"  # noqa: PLR2004 - see THRESHOLDS

    def _hours(self, minutes: int | None) -> list[str]:
        return [] if minutes is None else [hours_words(minutes)]


def use_of(budget: Budget, found: Iterable[Commitment], *, on: date) -> Use:
    """Return what of *budget* is used in the period that *on* is in."""
    first, last = budget.bounds(on)
    ours = [
        each
        for each in found
        if first <= each.on <= last and budget.category in {"", each.category}
    ]
    return Use(
        budget,
        first,
        last,
        sum((each.net for each in ours), zero(budget.currency)),
        sum(each.minutes for each in ours),
    )
