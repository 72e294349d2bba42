"""Projects and their budgets: written by the client for itself; a freelancer reads the name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, currency_of, show
from billing_site.kernel.transitions import NotAllowed, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import audit
from invoices.models import Budget, Contract, Project
from invoices.queries.commitments import Whose, commitments
from invoices.services import budgeting


@dataclass(frozen=True, slots=True)
class Named:
    """What a project is called, and whose costs it is."""

    name: str
    code: str
    cost_center: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a budget limits. None: not limited."""

    money: Money | None
    minutes: int | None
    is_hard: bool


@transaction.atomic
def begin(client: Organization, named: Named, *, currency: str, by: User, at: datetime) -> Project:
    """Begin a project of *client*.

    :raises NotYours: *by* does not offer contracts for the client.
    :raises NotAllowed: the code names another project, or it is no client.
    """
    if not client.is_client or not may(by, Deed.OFFER, client):
        raise NotYours(f"It is not for {by} to begin projects of {client}.")
    _refuse_known_code(client, named.code)
    return Project.objects.create(
        client=client,
        currency=currency,
        created_at=at,
        name=named.name,
        code=named.code,
        cost_center=named.cost_center,
    )


@transaction.atomic
def rename(project_id: int, named: Named, *, by: User) -> Project:
    """Call a project something else. What was issued keeps the name that it had."""
    project = _lock(project_id, by, Deed.OFFER)
    _refuse_known_code(project.client, named.code, but=project)
    project.name, project.code = named.name, named.code
    project.cost_center = named.cost_center
    project.save(update_fields=["name", "code", "cost_center"])
    return project


@transaction.atomic
def close(project_id: int, *, by: User, at: datetime) -> Project:
    """Let nothing new into a project. Its contracts go on, and its budgets hold."""
    project = Project.objects.lock(project_id)
    take(project.close, by=by, at=at)
    return project


@transaction.atomic
def reopen(project_id: int, *, by: User, at: datetime) -> Project:
    project = Project.objects.lock(project_id)
    take(project.reopen, by=by, at=at)
    return project


@transaction.atomic
def assign(
    contract_id: int,
    project: Project | None,
    *,
    by: User,
    at: datetime,
    over_budget: bool = False,
) -> Contract:
    """Put a contract into a project of its client, or take it out of the one that it is in.

    :raises NotYours: *by* does not offer contracts for the client, or takes it out of a budget
        that holds and does not pay for the client.
    :raises NotAllowed: the project is closed, another's or in another currency; or a budget of it
        does not hold what the contract costs.
    """
    contract = Contract.objects.lock(contract_id)
    if not contract.client_may_offer(by):
        raise NotYours(f"It is for {contract.client} to say which project this is of.")
    if contract.project_id and contract.project_id != (project.pk if project else None):
        _refuse_to_escape(contract, by)
    if project and project.pk != contract.project_id:
        project = Project.objects.lock(project.pk)
        _refuse_unfit(project, contract)
    contract.project = project
    contract.save(update_fields=["project"])
    audit.record(
        by,
        "contract.project",
        f"contract/{contract.ref}",
        at=at,
        project=project.ref if project else "",
    )
    billed = {it.on for it in commitments(Whose.CONTRACT, contract.pk, at=at)}
    budgeting.check(contract, by=by, at=at, over_budget=over_budget, billed_on=billed)
    return contract


@transaction.atomic
def set_budget(
    project_id: int, period: str, category: str, limits: Limits, *, by: User, at: datetime
) -> Budget:
    """Set what a project may cost in each period; one that is there for it is changed.

    :raises NotYours: *by* does not pay for the client.
    :raises NotAllowed: it limits nothing, or the wrong thing.
    """
    project = _lock(project_id, by, Deed.FUND)
    if limits.money is None and limits.minutes is None:
        raise NotAllowed("A budget limits money, hours or both. Write at least one.")
    if limits.money is not None and currency_of(limits.money) != project.currency:
        raise NotAllowed(f"{project} is in {project.currency}.")
    if category and limits.minutes is not None:
        raise NotAllowed("A budget for expenses limits money: expenses take no hours.")
    known = project.budgets.filter(period=period, category=category).first()
    if known and (known.money, known.minutes) != (limits.money, limits.minutes):
        known.alerts.all().delete()  # They were of the old limit.
    budget, _ = Budget.objects.update_or_create(
        project=project,
        period=period,
        category=category,
        defaults={
            "currency": project.currency,
            "money": limits.money,
            "minutes": limits.minutes,
            "is_hard": limits.is_hard,
        },
    )
    audit.record(
        by,
        "budget.set",
        f"project/{project.ref}",
        at=at,
        budget=budget.ref,
        money=show(limits.money) if limits.money else "",
        minutes=limits.minutes or 0,
        is_hard=limits.is_hard,
    )
    return budget


@transaction.atomic
def remove_budget(budget_id: int, *, by: User, at: datetime) -> None:
    """Take a budget away. From now on nothing is compared with it."""
    project_id = Budget.objects.values_list("project_id", flat=True).get(pk=budget_id)
    project = _lock(project_id, by, Deed.FUND)
    budget = project.budgets.get(pk=budget_id)
    audit.record(by, "budget.removed", f"project/{project.ref}", at=at, budget=budget.ref)
    budget.delete()


def _lock(project_id: int, by: User, deed: Deed) -> Project:
    project = Project.objects.lock(project_id)
    if not may(by, deed, project.client):
        raise NotYours(f"It is not for {by} to change {project}.")
    return project


def _refuse_known_code(client: Organization, code: str, *, but: Project | None = None) -> None:
    namesakes = Project.objects.filter(client=client, code=code)
    if (namesakes.exclude(pk=but.pk) if but else namesakes).exists():
        raise NotAllowed(f"{code} is the code of another project.")


def _refuse_to_escape(contract: Contract, by: User) -> None:
    """Whoever may not raise a budget that holds takes nothing out of it either."""
    is_hard = Budget.objects.filter(project=contract.project_id, is_hard=True).exists()
    if is_hard and not may(by, Deed.FUND, contract.client):
        raise NotYours(
            f"{contract.project} has a budget that holds: only who pays for {contract.client} "
            "takes a contract out of it."
        )


def _refuse_unfit(project: Project, contract: Contract) -> None:
    if project.client_id != contract.client_id:
        raise NotYours(f"{project} is not a project of {contract.client}.")
    if not project.is_open:
        raise NotAllowed(f"{project} is closed. Reopen it to put something into it.")
    if project.currency != contract.currency:
        raise NotAllowed(f"{project} is in {project.currency}, and the contract is not.")
