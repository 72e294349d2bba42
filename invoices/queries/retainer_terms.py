"""A retainer as its pages show it: what was agreed, what comes next, and what was billed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billing_site.kernel.money import Money
from invoices.models import Contract, RetainerPeriod, RetainerTerms
from invoices.retainers import DAY, Days, bills_next_on, calendar, cost_of_days, period_at

SHOWN = 12  # periods


@dataclass(frozen=True, slots=True)
class PeriodRow:
    words: str
    days: str  # where it is not whole
    amount: Money
    period: RetainerPeriod


@dataclass(frozen=True, slots=True)
class RetainerView:
    terms: RetainerTerms
    per: str  # “a month”
    next_words: str  # the first period, or the one that runs
    next_days: str
    next_amount: Money | None  # if no day of it is paused
    next_on: date | None
    periods: list[PeriodRow]


def retainer_view(terms: RetainerTerms) -> RetainerView:
    """Without what was billed: of an offer, which has not begun."""
    next_on = terms.bills_on or bills_next_on(terms, terms.starts_on)
    return _view(terms, next_on, [])


def retainer_of(contract: Contract) -> RetainerView:
    terms = contract.retainer
    if contract.accepted_at is None:
        return retainer_view(terms)
    billed = contract.periods.select_related("invoice").order_by("-starts_on")[:SHOWN]
    return _view(terms, terms.bills_on, [_row(period) for period in billed])


def _view(terms: RetainerTerms, next_on: date | None, periods: list[PeriodRow]) -> RetainerView:
    words, part, amount = "", "", None
    if next_on:
        period, whole = period_at(terms, next_on - DAY), calendar(next_on - DAY, terms.cadence)
        words, part = period.words, _part(period.count, whole.count)
        amount = cost_of_days(terms, period.count, whole)
    return RetainerView(
        terms=terms,
        per=f"a {RetainerTerms.Cadence(terms.cadence).label}",
        next_words=words,
        next_days=part,
        next_amount=amount,
        next_on=next_on,
        periods=periods,
    )


def _row(period: RetainerPeriod) -> PeriodRow:
    words = Days(period.starts_on, period.ends_on).words
    return PeriodRow(words, _part(period.billed_days, period.days), period.amount, period)


def _part(days: int, of: int) -> str:
    return "" if days == of else f"{days} of {of} days"
