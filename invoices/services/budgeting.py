"""Budgets hold: whatever commits a client's money is compared with them before it stands.

The caller has written what it commits, in its own transaction, and asks then; a refusal takes
all of it back. The project is locked, after contract, milestone and invoice, so that of several
that fit alone only as many get through as fit together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction

from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people import mailing
from billing_site.people.access import Deed
from billing_site.people.models import User
from billing_site.platform import audit
from invoices.budgets import Use, use_of
from invoices.models import BudgetAlert, Contract, Invoice, Project
from invoices.models.budget import THRESHOLDS
from invoices.queries.commitments import Commitment, Whose, commitments
from invoices.services.telling import tell


class OverBudget(NotAllowed):
    """It would go over a budget that holds."""


class NearBudget(NotAllowed):
    """It would go over a budget that only warns: whoever commits says that they know."""


@transaction.atomic
def check(
    contract: Contract,
    *,
    by: User | SYSTEM,
    at: datetime,
    categories: Collection[str] = (),
    over_budget: bool = False,
    billed_on: Collection[date] = (),
) -> None:
    """Compare what *contract* commits by now with the budgets of its project.

    The periods are those of what it does not bill yet, and of *billed_on*.

    :raises OverBudget: a hard budget does not hold it.
    :raises NearBudget: a soft one does not, and nobody said *over_budget*.
    """
    if contract.project_id is None:
        return
    project = Project.objects.lock(contract.project_id)
    found = commitments(Whose.PROJECT, project.pk, at=at)
    days = {each.on for each in found if each.contract_id == contract.pk and not each.is_billed}
    uses = _uses(project, found, days.union(billed_on))
    over = [use for use in uses if use.is_over and use.budget.category in {"", *categories}]
    for use in over:
        if use.budget.is_hard:
            raise OverBudget(_refusal(project, use))
    for use in over:
        if not over_budget:
            raise NearBudget(
                f"This goes over the budget of {project} {use.what}{use.period}: "
                f"{use.used_words} of {use.limit_words}. Tick the box to go on all the same."
            )
        audit.record(
            by,
            "budget.exceeded",
            f"project/{project.ref}",
            at=at,
            contract=contract.ref,
            budget=use.budget.ref,
        )
    _alert(project, uses, at=at)


def check_invoice(
    invoice: Invoice, contract: Contract, *, by: User | SYSTEM, at: datetime, over_budget: bool
) -> None:
    """Compare an invoice that was agreed to just now with the budgets, as `check` does.

    What it bills is of this day, and of the categories of its expenses.
    """
    categories = set(invoice.expenses.values_list("category", flat=True))
    check(
        contract,
        by=by,
        at=at,
        categories=categories,
        over_budget=over_budget,
        billed_on={at.date()},
    )


def alert_all(*, at: datetime) -> list[BudgetAlert]:
    """Tell of what weeks and periods used up meanwhile, which were agreed before."""
    budgeted = Project.objects.filter(state=Project.State.OPEN, budgets__isnull=False).distinct()
    keys = budgeted.order_by("pk").values_list("pk", flat=True)
    told = one_by_one(keys, lambda pk: _alert_one(pk, at=at), to="compare project")
    return [alert for alerts in told for alert in alerts]


@transaction.atomic
def _alert_one(project_id: int, *, at: datetime) -> list[BudgetAlert]:
    project = Project.objects.lock(project_id)
    found = commitments(Whose.PROJECT, project.pk, at=at)
    return _alert(project, _uses(project, found, {at.date()}), at=at)


def _uses(project: Project, found: list[Commitment], days: Iterable[date]) -> list[Use]:
    """Each budget in each of its periods that one of *days* is in."""
    uses: dict[tuple[int, date], Use] = {}
    for budget in project.budgets.order_by("pk"):
        for day in sorted(days):
            use = use_of(budget, found, on=day)
            uses[budget.pk, use.first] = use
    return list(uses.values())


def _alert(project: Project, uses: list[Use], *, at: datetime) -> list[BudgetAlert]:
    """Tell of each threshold once in a period; of several that were passed at once, the highest."""
    told = []
    for use in uses:
        known = set(
            BudgetAlert.objects.filter(budget=use.budget, starts_on=use.first).values_list(
                "percent", flat=True
            )
        )
        passed = [each for each in THRESHOLDS if each <= use.percent and each not in known]
        made = [
            BudgetAlert(budget=use.budget, starts_on=use.first, percent=each, at=at)
            for each in passed
        ]
        told += BudgetAlert.objects.bulk_create(made)
        if passed and not any(each > passed[-1] for each in known):
            _tell(project, use, made[-1], at=at)
    return told


def _tell(project: Project, use: Use, alert: BudgetAlert, *, at: datetime) -> None:
    tell(
        project.client,
        Deed.FUND,
        project,
        template="budget_used",
        subject=f"{project}: {alert.percent} % of the budget {use.what}{use.period} is used",
        key=f"budget/{use.budget.ref}/{alert.pk}",
        at=at,
        used=use.used_words,
        limit=use.limit_words,
        left=use.left_words,
        period=f"{use.what}{use.period}",
        is_hard=use.budget.is_hard,
    )


def _refusal(project: Project, use: Use) -> str:
    names = " or ".join(name for _, name in mailing.contacts(project.client, Deed.FUND)[:3])
    return (
        f"The budget of {project} {use.what}{use.period} is {use.limit_words}, and this would "
        f"make it {use.used_words}. Nothing was done, and no money moved. "
        f"{names} can raise the budget."
    )
