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


def commitments(contracts: QuerySet[Contract], *, at: datetime) -> list[Commitment]:
    """Return what *contracts* cost, in a constant number of queries."""
    inner = contracts.order_by().values("pk")
    return [
        *_billed(inner),
        *_expenses(inner),
        *_credits(inner),
        *_milestones(inner, at=at),
        *_weeks(contracts, at=at),
        *_retainers(contracts, at=at),
    ]


def _issued(inner: Any) -> QuerySet[Invoice]:
    return Invoice.objects.filter(contract__in=inner, state__in=Invoice.ISSUED)


def _billed(inner: Any) -> Iterator[Commitment]:
    """Issued invoices, and those of weeks and periods that are being reviewed.

    What was held for a milestone stays in the period in which its payment began.
    """
    reviewed = Invoice.objects.filter(
        contract__in=inner,
        source__in=(Invoice.Source.WEEK, Invoice.Source.PERIOD),
        state__in=(*Invoice.REVIEWED, Invoice.State.RETURNED),
    )
    # Joined by "or", the two would be looked for in everybody's invoices.
    both = reviewed.order_by().values("pk").union(_issued(inner).order_by().values("pk"))
    found = Invoice.objects.filter(pk__in=both)
    for row in found.exclude(source=Invoice.Source.EXPENSES).values(
        "contract_id", "state", "net", "currency", "escrow_id", "approved_at", "submitted_at",
        "week__starts_on", "milestone__funding_began_at",
    ):  # fmt: skip
        moment = row["milestone__funding_began_at"] or row["approved_at"] or row["submitted_at"]
        assert moment, "It was submitted at least."
        on = row["week__starts_on"] or moment.date()
        yield Commitment(
            row["contract_id"],
            _kind(row),
            on,
            Money(row["net"], row["currency"]),
            is_reviewed=row["state"] not in Invoice.ISSUED,
        )


def _kind(row: Mapping[str, Any]) -> Kind:
    if row["state"] == Invoice.State.PAID:
        return Kind.PAID
    if row["state"] in Invoice.ISSUED:
        return Kind.BILLED
    return Kind.HELD if row["escrow_id"] else Kind.AGREED


def _expenses(inner: Any) -> Iterator[Commitment]:
    found = Expense.objects.filter(invoice__in=_issued(inner).values("pk"))
    for row in found.values(
        "contract_id", "category", "currency", state=F("invoice__state"),
        escrow_id=F("invoice__escrow_id"), approved_at=F("invoice__approved_at"),
    ).annotate(paid=Sum("gross"), vat=Sum("tax")):  # fmt: skip
        net = Money(row["paid"] - row["vat"], row["currency"])
        on = row["approved_at"].date()
        yield Commitment(row["contract_id"], _kind(row), on, net, category=row["category"])


def _credits(inner: Any) -> Iterator[Commitment]:
    """What was taken back of the invoices, in the period that those were in."""
    found = CreditNote.objects.filter(invoice__in=_issued(inner).values("pk"))
    for row in found.values(
        "net", "currency", contract=F("invoice__contract_id"), state=F("invoice__state"),
        escrow_id=F("invoice__escrow_id"), approved_at=F("invoice__approved_at"),
        monday=F("invoice__week__starts_on"), began_at=F("invoice__milestone__funding_began_at"),
    ):  # fmt: skip
        on = row["monday"] or (row["began_at"] or row["approved_at"]).date()
        yield Commitment(row["contract"], _kind(row), on, Money(-row["net"], row["currency"]))


def _milestones(inner: Any, *, at: datetime) -> Iterator[Commitment]:
    """Those to be funded, and the rest of what is held for others."""
    open_ones = Milestone.objects.filter(
        contract__in=inner,
        contract__state__in=PROMISED,
        state__in=(Milestone.State.PLANNED, Milestone.State.FUNDING, Milestone.State.FUNDED),
    )
    issued = Sum("invoices__net", filter=Q(invoices__state__in=Invoice.ISSUED))
    for row in open_ones.values(
        "contract_id", "state", "price", "currency", "due_on", "funding_began_at"
    ).annotate(issued=issued):
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


def _weeks(contracts: QuerySet[Contract], *, at: datetime) -> Iterator[Commitment]:
    """Minutes of billed weeks; and each week that is not billed, at the limit of it."""
    hourly = contracts.filter(kind=Contract.Kind.HOURLY).order_by("pk")
    for contract in hourly.prefetch_related("weeks", "rates", "limits"):
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


def _retainers(contracts: QuerySet[Contract], *, at: datetime) -> Iterator[Commitment]:
    running = contracts.filter(kind=Contract.Kind.RETAINER, state__in=PROMISED).order_by("pk")
    for contract in running.select_related("retainer"):
        terms = contract.retainer
        if contract.state == S.OFFERED or terms.bills_on:
            on = max(terms.starts_on, at.date())
            yield Commitment(contract.pk, Kind.AGREED, on, terms.amount)
