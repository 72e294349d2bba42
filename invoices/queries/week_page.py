"""The page of a billing week: its time by the viewer's days, its limit, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.urls import reverse

from billing_site.kernel.charts import Chart, Series, bars
from billing_site.kernel.money import HOUR, Money
from billing_site.kernel.periods import week_of
from billing_site.kernel.wall_time import days_between
from billing_site.people.models import Organization
from invoices.fees import cost_of
from invoices.hours import hours_words
from invoices.models import Contract, TimeEntry, Week
from invoices.protection import Check, Standing, full_cap
from invoices.queries import costs
from invoices.queries.contract_hours import week_url
from invoices.queries.costs import CostView
from invoices.queries.unprotected import words_of
from invoices.queries.viewer import Viewer, other_side
from invoices.queries.week_dates import WeekDates, week_dates
from invoices.queries.week_figures import limits_of, rates_of, standings_of
from invoices.queries.week_money import Available, available_of
from invoices.week_summary import Counted, WeekSummary, week_summary


@dataclass(frozen=True, slots=True)
class EntryRow:
    entry: TimeEntry
    length: str
    over: str  # nothing where all of it is billed
    tone: str
    words: str  # protected or not
    checks: tuple[Check, ...]
    url: str  # where this viewer corrects or names it; nothing if they cannot


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    total: str
    rows: list[EntryRow]


@dataclass(frozen=True, slots=True)
class WeekPage:
    contract: Contract
    other: Organization
    is_client: bool
    dates: WeekDates
    available: Available
    state: str
    tone: str
    sentence: str
    late: str  # what is not protected, because the client does not pay
    days: list[Day]
    chart: Chart
    logged: str
    billed: str
    over: str
    left: str
    limit: str
    percent: int  # of the limit
    protected: str
    unprotected: str
    cap: Money  # of protection
    lines: list[str]  # “20 h at €50.00”, one for each rate
    cost: CostView | None
    zone: ZoneInfo
    may_write: bool
    why_not: str
    previous: str
    next: str  # nothing for what has not begun


def week_page(contract: Contract, monday: date, viewer: Viewer, *, at: datetime) -> WeekPage:
    week = Week.objects.filter(contract=contract, starts_on=monday).first()
    standing = standings_of([(contract, monday)], at=at)[contract.pk, monday]
    summary = _summary(contract, week, monday, standing)
    dates = week_dates(monday, security_days=contract.security_days)
    zone = viewer.user.zone
    is_open = (week is None or week.state == Week.State.OPEN) and at < dates.locks_at
    days = _days(summary, dates, viewer, zone, is_open=is_open)
    why_not = _why_not(contract, viewer, dates, is_open=is_open, at=at)
    return WeekPage(
        contract=contract,
        other=other_side(viewer, contract),
        is_client=viewer.is_client,
        dates=dates,
        available=available_of(contract, week, dates, at=at),
        state=week.get_state_display() if week else "nothing logged yet",
        tone=week.tone if week else "",
        sentence=_sentence(dates, is_open=is_open, at=at),
        late=words_of(contract, standing.unprotected_from, for_client=viewer.is_client)
        if is_open
        else "",
        days=days,
        chart=_chart(summary, dates, zone),
        logged=hours_words(summary.logged),
        billed=hours_words(summary.billed),
        over=hours_words(summary.over) if summary.over else "",
        left=hours_words(summary.left),
        limit=hours_words(summary.limit.minutes),
        percent=min(100 * summary.billed // summary.limit.minutes, 100),
        protected=hours_words(summary.protected),
        unprotected=hours_words(summary.unprotected) if summary.unprotected else "",
        cap=full_cap(contract.currency),
        lines=[f"{hours_words(it.minutes)} at {it.rate.rate}" for it in summary.lines],
        cost=_cost(contract, summary, viewer, at=at),
        zone=zone,
        may_write=not why_not,
        why_not=why_not,
        previous=week_url(contract, monday - timedelta(days=7)),
        next=week_url(contract, monday + timedelta(days=7)) if monday < week_of(at) else "",
    )


def _summary(
    contract: Contract, week: Week | None, monday: date, standing: Standing
) -> WeekSummary:
    living = TimeEntry.objects.living().filter(week=week).select_related("person")
    return week_summary(
        monday,
        entries=list(living) if week else [],
        rates=rates_of([contract.pk])[contract.pk],
        limits=limits_of([contract.pk])[contract.pk],
        standing=standing,
    )


def _days(
    summary: WeekSummary, dates: WeekDates, viewer: Viewer, zone: ZoneInfo, *, is_open: bool
) -> list[Day]:
    """The days of the viewer's zone that the week touches: eight, unless the zone is UTC."""
    found = []
    for day in days_between(dates.starts_at, dates.ends_at, zone):
        counted = [
            one for one in summary.entries if one.entry.started_at.astimezone(zone).date() == day
        ]
        minutes = sum(one.entry.minutes for one in counted)
        rows = [_row(one, viewer, is_open=is_open) for one in counted]
        found.append(Day(day, hours_words(minutes) if minutes else "", rows))
    return found


def _row(one: Counted, viewer: Viewer, *, is_open: bool) -> EntryRow:
    entry = one.entry
    may_open = is_open and (viewer.is_client or entry.person_id == viewer.user.pk)
    words, tone = "not protected", ""
    if one.protected:
        words, tone = "protected", "good"
        if not one.is_protected:
            words, tone = f"{hours_words(one.protected)} protected", "wait"
    return EntryRow(
        entry=entry,
        length=hours_words(entry.minutes),
        over=hours_words(one.over) if one.over else "",
        tone=tone,
        words=words,
        checks=one.checks,
        url=reverse("time-entry", args=[entry.ref]) if may_open else "",
    )


def _chart(summary: WeekSummary, dates: WeekDates, zone: ZoneInfo) -> Chart:
    days = days_between(dates.starts_at, dates.ends_at, zone)
    sums = {day: [0, 0, 0] for day in days}
    for one in summary.entries:
        its_day = sums[one.entry.started_at.astimezone(zone).date()]
        for n, minutes in enumerate((one.protected, one.billed - one.protected, one.over)):
            its_day[n] += minutes
    names = ("protected", "not protected", "over the limit")
    return bars(
        "Hours by day",
        [f"{day:%a} {day.day}" for day in days],
        [
            Series(name, tuple(Decimal(sums[day][n]) / HOUR for day in days))
            for n, name in enumerate(names)
        ],
        show=lambda hours: hours_words(round(hours * HOUR)),
    )


def _cost(
    contract: Contract, summary: WeekSummary, viewer: Viewer, *, at: datetime
) -> CostView | None:
    if not summary.amount:
        return None
    draw = costs.as_client if viewer.is_client else costs.as_freelancer
    return draw(cost_of(contract, [summary.amount], on=at.date()), contract)


def _sentence(dates: WeekDates, *, is_open: bool, at: datetime) -> str:
    if at < dates.starts_at:
        return "This week has not begun."
    if is_open and at < dates.ends_at:
        return "Time can be logged and corrected until Monday, 12:00 UTC. Then the week is billed."
    if is_open:
        return "The week is over. It can be corrected until Monday, 12:00 UTC; then it is billed."
    return "This week can no longer be corrected."


def _why_not(
    contract: Contract, viewer: Viewer, dates: WeekDates, *, is_open: bool, at: datetime
) -> str:
    """Why this viewer cannot write time by hand here; nothing if they can."""
    if viewer.is_client or not contract.freelancer_may_work(viewer.user):
        return "Time is logged by the freelancer's side."
    if not is_open or at < dates.starts_at:
        return "This week is not open."
    if contract.state != Contract.State.ACTIVE:
        return f"The contract is {contract.get_state_display()}: no time can be logged."
    if not contract.allows_manual_time:
        return f"{contract.client} does not allow time written by hand. Use the timer."
    return ""
