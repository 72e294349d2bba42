"""The timer: what runs, what was done today, and how full each week is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from billing_site.kernel.periods import week_of
from billing_site.people.models import Organization, User
from invoices.hours import hours_words, limit_of
from invoices.models import Contract, TimeEntry, Timer, Week
from invoices.queries.contract_hours import week_url
from invoices.queries.unprotected import words_of
from invoices.queries.week_figures import figures_of, limits_of
from payments.queries.verified import payers


@dataclass(frozen=True, slots=True)
class ContractRow:
    contract: Contract
    url: str  # this week
    logged: str
    limit: str
    percent: int
    over: str
    late: str  # its hours are not protected, because the client does not pay


@dataclass(frozen=True, slots=True)
class TimerPage:
    running: Timer | None
    so_far: str
    contracts: list[Contract]  # on which a timer can be started
    rows: list[ContractRow]
    today: list[TimeEntry]
    today_total: str


def timer_page(organization: Organization, user: User, *, at: datetime) -> TimerPage:
    hourly = Contract.objects.filter(
        freelancer=organization, kind=Contract.Kind.HOURLY, state__in=Contract.RUNNING
    )
    contracts = list(hourly.select_related("client").order_by("title", "pk"))
    running = Timer.objects.running().of(user).select_related("contract__client").first()
    midnight = at.astimezone(user.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = TimeEntry.objects.living().filter(person=user)
    of_today = mine.between(midnight, midnight + timedelta(days=1))
    today = sorted(
        of_today.select_related("contract", "week__contract"),
        key=lambda entry: entry.started_at,
        reverse=True,
    )
    return TimerPage(
        running=running,
        so_far=_so_far(running, at=at) if running else "",
        contracts=[it for it in contracts if it.state == Contract.State.ACTIVE],
        rows=_rows(contracts, at=at),
        today=today,
        today_total=hours_words(sum(entry.minutes for entry in today)),
    )


def _so_far(running: Timer, *, at: datetime) -> str:
    return hours_words((min(at, running.stops_at) - running.started_at) // timedelta(minutes=1))


def _rows(contracts: list[Contract], *, at: datetime) -> list[ContractRow]:
    monday = week_of(at)
    weeks = Week.objects.filter(contract__in=contracts, starts_on=monday)
    known = {week.contract_id: week for week in weeks.select_related("contract")}
    figures = figures_of(list(known.values()), at=at)
    limits = limits_of([contract.pk for contract in contracts])
    paying = payers({contract.client_id for contract in contracts}, on=at.date())
    rows = []
    for contract in contracts:
        limit = limit_of(limits[contract.pk], monday).minutes
        week = known.get(contract.pk)
        billed, over = (figures[week.pk].billed, figures[week.pk].over) if week else (0, 0)
        rows.append(
            ContractRow(
                contract=contract,
                url=week_url(contract, monday),
                logged=hours_words(billed + over),
                limit=hours_words(limit),
                percent=min(100 * billed // limit, 100),
                over=hours_words(over) if over else "",
                late=words_of(
                    contract, paying[contract.client_id].unprotected_from, for_client=False
                ),
            )
        )
    return rows
