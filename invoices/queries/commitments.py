"""What contracts cost a client: what was billed, and what can be billed before anybody can stop it.

Net of the freelancers' VAT and of our fees. A planned milestone counts once it was offered; an
hourly contract with each week that is not billed yet, at its limit; a retainer with its period.
What a freelancer only asked for (expenses, a bonus, lines) counts when the client agrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from billing_site.kernel.money import Money
from billing_site.kernel.periods import week_of
from billing_site.kernel.prepared import Prepared
from invoices.hours import limit_of, week_at_the_limit
from invoices.models import Contract, CreditNote, Expense, Invoice, Milestone, Week

S = Contract.State
PROMISED = (S.OFFERED, S.ACTIVE, S.PAUSED, S.ENDING)
NOTHING = Decimal(0)


class Kind(StrEnum):
    AGREED = "agreed"  # offered, or to be billed for what is running
    HELD = "held"
    BILLED = "billed"  # and not paid yet
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Commitment:
    contract_id: int
    kind: Kind
    on: date
    net: Money
    minutes: int = 0
    category: str = ""  # of an expense
    is_reviewed: bool = False  # an invoice asks for it, which is not approved
    is_limit: bool = False  # the most that a week may come to that is not billed

    @property
    def is_billed(self) -> bool:
        return self.kind in {Kind.BILLED, Kind.PAID}


class Whose(StrEnum):
    """Whose contracts are asked about."""

    PROJECT = "project"
    CLIENT = "client"  # all that are in a project
    CONTRACT = "contract"  # this one

    def contracts(self, key: int) -> QuerySet[Contract]:
        if self == Whose.PROJECT:
            return Contract.objects.filter(project=key)
        if self == Whose.CLIENT:
            return Contract.objects.filter(client=key, project__isnull=False)
        return Contract.objects.filter(pk=key)

    def inner(self, key: int) -> Any:
        return self.contracts(key).order_by().values("pk")

    def issued(self, key: int) -> QuerySet[Invoice]:
        return Invoice.objects.filter(contract__in=self.inner(key), state__in=Invoice.ISSUED)


def commitments(whose: Whose, key: int, *, at: datetime) -> list[Commitment]:
    """Return what the contracts of a project, of a client, or one cost.

    In a constant number of queries.
    """
    return [
        *map(_of_billed, _BILLED.all(whose, key)),
        *map(_of_expenses, _EXPENSES.all(whose, key)),
        *map(_of_credit, _CREDITS.all(whose, key)),
        *_of_milestones(_MILESTONES.all(whose, key), at=at),
        *_of_weeks(_HOURLY.all(whose, key), at=at),
        *_of_retainers(_RETAINERS.all(whose, key), at=at),
    ]


def _billed(whose: Whose, key: int) -> QuerySet[Any, Any]:
    """Issued invoices, and those of weeks and periods that are being reviewed."""
    reviewed = Invoice.objects.filter(
        contract__in=whose.inner(key),
        source__in=(Invoice.Source.WEEK, Invoice.Source.PERIOD),
        state__in=(*Invoice.REVIEWED, Invoice.State.RETURNED),
    )
    # Joined by "or", the two would be looked for in everybody's invoices.
    both = reviewed.order_by().values("pk").union(whose.issued(key).order_by().values("pk"))
    found = Invoice.objects.filter(pk__in=both)
    return found.exclude(source=Invoice.Source.EXPENSES).values(
        "contract_id", "state", "net", "currency", "escrow_id", "approved_at", "submitted_at",
        "week__starts_on", "milestone__funding_began_at",
    )  # fmt: skip


def _of_billed(row: dict[str, Any]) -> Commitment:
    """What was held for a milestone stays in the period in which its payment began."""
    moment = row["milestone__funding_began_at"] or row["approved_at"] or row["submitted_at"]
    assert moment, "It was submitted at least."
    return Commitment(
        row["contract_id"],
        _kind(row),
        row["week__starts_on"] or moment.date(),
        Money(row["net"], row["currency"]),
        is_reviewed=row["state"] not in Invoice.ISSUED,
    )


def _kind(row: Mapping[str, Any]) -> Kind:
    if row["state"] == Invoice.State.PAID:
        return Kind.PAID
    if row["state"] in Invoice.ISSUED:
        return Kind.BILLED
    return Kind.HELD if row["escrow_id"] else Kind.AGREED


def _expenses(whose: Whose, key: int) -> QuerySet[Any, Any]:
    found = Expense.objects.filter(invoice__in=whose.issued(key).values("pk"))
    return found.values(
        "contract_id", "category", "currency", state=F("invoice__state"),
        escrow_id=F("invoice__escrow_id"), approved_at=F("invoice__approved_at"),
    ).annotate(paid=Sum("gross"), vat=Sum("tax"))  # fmt: skip


def _of_expenses(row: dict[str, Any]) -> Commitment:
    net = Money(row["paid"] - row["vat"], row["currency"])
    on = row["approved_at"].date()
    return Commitment(row["contract_id"], _kind(row), on, net, category=row["category"])


def _credits(whose: Whose, key: int) -> QuerySet[Any, Any]:
    found = CreditNote.objects.filter(invoice__in=whose.issued(key).values("pk"))
    return found.values(
        "net", "currency", contract=F("invoice__contract_id"), state=F("invoice__state"),
        escrow_id=F("invoice__escrow_id"), approved_at=F("invoice__approved_at"),
        monday=F("invoice__week__starts_on"), began_at=F("invoice__milestone__funding_began_at"),
    )  # fmt: skip


def _of_credit(row: dict[str, Any]) -> Commitment:
    """What was taken back of an invoice, in the period that it was in."""
    on = row["monday"] or (row["began_at"] or row["approved_at"]).date()
    return Commitment(row["contract"], _kind(row), on, Money(-row["net"], row["currency"]))


def _milestones(whose: Whose, key: int) -> QuerySet[Any, Any]:
    open_ones = Milestone.objects.filter(
        contract__in=whose.inner(key),
        contract__state__in=PROMISED,
        state__in=(Milestone.State.PLANNED, Milestone.State.FUNDING, Milestone.State.FUNDED),
    )
    return open_ones.values(
        "contract_id", "state", "price", "currency", "due_on", "funding_began_at"
    ).annotate(issued=Sum("invoices__net", filter=Q(invoices__state__in=Invoice.ISSUED)))


def _of_milestones(found: list[dict[str, Any]], *, at: datetime) -> Iterator[Commitment]:
    """Those to be funded, and the rest of what is held for others."""
    for row in found:
        rest = row["price"] - (row["issued"] or NOTHING)
        if rest <= 0:
            continue
        is_held, began_at = row["state"] == Milestone.State.FUNDED, row["funding_began_at"]
        due_on = max(row["due_on"] or at.date(), at.date())
        is_planned = row["state"] == Milestone.State.PLANNED
        yield Commitment(
            row["contract_id"],
            Kind.HELD if is_held else Kind.AGREED,
            due_on if is_planned or not began_at else began_at.date(),
            Money(rest, row["currency"]),
        )


def _hourly(whose: Whose, key: int) -> QuerySet[Contract]:
    hourly = whose.contracts(key).filter(kind=Contract.Kind.HOURLY).order_by("pk")
    return hourly.prefetch_related("weeks", "rates", "limits")


def _of_weeks(hourly: list[Contract], *, at: datetime) -> Iterator[Commitment]:
    """Minutes of billed weeks; and each week that is not billed, at the limit of it."""
    for contract in hourly:
        weeks = list(contract.weeks.all())
        for week in weeks:
            if week.billed:
                yield Commitment(
                    contract.pk,
                    Kind.BILLED,
                    week.starts_on,
                    Money(0, contract.currency),
                    minutes=week.billed,
                )
        if contract.state in PROMISED:
            yield from _unbilled(contract, weeks, at=at)


def _unbilled(contract: Contract, weeks: list[Week], *, at: datetime) -> Iterator[Commitment]:
    mondays = {week.starts_on for week in weeks if week.state == Week.State.OPEN}
    if contract.state != S.ENDING:
        mondays.add(week_of(max(at, contract.created_at)))
    rates, limits = list(contract.rates.all()), list(contract.limits.all())
    rate = max(rates, key=lambda each: each.effective_from)  # also one that is to come
    for monday in mondays:
        limit = limit_of(limits, monday)
        yield Commitment(
            contract.pk,
            Kind.AGREED,
            monday,
            week_at_the_limit(rate, limit),
            minutes=limit.minutes,
            is_limit=True,
        )


def _retainers(whose: Whose, key: int) -> QuerySet[Contract]:
    contracts = whose.contracts(key)
    running = contracts.filter(kind=Contract.Kind.RETAINER, state__in=PROMISED).order_by("pk")
    return running.select_related("retainer")


def _of_retainers(running: list[Contract], *, at: datetime) -> Iterator[Commitment]:
    for contract in running:
        terms = contract.retainer
        if contract.state == S.OFFERED or terms.bills_on:
            on = max(terms.starts_on, at.date())
            yield Commitment(contract.pk, Kind.AGREED, on, terms.amount)


_BILLED, _EXPENSES, _CREDITS = Prepared(_billed), Prepared(_expenses), Prepared(_credits)
_MILESTONES, _HOURLY, _RETAINERS = Prepared(_milestones), Prepared(_hourly), Prepared(_retainers)
