"""Home of who pays: what waits for approval or funding, what is held, what was spent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.urls import reverse

from billing_site.kernel.charts import Chart
from billing_site.kernel.money import Money, show
from billing_site.kernel.prepared import Prepared, inside
from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership, Organization
from invoices.models import Contract, FeeInvoice, Invoice, Milestone, RateProposal
from invoices.queries.contract_page import NextDate
from invoices.queries.home import (
    MOST_DATES,
    MOST_WAITING,
    FirstStep,
    HomePage,
    Monthly,
    Waiting,
    by_month,
    counted,
    first_of,
    monthly,
    months_begin,
    reviews_end,
    soonest,
)
from payments.models import Charge, Escrow
from payments.queries.stages import Stage

# Of escrows: what is still held, whatever was released, sent back, divided off or lost.
LEFT = Sum("gross") - Sum("released") - Sum("refunded") - Sum("divided") - Sum("lost")


def client_home(membership: Membership, *, at: datetime) -> HomePage:
    organization = membership.organization
    reviews, in_review = first_of(
        Invoice.objects.awaiting_approval()
        .filter(recipient=organization)
        .select_related("issuer", "contract")
        .order_by("answer_by", "pk")
    )
    unsent, of_unsent = first_of(_contracts(organization, Contract.State.DRAFT))
    offers, _ = first_of(_contracts(organization, Contract.State.OFFERED), MOST_DATES)
    proposals, of_proposals = _proposals(membership)
    unfunded, of_unfunded = _to_fund(membership)
    approves = allows(membership, Deed.APPROVE)
    waiting = [
        *(_to_approve(each) for each in reviews if approves),
        *map(_to_agree, proposals),
        *map(_fund_next, unfunded),
        *map(_to_send, unsent),
    ]
    spent, paid = _spent(organization, at=at)
    has_any = bool(waiting or offers) or Contract.objects.filter(client=organization).exists()
    return HomePage(
        sentence=_sentence(reviews, in_review, at=at),
        waiting=waiting[:MOST_WAITING],
        waiting_count=in_review * approves + of_proposals + of_unfunded + of_unsent,
        stages=_stages(organization, spent, paid, at=at),
        stages_title="Where your money is",
        chart=_chart(organization, spent, at=at),
        dates=soonest(
            [*reviews_end(reviews, unless=lambda _: "you answer"), *_offers_end(offers)], at=at
        ),
        first_step=None if has_any else _first_step(membership),
    )


def _contracts(client: Organization, state: Contract.State) -> QuerySet[Contract]:
    found = Contract.objects.filter(client=client, state=state).select_related("freelancer")
    return found.order_by("expires_at", "created_at", "pk")


def _to_approve(invoice: Invoice) -> Waiting:
    assert invoice.answer_by, "A review has an end."
    return Waiting(
        words=f"{invoice.issuer} asks for your approval",
        note=f"“{invoice.title}” of {invoice.contract.title}",
        amount=invoice.gross,
        url=invoice.get_absolute_url(),
        badge=f"approve by {_day(invoice.answer_by)}",
        tone="held",
    )


def _proposals(membership: Membership) -> tuple[list[RateProposal], int]:
    if not allows(membership, Deed.OFFER):
        return [], 0
    waiting = RateProposal.objects.open().filter(contract__client=membership.organization)
    return first_of(waiting.select_related("contract__freelancer").order_by("answer_by", "pk"))


def _to_agree(proposal: RateProposal) -> Waiting:
    return Waiting(
        words=f"{proposal.contract.freelancer} asks for more an hour",
        note=f"“{proposal.contract.title}”, now {show(proposal.was)}",
        amount=proposal.rate,
        url=proposal.get_absolute_url(),
        badge=f"answer by {_day(proposal.answer_by)}",
        tone="wait",
    )


def _to_fund(membership: Membership) -> tuple[list[Milestone], int]:
    """The next milestone of each active contract in which no work is funded, and how many."""
    if not allows(membership, Deed.FUND):
        return [], 0
    beside = Milestone.objects.filter(contract=OuterRef("contract"))
    planned = Milestone.objects.filter(
        ~Exists(beside.filter(state__in=["funding", "funded"])),
        ~Exists(beside.filter(state="planned", position__lt=OuterRef("position"))),
        contract__client=membership.organization,
        contract__state=Contract.State.ACTIVE,
        state=Milestone.State.PLANNED,
    )
    ordered = planned.order_by("contract__created_at", "contract")
    return first_of(ordered.select_related("contract__freelancer"))


def _fund_next(milestone: Milestone) -> Waiting:
    return Waiting(
        words=f"Fund “{milestone.title}”",
        note=f"{milestone.contract.freelancer} starts when the money is held",
        amount=milestone.price,
        url=reverse("milestone-funding", args=[milestone.ref]),
        badge="not funded yet",
        tone="wait",
    )


def _to_send(contract: Contract) -> Waiting:
    return Waiting(
        words=f"Send “{contract.title}” to {contract.freelancer}",
        note="A draft that nobody else sees",
        amount=None,
        url=reverse("contract-offer", args=[contract.ref]),
        badge="draft",
        tone="",
    )


def _stages(organization: Organization, spent: Monthly, paid: int, *, at: datetime) -> list[Stage]:
    currency = organization.currency
    found = _SUMS.one(currency, organization.pk)
    coming, held, waits = (
        Money(found[name] or 0, currency) for name in ("coming", "held", "waits")
    )
    invoices = found["invoices"] or 0
    this_year = sum((spent[month] for month in spent if month[0] == at.year), Decimal(0))
    return [
        Stage("On its way", coming, _count(found["payments"] or 0, "payment")),
        Stage("Held for work", held, _count(found["milestones"] or 0, "milestone")),
        Stage(
            "Waits for your approval",
            waits,
            _count(invoices, "invoice"),
            url=reverse("invoices") if invoices else "",
            link="Review" if invoices else "",
        ),
        Stage("Paid out this year", Money(this_year, currency), _count(paid, "invoice")),
    ]


def _sums(currency: str, client: int) -> QuerySet[Any, dict[str, Any]]:
    """What is on its way, held, and asked for in *currency*, and of how many: in one query."""
    mine = {"client": client, "currency": currency}
    on_its_way = Charge.objects.filter(**mine, state__in=["processing", "action_needed"])
    held = Escrow.objects.held().filter(**mine)
    asked = Invoice.objects.awaiting_approval().filter(recipient=client, currency=currency)
    return Organization.objects.filter(pk=client).values(
        coming=inside(on_its_way, Sum("amount")),
        payments=inside(on_its_way, Count("pk")),
        held=inside(held, LEFT),
        milestones=inside(held, Count("pk")),
        waits=inside(asked, Sum("gross")),
        invoices=inside(asked, Count("pk")),
    )


_SUMS = Prepared(_sums)


def _spent(organization: Organization, *, at: datetime) -> tuple[Monthly, int]:
    """What was paid out to freelancers by month, and how many invoices of this year that were."""
    year = datetime(at.year, 1, 1, tzinfo=UTC)
    paid = Invoice.objects.filter(
        recipient=organization,
        currency=organization.currency,
        state="paid",
        paid_at__gte=min(months_begin(at), year),
    )
    found = monthly(paid, "paid_at", gross=Sum("gross"), count=Count("pk"))
    count = sum(int(found["count"][month]) for month in found["count"] if month[0] == at.year)
    return found["gross"], count


def _chart(organization: Organization, spent: Monthly, *, at: datetime) -> Chart:
    currency = organization.currency
    fees = FeeInvoice.objects.filter(
        recipient=organization, currency=currency, caused_at__gte=months_begin(at)
    )
    of_fees = monthly(fees, "caused_at", gross=Sum("gross"))["gross"]
    sums = [("To freelancers", spent), ("Fees and VAT on them", of_fees)]
    return by_month("Spend by month", sums, at=at, currency=currency)


def _offers_end(offers: list[Contract]) -> list[NextDate]:
    return [
        NextDate(
            "Offer expires",
            None,
            contract.expires_at,
            f"“{contract.title}”, unless {contract.freelancer} answers",
            contract.get_absolute_url(),
        )
        for contract in offers
        if contract.expires_at
    ]


def _sentence(reviews: list[Invoice], count: int, *, at: datetime) -> str:
    if not reviews or reviews[0].answer_by is None:
        return "Nothing waits for your approval."
    first = reviews[0].answer_by
    soon = "today" if first - at < timedelta(days=1) else f"by {_day(first)}"
    waits = counted(count, "invoice waits", "invoices wait")
    return f"{waits} for your approval, the first {soon}: {show(reviews[0].gross)}."


def _first_step(membership: Membership) -> FirstStep:
    words = "Name the work and its price, and see the whole cost for both sides before you send it."
    if not allows(membership, Deed.OFFER):
        return FirstStep("No contract yet", "An owner or an approver offers the first one.", "", "")
    return FirstStep("Offer your first contract", words, reverse("contract-new"), "Write the offer")


def _count(number: int, noun: str) -> str:
    return counted(number, noun, f"{noun}s") if number else "none"


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"
