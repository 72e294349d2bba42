"""Projects of the demo world: one near its budget, one whose hard budget is reached, one closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from billing_site.kernel.money import Money, share
from billing_site.people.models import Organization, User
from billing_site.workflows.demo_world.roster import Roster
from invoices.models import Contract, Project
from invoices.queries.commitments import commitments
from invoices.queries.project_page import figures_of
from invoices.services import projects
from invoices.services.projects import Limits, Named

CLIENT = "ada"
EACH = 3  # contracts in a project
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
    newest = iter(running.order_by("-created_at", "-pk")[: EACH * len(PLANNED)])
    for named, used_bps, is_hard in PLANNED:
        project = projects.begin(client, named, currency=client.currency, by=owner, at=at)
        for _ in range(EACH):
            contract = next(newest, None)
            if contract:
                projects.assign(contract.pk, project, by=owner, at=at)
        limits = Limits(_budget(project, used_bps, at=at), None, is_hard)
        projects.set_budget(project.pk, "whole", "", limits, by=owner, at=at)
        travel = Limits(Money(500, client.currency), None, is_hard=False)
        projects.set_budget(project.pk, "quarter", "travel", travel, by=owner, at=at)
    old = Named("Fair in spring", "FAIR-25")
    closed = projects.begin(client, old, currency=client.currency, by=owner, at=at)
    projects.close(closed.pk, by=owner, at=at)


def _budget(project: Project, used_bps: int, *, at: datetime) -> Money:
    """What makes that part of it used by now."""
    used = figures_of(commitments(project.contracts.all(), at=at), project.currency).all
    return share(used, basis_points=100_000_000 // used_bps)
