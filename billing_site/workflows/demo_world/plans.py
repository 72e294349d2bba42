"""Projects of the demo world: one near its budget, one whose hard budget is reached, one closed.

Where somebody works by the hour in them, a plan says how long: two weeks back, and six ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from django.db.models import QuerySet

from billing_site.kernel.money import Money, share
from billing_site.kernel.periods import WEEK, week_of
from billing_site.people.models import Organization, User
from billing_site.workflows.demo_world.roster import Roster
from invoices.models import Contract, Project
from invoices.queries.allocation_board import hourly_of, workers_of
from invoices.queries.commitments import Whose, commitments
from invoices.queries.project_page import figures_of
from invoices.services import planning, projects
from invoices.services.projects import Limits, Named

CLIENT = "ada"
EACH = 3  # contracts in a project
PLANNED_MINUTES = 12 * 60  # a week
BEFORE = timedelta(minutes=1)  # after all else, so that no deed meets a budget
# Name, code, cost center; which part of its budget is used, in basis points; hard or soft.
PLANNED = (
    (Named("Relaunch of the shop", "WEB-26", "CC 410"), 8_600, False),
    (Named("Autumn campaign", "MKT-26", "CC 520"), 10_000, True),
)


def moments_of_plans(
    roster: Roster, *, now: datetime
) -> Iterator[tuple[datetime, Callable[..., None]]]:
    yield now - BEFORE, partial(_plan, roster.organizations[CLIENT], roster.users[CLIENT])


def _plan(client: Organization, owner: User, *, at: datetime) -> None:
    running = Contract.objects.filter(
        client=client, currency=client.currency, accepted_at__isnull=False
    )
    by_hour = _by_the_hour(running)
    others = running.exclude(pk__in=[each.pk for each in by_hour]).order_by("-created_at", "-pk")
    newest = chain(by_hour, others[: EACH * len(PLANNED)])
    for named, used_bps, is_hard in PLANNED:
        project = projects.begin(client, named, currency=client.currency, by=owner, at=at)
        for _ in range(EACH):
            contract = next(newest, None)
            if contract:
                projects.assign(contract.pk, project, by=owner, at=at)
        limits = Limits(_budget(project, used_bps, at=at), None, is_hard)
        projects.set_budget(project.pk, "whole", "", limits, by=owner, at=at)
        _plan_hours(project, by=owner, at=at)
        travel = Limits(Money(500, client.currency), None, is_hard=False)
        projects.set_budget(project.pk, "quarter", "travel", travel, by=owner, at=at)
    old = Named("Fair in spring", "FAIR-25")
    closed = projects.begin(client, old, currency=client.currency, by=owner, at=at)
    projects.close(closed.pk, by=owner, at=at)


def _by_the_hour(running: QuerySet[Contract]) -> list[Contract]:
    """Return two contracts by the hour that go on."""
    return list(running.filter(kind=Contract.Kind.HOURLY, state=Contract.State.ACTIVE)[:2])


def _plan_hours(project: Project, *, by: User, at: datetime) -> None:
    contracts = list(hourly_of(project).select_related("freelancer"))
    mondays = [week_of(at) + n * WEEK for n in range(-2, 6)]
    for contract in contracts:
        for person in workers_of([contract])[contract.freelancer_id][:2]:
            minutes = dict.fromkeys(mondays, PLANNED_MINUTES)
            planning.plan(contract.pk, person, minutes, by=by, at=at)


def _budget(project: Project, used_bps: int, *, at: datetime) -> Money:
    """What makes that part of it used by now."""
    used = figures_of(commitments(Whose.PROJECT, project.pk, at=at), project.currency).all
    return share(used, basis_points=100_000_000 // used_bps)
