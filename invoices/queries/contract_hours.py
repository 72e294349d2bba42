"""What the page of a contract by the hour shows besides what every contract has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from billing_site.kernel.money import Money, show, zero
from billing_site.kernel.periods import week_of
from billing_site.people.access import Deed
from invoices.hours import hours_words
from invoices.models import Contract, RateProposal, Week
from invoices.queries.hourly_terms import HourlyTermsView, hourly_terms
from invoices.queries.steps import Step
from invoices.queries.viewer import Viewer
from invoices.queries.week_dates import week_words
from invoices.queries.week_figures import figures_of
from invoices.week_summary import WeekSummary

SHOWN = 12  # weeks


@dataclass(frozen=True, slots=True)
class WeekRow:
    words: str
    url: str
    state: str
    tone: str
    logged: str
    over: str  # nothing where the limit held it all
    amount: Money
    is_current: bool


@dataclass(frozen=True, slots=True)
class ContractHours:
    terms: HourlyTermsView
    weeks: list[WeekRow]
    proposals: list[RateProposal]
    steps: list[Step]


def contract_hours(contract: Contract, viewer: Viewer, *, at: datetime) -> ContractHours:
    terms = hourly_terms(contract, at=at)
    weeks = contract.weeks.order_by("-starts_on")[:SHOWN]
    known = list(weeks.select_related("contract"))
    figures = figures_of(known, at=at)
    monday = week_of(at)
    rows = [_row(week, figures[week.pk], monday) for week in known]
    is_new = all(week.starts_on != monday for week in known)
    if is_new and contract.state == Contract.State.ACTIVE:
        rows = [_untouched(contract, monday), *rows]
    told = contract.rate_proposals.select_related("proposed_by").prefetch_related("changes__by")
    proposals = list(told.order_by("pk"))
    return ContractHours(
        terms=terms,
        weeks=rows,
        proposals=proposals,
        steps=_steps(contract, viewer, monday, proposals),
    )


def week_url(contract: Contract, monday: date) -> str:
    return reverse("week", args=[contract.ref, monday])


def _row(week: Week, summary: WeekSummary, monday: date) -> WeekRow:
    return WeekRow(
        words=week_words(week.starts_on),
        url=week.get_absolute_url(),
        state=week.get_state_display(),
        tone=week.tone,
        logged=hours_words(summary.logged),
        over=hours_words(summary.over) if summary.over else "",
        amount=summary.amount,
        is_current=week.starts_on == monday,
    )


def _untouched(contract: Contract, monday: date) -> WeekRow:
    """This week, in which nobody has logged anything yet."""
    return WeekRow(
        words=week_words(monday),
        url=week_url(contract, monday),
        state="nothing logged yet",
        tone="",
        logged=hours_words(0),
        over="",
        amount=zero(contract.currency),
        is_current=True,
    )


def _steps(
    contract: Contract, viewer: Viewer, monday: date, proposals: list[RateProposal]
) -> list[Step]:
    """What each side can do about the hours; the contract's own steps follow."""
    if not contract.is_running:
        return []
    this_week = Step("See this week", week_url(contract, monday))
    if viewer.is_client and viewer.may(Deed.OFFER):
        answers = [
            Step(f"Answer about {show(it.rate)} an hour", it.get_absolute_url(), "primary")
            for it in proposals
            if it.is_open
        ]
        return [
            *answers,
            this_week,
            Step("Change the weekly limit", reverse("contract-limit", args=[contract.ref])),
            Step("Change the rate", reverse("contract-rate", args=[contract.ref])),
            _manual_time(contract),
        ]
    if not viewer.is_client and viewer.may(Deed.WORK):
        return [
            Step("Open the timer", reverse("timer"), "primary")
            if contract.state == Contract.State.ACTIVE
            else Step("Open the timer", why_not="The client paused the contract."),
            this_week,
            _more(contract, proposals),
            Step("Ask for less an hour", reverse("contract-rate", args=[contract.ref]), "quiet"),
        ]
    return [this_week]


def _more(contract: Contract, proposals: list[RateProposal]) -> Step:
    for waiting in proposals:
        if waiting.is_open:
            return Step(f"You asked for {show(waiting.rate)} an hour", waiting.get_absolute_url())
    return Step("Ask for more an hour", reverse("contract-rate-proposal", args=[contract.ref]))


def _manual_time(contract: Contract) -> Step:
    if contract.allows_manual_time:
        end = reverse("contract-manual-time-end", args=[contract.ref])
        return Step("Stop allowing manual time", end, "quiet", post=True)
    begin = reverse("contract-manual-time", args=[contract.ref])
    return Step("Allow manual time", begin, "quiet", post=True)
