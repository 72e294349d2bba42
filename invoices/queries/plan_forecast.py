"""What a project comes to when all goes as planned: billed, asked for, agreed and planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet, Sum

from billing_site.kernel.money import Money, for_minutes, zero
from billing_site.kernel.periods import week_of
from invoices.hours import rate_at
from invoices.models import Contract, Expense, Invoice, Project, Week
from invoices.queries.commitments import Commitment, Whose, commitments
from invoices.queries.unbilled import of_open, unbilled

Place = tuple[int, int, date]  # the keys of a contract and of a person, and a Monday
# What nobody had agreed to before: it is a cost of the project when the client agrees.
ASKED = (Invoice.Source.LINES, Invoice.Source.EXPENSES, Invoice.Source.BONUS)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Net of VAT and of our fees. Each sum is of what the others leave out."""

    billed: Money  # also what is being reviewed of a week or a period
    asked: Money  # expenses, a bonus or lines that are not approved
    fixed: Money  # held or agreed, and not paid by the hour
    planned: Money  # time that is not billed

    @property
    def total(self) -> Money:
        return self.billed + self.asked + self.fixed + self.planned


def forecast(
    project: Project,
    hourly: list[Contract],
    planned: dict[Place, int],
    logged: dict[Place, int],
    *,
    at: datetime,
) -> Forecast:
    """Return the sums; *hourly* are the contracts that people are planned on."""
    nothing = zero(project.currency)
    contracts = project.contracts.all()
    found = commitments(Whose.PROJECT, project.pk, at=at)
    over = Week.objects.filter(contract__in=[e.pk for e in hourly], starts_on__lt=week_of(at))

    def total(kept: list[Commitment]) -> Money:
        return sum((each.net for each in kept), nothing)

    return Forecast(
        billed=total([each for each in found if each.is_billed or each.is_reviewed]),
        asked=_asked(contracts, nothing),
        fixed=total(
            [e for e in found if not (e.is_billed or e.is_reviewed or e.is_limit)],
        ),
        planned=sum(
            [
                *(_to_come(each, planned, logged, at=at) for each in hourly),
                *(net for _, net in of_open(unbilled(over))),
            ],
            nothing,
        ),
    )


def _asked(contracts: QuerySet[Contract], nothing: Money) -> Money:
    asked = Invoice.objects.filter(
        contract__in=contracts.order_by().values("pk"),
        source__in=ASKED,
        state__in=(*Invoice.REVIEWED, Invoice.State.RETURNED),
    )
    others = asked.exclude(source=Invoice.Source.EXPENSES).aggregate(net=Sum("net"))["net"]
    paid = Expense.objects.filter(invoice__in=asked.order_by().values("pk"))
    expenses = paid.aggregate(net=Sum("gross") - Sum("tax"))["net"]
    return nothing + Money((others or 0) + (expenses or 0), nothing.currency)


def _to_come(
    contract: Contract, planned: dict[Place, int], logged: dict[Place, int], *, at: datetime
) -> Money:
    """What is planned from this week on, or logged where that is more, at the rate of today."""
    this_week = week_of(at)
    places = {it for it in (planned.keys() | logged.keys()) if it[0] == contract.pk}
    minutes = sum(max(planned.get(it, 0), logged.get(it, 0)) for it in places if it[2] >= this_week)
    rate = rate_at(list(contract.rates.all()), max(at, contract.created_at))
    return for_minutes(minutes, rate=rate.rate)
