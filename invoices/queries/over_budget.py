"""Whether a budget that holds refuses an invoice: what its approval would find, said before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Sum

from billing_site.kernel.money import Money
from invoices.budgets import Use, use_of
from invoices.models import Budget, Invoice, Project
from invoices.queries.commitments import Commitment, Kind, Whose, commitments

# What the client agrees to only now. All else counted against a budget when it was agreed.
NOT_AGREED = (Invoice.Source.LINES, Invoice.Source.EXPENSES, Invoice.Source.BONUS)


def why_over(invoice: Invoice, *, at: datetime) -> str:
    """Return which hard budget has no room for *invoice*, in words; empty: all of them have."""
    return why_over_of([invoice], at=at).get(invoice.pk, "")


def why_over_of(invoices: Iterable[Invoice], *, at: datetime) -> dict[int, str]:
    """Return that by invoice, each looked at by itself; what a project holds is asked once."""
    by_project: dict[int, list[Invoice]] = {}
    for invoice in invoices:
        if invoice.contract.project_id and invoice.source in NOT_AGREED:
            by_project.setdefault(invoice.contract.project_id, []).append(invoice)
    if not by_project:
        return {}
    held = Project.objects.filter(pk__in=by_project, budgets__is_hard=True).distinct()
    why = {}
    for project in held.prefetch_related("budgets").order_by("pk"):
        found = commitments(Whose.PROJECT, project.pk, at=at)
        for invoice in by_project[project.pk]:
            if words := _why(project, found, invoice, at=at):
                why[invoice.pk] = words
    return why


def _why(project: Project, found: list[Commitment], invoice: Invoice, *, at: datetime) -> str:
    asked = list(_asked(invoice, at=at))
    categories = {"", *(each.category for each in asked)}
    budgets = [each for each in project.budgets.all() if each.is_hard]
    for use in _uses(budgets, [*found, *asked], invoice, at=at):
        if use.is_over and use.budget.category in categories:
            return (
                f"The budget of {project} {use.what}{use.period} is {use.limit_words}, and this "
                f"would make it {use.used_words}. It can be approved once the budget is raised."
            )
    return ""


def _uses(
    budgets: list[Budget], found: list[Commitment], invoice: Invoice, *, at: datetime
) -> Iterator[Use]:
    """Each budget in the periods of what the contract does not bill yet, and of this day."""
    ours = invoice.contract_id
    days = {each.on for each in found if each.contract_id == ours and not each.is_billed}
    for budget in budgets:
        for day in sorted({*days, at.date()}):
            yield use_of(budget, found, on=day)


def _asked(invoice: Invoice, *, at: datetime) -> Iterator[Commitment]:
    contract_id, today = invoice.contract_id, at.date()
    if invoice.source != Invoice.Source.EXPENSES:
        yield Commitment(contract_id, Kind.BILLED, today, invoice.net)
        return
    rows = (
        invoice.expenses.order_by().values("category").annotate(paid=Sum("gross"), vat=Sum("tax"))
    )
    for row in rows:
        net = Money(row["paid"] - row["vat"], invoice.currency)
        yield Commitment(contract_id, Kind.BILLED, today, net, category=row["category"])
