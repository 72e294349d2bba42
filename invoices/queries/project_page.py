"""Projects of a client: how each stands against its budgets, and what is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing_site.kernel import charts
from billing_site.kernel.charts import Chart
from billing_site.kernel.money import Money, show, zero
from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership, Organization
from invoices.budgets import Use, use_of
from invoices.models import Contract, Expense, Invoice, Project
from invoices.queries.commitments import Commitment, Kind, Whose, commitments

MONTHS = 12
MOST_EXPENSES = 50


@dataclass(frozen=True, slots=True)
class Figures:
    """What contracts cost, by how certain it is."""

    agreed: Money
    held: Money
    billed: Money  # with what was paid
    paid: Money

    @property
    def committed(self) -> Money:
        return self.agreed + self.held

    @property
    def all(self) -> Money:
        return self.committed + self.billed


@dataclass(frozen=True, slots=True)
class ContractRow:
    contract: Contract
    figures: Figures


@dataclass(frozen=True, slots=True)
class ProjectRow:
    project: Project
    figures: Figures
    nearest: Use | None  # the budget that is nearest to its end


@dataclass(frozen=True, slots=True)
class ProjectList:
    rows: list[ProjectRow]
    may_begin: bool


@dataclass(frozen=True, slots=True)
class ProjectPage:
    project: Project
    sentence: str
    uses: list[Use]
    figures: Figures
    chart: Chart | None
    contracts: list[ContractRow]
    expenses: list[Expense]
    may_change: bool
    may_budget: bool


def project_list(acting: Membership, *, at: datetime) -> ProjectList:
    """Every project of the organization, open ones first, in a constant number of queries."""
    client = acting.organization
    projects = list(
        Project.objects.filter(client=client)
        .prefetch_related("budgets")
        .order_by("-state", "name", "pk")
    )
    by_project = _by_project(client, at=at)
    rows = [_row(each, by_project.get(each.pk, []), at=at) for each in projects]
    return ProjectList(rows, may_begin=allows(acting, Deed.OFFER))


def project_page(project: Project, acting: Membership, *, at: datetime) -> ProjectPage:
    contracts = project.contracts.exclude(state__in=Contract.UNSENT)
    found = commitments(Whose.PROJECT, project.pk, at=at)
    uses = [use_of(each, found, on=at.date()) for each in project.budgets.order_by("period", "pk")]
    rows = contracts.select_related("freelancer").order_by("-created_at", "-pk")
    ours = acting.organization_id == project.client_id
    figures = figures_of(found, project.currency)
    of_contract: dict[int, list[Commitment]] = defaultdict(list)
    for it in found:
        of_contract[it.contract_id].append(it)
    return ProjectPage(
        project=project,
        sentence=_sentence(project, uses, figures),
        uses=uses,
        figures=figures,
        chart=_burn_down(project, found, uses, on=at.date()),
        contracts=[
            ContractRow(each, figures_of(of_contract[each.pk], project.currency)) for each in rows
        ],
        expenses=list(
            Expense.objects.filter(
                contract__project=project, invoice__state__in=Invoice.ISSUED, removed_at=None
            )
            .select_related("invoice")
            .order_by("-spent_on", "-pk")[:MOST_EXPENSES]
        ),
        may_change=ours and allows(acting, Deed.OFFER),
        may_budget=ours and allows(acting, Deed.FUND),
    )


def figures_of(found: Iterable[Commitment], currency: str) -> Figures:
    sums = dict.fromkeys(Kind, zero(currency))
    for each in found:
        sums[each.kind] += each.net
    return Figures(
        agreed=sums[Kind.AGREED],
        held=sums[Kind.HELD],
        billed=sums[Kind.BILLED] + sums[Kind.PAID],
        paid=sums[Kind.PAID],
    )


def _by_project(client: Organization, *, at: datetime) -> dict[int, list[Commitment]]:
    contracts = Contract.objects.filter(client=client, project__isnull=False)
    project_of = dict(contracts.values_list("pk", "project_id"))
    found: dict[int, list[Commitment]] = {}
    for each in commitments(Whose.CLIENT, client.pk, at=at):
        project_id = project_of[each.contract_id]
        assert project_id, "Only contracts in projects were asked for."
        found.setdefault(project_id, []).append(each)
    return found


def _row(project: Project, found: list[Commitment], *, at: datetime) -> ProjectRow:
    uses = [use_of(budget, found, on=at.date()) for budget in project.budgets.all()]
    nearest = max(uses, key=lambda use: use.percent, default=None)
    return ProjectRow(project, figures_of(found, project.currency), nearest)


def _sentence(project: Project, uses: list[Use], figures: Figures) -> str:
    if not project.is_open:
        return "It is closed: nothing new comes into it. Its contracts go on."
    if not uses:
        return f"{show(figures.all)} are committed or billed. There is no budget yet."
    over = [use for use in uses if use.is_over]
    if over:
        return f"It is over its budget {over[0].what}{over[0].period}: {over[0].left_words}."
    nearest = max(uses, key=lambda use: use.percent)
    return f"{nearest.percent} % of the budget {nearest.what}{nearest.period} is used."


def _burn_down(
    project: Project, found: list[Commitment], uses: list[Use], *, on: date
) -> Chart | None:
    """What was billed by the end of each of the last months, and what that left of the whole."""
    billed: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for each in found:
        if each.is_billed and each.net:
            billed[each.on.year, each.on.month] += each.net.amount
    if not billed:
        return None
    months, nothing = _months(on), Decimal(0)
    so_far = [
        max(sum((billed[it] for it in billed if it <= month), nothing), nothing) for month in months
    ]
    series = [charts.Series("Billed so far", tuple(so_far))]
    whole = next(
        (use.budget.money for use in uses if use.first == date.min and not use.budget.category),
        None,
    )
    if whole:
        left = tuple(max(whole.amount - each, Decimal(0)) for each in so_far)
        series.insert(0, charts.Series("Left of the budget", left))
    return charts.lines(
        "Burn-down",
        [f"{date(year, month, 1):%b}" for year, month in months],
        series,
        show=lambda value: show(Money(value, project.currency)),
    )


def _months(on: date) -> list[tuple[int, int]]:
    """The last year's months, the one that *on* is in at the end."""
    last = on.year * 12 + on.month - 1
    return [_year_and_month(each) for each in range(last - MONTHS + 1, last + 1)]


def _year_and_month(number: int) -> tuple[int, int]:
    return number // 12, number % 12 + 1
