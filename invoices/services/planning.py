"""Planning who works how long in which week: cell by cell, or from a table. A plan binds nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from billing_site.platform import audit
from invoices.models import Allocation, Contract, Project
from invoices.plan_table import PlanRow, read_plan
from invoices.queries.allocation_board import hourly_of, workers_of

MOST_MINUTES = 168 * 60


@transaction.atomic
def plan(
    contract_id: int, person: User, minutes: Mapping[date, int], *, by: User, at: datetime
) -> None:
    """Plan *person* on a contract for so many minutes in each week; nothing takes a week back.

    :raises NotYours: *by* does not offer contracts for the client.
    :raises NotAllowed: the contract is in no project or does not go on, or the person does
        not work on it.
    """
    contract = Contract.objects.lock(contract_id)
    if not contract.client_may_offer(by):
        raise NotYours(f"It is for {contract.client} to plan this.")
    if not contract.is_hourly or contract.project_id is None:
        raise NotAllowed(f"{contract} is not planned: it is in no project, or has no hours.")
    if contract.state not in Contract.IN_FORCE:
        raise NotAllowed(f"{contract} is {contract.get_state_display()}: nobody works on it.")
    if person not in workers_of([contract])[contract.freelancer_id]:
        raise NotAllowed(f"{person} does not work for {contract.freelancer}.")
    for monday, planned in minutes.items():
        _set(contract, person, monday, planned)
    audit.record(by, "plan.changed", f"contract/{contract.ref}", at=at, weeks=len(minutes))


@transaction.atomic
def import_plan(project_id: int, text: str, *, by: User, at: datetime) -> int:
    """Plan what a table says, all of it or nothing; return how many weeks that were.

    :raises NotYours: *by* does not offer contracts for the client.
    :raises NotAllowed: a row of it is wrong.
    """
    project = Project.objects.lock(project_id)
    if not may(by, Deed.OFFER, project.client):
        raise NotYours(f"It is for {project.client} to plan this.")
    rows = preview(project, text)
    wrong = [row for row in rows if row.error]
    if wrong:
        raise NotAllowed(f"Line {wrong[0].line}: {wrong[0].error} Nothing was imported.")
    for row in rows:
        assert row.contract, "A row without an error names one."
        assert row.person, "And somebody."
        assert row.monday, "And a week."
        _set(row.contract, row.person, row.monday, row.minutes)
    audit.record(by, "plan.imported", f"project/{project.ref}", at=at, rows=len(rows))
    return len(rows)


def preview(project: Project, text: str) -> list[PlanRow]:
    """Return what a table would plan, row by row, with what is wrong in it."""
    contracts = list(hourly_of(project).select_related("freelancer").order_by("pk"))
    return read_plan(text, contracts, workers_of(contracts))


def _set(contract: Contract, person: User, monday: date, minutes: int) -> None:
    if monday.weekday() or not 0 <= minutes <= MOST_MINUTES:
        raise NotAllowed("A week begins on Monday and has at most 168 hours.")
    if not minutes:
        Allocation.objects.filter(contract=contract, person=person, monday=monday).delete()
        return
    Allocation.objects.update_or_create(
        contract=contract, person=person, monday=monday, defaults={"minutes": minutes}
    )
