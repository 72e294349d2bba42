"""The allocation board: people by weeks, planned against logged and billed; and a forecast."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse

from billing_site.kernel.periods import WEEK, week_of
from billing_site.people.access import Deed, allows, roles_for
from billing_site.people.models import Membership, User
from invoices.models import Allocation, Contract, Project, TimeEntry, Week
from invoices.queries.plan_forecast import Forecast, Place, forecast

WEEKS = 6  # that the board shows side by side
EARLIER = 2  # of them before this one


@dataclass(frozen=True, slots=True)
class Cell:
    monday: date
    planned: int
    logged: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    person: User
    cells: list[Cell]
    url: str  # where they are planned


@dataclass(frozen=True, slots=True)
class ContractRows:
    contract: Contract
    billed: list[int]  # minutes, week by week
    people: list[PersonRow]


@dataclass(frozen=True, slots=True)
class Board:
    project: Project
    mondays: list[date]
    this_week: date
    contracts: list[ContractRows]
    forecast: Forecast
    may_plan: bool
    earlier: str
    later: str


def allocation_board(
    project: Project, acting: Membership, *, since: date | None, at: datetime
) -> Board:
    """Return the board of six weeks, in a constant number of queries."""
    first = since or week_of(at) - EARLIER * WEEK
    mondays = [first + n * WEEK for n in range(WEEKS)]
    contracts = list(
        hourly_of(project).select_related("freelancer").prefetch_related("rates").order_by("pk")
    )
    planned, logged = _planned(contracts), _logged(contracts)
    billed = _billed(contracts)
    workers = workers_of(contracts)
    url = reverse("project-plan", args=[project.ref])
    ours = acting.organization_id == project.client_id
    return Board(
        project=project,
        mondays=mondays,
        this_week=week_of(at),
        contracts=[
            ContractRows(
                each,
                [billed.get((each.pk, monday), 0) for monday in mondays],
                [
                    _row(each, person, mondays, planned, logged)
                    for person in workers[each.freelancer_id]
                ],
            )
            for each in contracts
        ],
        forecast=forecast(project, contracts, planned, logged, at=at),
        may_plan=ours and allows(acting, Deed.OFFER),
        earlier=f"{url}?from={first - WEEKS * WEEK}",
        later=f"{url}?from={first + WEEKS * WEEK}",
    )


def hourly_of(project: Project) -> QuerySet[Contract]:
    """The contracts that people are planned on: those by the hour that go on.

    An offer that was not accepted tells nobody who works for a freelancer.
    """
    return project.contracts.filter(kind=Contract.Kind.HOURLY, state__in=Contract.IN_FORCE)


def workers_of(contracts: list[Contract]) -> dict[int, list[User]]:
    """Who works for each freelancer, by the key of the organization."""
    found: dict[int, list[User]] = defaultdict(list)
    if not contracts:
        return found
    roles = roles_for(Deed.WORK, contracts[0].freelancer)
    sides = {each.freelancer_id for each in contracts}
    seats = Membership.objects.live().filter(organization__in=sides, role__in=roles)
    for seat in seats.select_related("user").order_by("user__name", "user"):
        found[seat.organization_id].append(seat.user)
    return found


def _row(
    contract: Contract,
    person: User,
    mondays: list[date],
    planned: dict[Place, int],
    logged: dict[Place, int],
) -> PersonRow:
    places = [(contract.pk, person.pk, monday) for monday in mondays]
    cells = [Cell(it[2], planned.get(it, 0), logged.get(it, 0)) for it in places]
    url = reverse("allocation", args=[contract.ref, person.pk])
    return PersonRow(person, cells, f"{url}?from={mondays[0]}")


def _planned(contracts: list[Contract]) -> dict[Place, int]:
    found = Allocation.objects.filter(contract__in=contracts)
    return {
        (contract, person, monday): minutes
        for contract, person, monday, minutes in found.values_list(
            "contract_id", "person_id", "monday", "minutes"
        )
    }


def _logged(contracts: list[Contract]) -> dict[Place, int]:
    found = TimeEntry.objects.living().filter(contract__in=contracts).order_by()
    sums = found.values_list("contract_id", "person_id", "week__starts_on")
    return {(row[0], row[1], row[2]): row[3] for row in sums.annotate(Sum("minutes"))}


def _billed(contracts: list[Contract]) -> dict[tuple[int, date], int]:
    weeks = Week.objects.filter(~Q(state=Week.State.OPEN), contract__in=contracts)
    found = weeks.values_list("contract_id", "starts_on", "billed")
    return {(contract, monday): minutes for contract, monday, minutes in found}
