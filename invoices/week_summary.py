"""What a week comes to: for its page while it is open, and for its invoice once it is not.

Pure arithmetic over rows that somebody else has read, so that one page and a thousand
weeks cost the same few queries; see invoices/queries/week_figures.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing_site.kernel.money import Money, for_minutes, zero
from invoices.hours import limit_of, rate_at
from invoices.models import RateVersion, TimeEntry, WeeklyLimit
from invoices.protection import Cap, Check, Standing, checks_of

CAPPED = Check("within the cap of protection for the two of you", holds=False)


@dataclass(frozen=True, slots=True)
class Counted:
    """An entry, its rate, and how many of its minutes are billed, over the limit, protected."""

    entry: TimeEntry
    rate: RateVersion
    billed: int
    over: int
    protected: int
    checks: tuple[Check, ...]

    @property
    def missing(self) -> list[str]:
        """Which conditions of protection are not met."""
        return [check.words for check in self.checks if not check.holds]

    @property
    def is_protected(self) -> bool:
        return self.protected == self.entry.minutes


@dataclass(frozen=True, slots=True)
class RateLine:
    """All billed minutes of one rate: a line of the invoice, rounded once."""

    rate: RateVersion
    minutes: int
    amount: Money
    protected_minutes: int
    protected_amount: Money

    @property
    def unprotected_amount(self) -> Money:
        return self.amount - self.protected_amount


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """All sums are in the contract's currency, net of the freelancer's VAT; times in minutes."""

    monday: date
    limit: WeeklyLimit
    entries: tuple[Counted, ...]  # the earliest first
    lines: tuple[RateLine, ...]  # one for each rate, the earliest first
    amount: Money
    protected_amount: Money

    @property
    def logged(self) -> int:
        return sum(each.entry.minutes for each in self.entries)

    @property
    def billed(self) -> int:
        return sum(each.billed for each in self.entries)

    @property
    def over(self) -> int:
        """Seen, and not billed."""
        return sum(each.over for each in self.entries)

    @property
    def protected(self) -> int:
        return sum(each.protected for each in self.entries)

    @property
    def unprotected(self) -> int:
        return self.billed - self.protected

    @property
    def unprotected_amount(self) -> Money:
        return self.amount - self.protected_amount

    @property
    def left(self) -> int:
        """How much more can be logged and is billed."""
        return self.limit.minutes - self.billed


def week_summary(
    monday: date,
    *,
    entries: Sequence[TimeEntry],
    rates: Sequence[RateVersion],
    limits: Sequence[WeeklyLimit],
    standing: Standing,
    cap: Cap | None = None,
) -> WeekSummary:
    """Count the living *entries* of one contract's week: the earliest first, up to the limit.

    A line is priced from all of its minutes at once, so that however time is cut
    into entries, it costs the same. Weeks of one pair that are counted together use up one *cap*.
    """
    limit = limit_of(limits, monday)
    room, cap = limit.minutes, cap or Cap(standing)
    counted = []
    for entry in sorted(entries, key=lambda each: (each.started_at, each.pk)):
        assert entry.removed_at is None, "What was removed does not count."
        one = _count(entry, rate_at(rates, entry.started_at), room, cap, standing)
        room -= one.billed
        counted.append(one)
    lines = _lines(counted)
    nothing = zero(rates[0].currency)
    return WeekSummary(
        monday=monday,
        limit=limit,
        entries=tuple(counted),
        lines=lines,
        amount=sum((line.amount for line in lines), nothing),
        protected_amount=sum((line.protected_amount for line in lines), nothing),
    )


def _count(entry: TimeEntry, rate: RateVersion, room: int, cap: Cap, standing: Standing) -> Counted:
    billed = min(entry.minutes, room)
    over = entry.minutes - billed
    checks = checks_of(entry, standing)
    is_covered = billed > 0 and all(each.holds for each in checks)
    protected = cap.take(billed, rate=rate.rate) if is_covered else 0
    # What is over the limit is not covered, and does not uncover what is within.
    checks = (*checks, Check("within the weekly limit", holds=not over))
    if is_covered and protected < billed:
        checks = (*checks, CAPPED)
    return Counted(entry, rate, billed, over, protected, checks)


def _lines(counted: Sequence[Counted]) -> tuple[RateLine, ...]:
    by_rate: dict[RateVersion, list[Counted]] = defaultdict(list)
    for one in counted:
        if one.billed:
            by_rate[one.rate].append(one)
    lines = []
    for rate, group in sorted(by_rate.items(), key=lambda item: item[0].effective_from):
        minutes = sum(one.billed for one in group)
        protected = sum(one.protected for one in group)
        amount = for_minutes(minutes, rate=rate.rate)
        part = amount if protected == minutes else for_minutes(protected, rate=rate.rate)
        lines.append(RateLine(rate, minutes, amount, protected, part))
    return tuple(lines)
