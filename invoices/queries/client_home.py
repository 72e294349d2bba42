"""Home of who pays: what waits for approval or funding, what is held, what was spent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Prefetch
from django.urls import reverse

from billing_site.kernel.charts import Chart
from billing_site.kernel.money import Money, show, zero
from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership, Organization
from invoices.models import Contract, FeeInvoice, Invoice, Milestone, RateProposal
from invoices.queries.contract_page import NextDate
from invoices.queries.home import (
    MOST_WAITING,
    FirstStep,
    HomePage,
    Waiting,
    by_month,
    counted,
    months_begin,
    reviews_end,
    soonest,
)
from payments.models import Charge, Escrow
from payments.queries.stages import Stage


def client_home(membership: Membership, *, at: datetime) -> HomePage:
    organization = membership.organization
    reviews = list(
        Invoice.objects.awaiting_approval()
        .filter(recipient=organization)
        .select_related("issuer", "contract")
        .order_by("answer_by", "pk")
    )
    contracts = list(
        Contract.objects.filter(client=organization, state__in=["draft", "offered", "active"])
        .select_related("freelancer")
        .prefetch_related(Prefetch("milestones", Milestone.objects.order_by("position")))
        .order_by("created_at", "pk")
    )
    waiting = [
        *(_to_approve(each) for each in reviews if allows(membership, Deed.APPROVE)),
        *(_to_agree(each) for each in _proposals(membership)),
        *_to_fund(contracts, membership),
        *(_to_send(each) for each in contracts if each.state == Contract.State.DRAFT),
    ]
    has_any = bool(contracts) or Contract.objects.filter(client=organization).exists()
    return HomePage(
        sentence=_sentence(reviews, at=at),
        waiting=waiting[:MOST_WAITING],
        waiting_count=len(waiting),
        stages=_stages(organization, reviews, at=at),
        stages_title="Where your money is",
        chart=_chart(organization, at=at),
        dates=soonest(
            [*reviews_end(reviews, unless=lambda _: "you answer"), *_offers_end(contracts)], at=at
        ),
        first_step=None if has_any else _first_step(membership),
    )


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


def _proposals(membership: Membership) -> list[RateProposal]:
    if not allows(membership, Deed.OFFER):
        return []
    waiting = RateProposal.objects.open().filter(contract__client=membership.organization)
    return list(waiting.select_related("contract__freelancer").order_by("answer_by", "pk"))


def _to_agree(proposal: RateProposal) -> Waiting:
    return Waiting(
        words=f"{proposal.contract.freelancer} asks for more an hour",
        note=f"“{proposal.contract.title}”, now {show(proposal.was)}",
        amount=proposal.rate,
        url=proposal.get_absolute_url(),
        badge=f"answer by {_day(proposal.answer_by)}",
        tone="wait",
    )


def _to_fund(contracts: list[Contract], membership: Membership) -> list[Waiting]:
    """The next milestone of each active contract in which no work is funded."""
    if not allows(membership, Deed.FUND):
        return []
    waiting: list[Waiting] = []
    for contract in contracts:
        milestones = list(contract.milestones.all())
        states = {each.state for each in milestones}
        if contract.state != Contract.State.ACTIVE or states & {"funding", "funded"}:
            continue
        planned = [each for each in milestones if each.state == Milestone.State.PLANNED]
        waiting += [_fund_next(each, contract) for each in planned[:1]]
    return waiting


def _fund_next(milestone: Milestone, contract: Contract) -> Waiting:
    return Waiting(
        words=f"Fund “{milestone.title}”",
        note=f"{contract.freelancer} starts when the money is held",
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


def _stages(organization: Organization, reviews: list[Invoice], *, at: datetime) -> list[Stage]:
    currency = organization.currency
    nothing = zero(currency)
    mine = {"client": organization, "currency": currency}
    on_its_way = Charge.objects.filter(**mine, state__in=["processing", "action_needed"])
    held = [each.gross for each in Escrow.objects.held().filter(**mine)]
    asked = [each.gross for each in reviews if each.currency == currency]
    paid = Invoice.objects.filter(
        recipient=organization, currency=currency, state="paid", paid_at__year=at.year
    )
    spent = [each.gross for each in paid]
    coming = [each.amount for each in on_its_way]
    return [
        Stage("On its way", sum(coming, start=nothing), _count(coming, "payment")),
        Stage("Held for work", sum(held, start=nothing), _count(held, "milestone")),
        Stage(
            "Waits for your approval",
            sum(asked, start=nothing),
            _count(asked, "invoice"),
            url=reverse("invoices") if asked else "",
            link="Review" if asked else "",
        ),
        Stage("Paid out this year", sum(spent, start=nothing), _count(spent, "invoice")),
    ]


def _chart(organization: Organization, *, at: datetime) -> Chart:
    currency, since = organization.currency, months_begin(at)
    paid = Invoice.objects.filter(recipient=organization, currency=currency, state="paid")
    fees = FeeInvoice.objects.filter(recipient=organization, currency=currency)
    sums: list[tuple[str, list[tuple[datetime, Money]]]] = [
        (
            "To freelancers",
            [
                (each.paid_at, each.gross)
                for each in paid.filter(paid_at__gte=since)
                if each.paid_at
            ],
        ),
        (
            "Fees and VAT on them",
            [(f.caused_at, f.gross) for f in fees.filter(caused_at__gte=since)],
        ),
    ]
    return by_month("Spend by month", sums, at=at, currency=currency)


def _offers_end(contracts: list[Contract]) -> list[NextDate]:
    return [
        NextDate(
            "Offer expires",
            None,
            contract.expires_at,
            f"“{contract.title}”, unless {contract.freelancer} answers",
            contract.get_absolute_url(),
        )
        for contract in contracts
        if contract.state == Contract.State.OFFERED and contract.expires_at
    ]


def _sentence(reviews: list[Invoice], *, at: datetime) -> str:
    if not reviews or reviews[0].answer_by is None:
        return "Nothing waits for your approval."
    first = reviews[0].answer_by
    soon = "today" if first - at < timedelta(days=1) else f"by {_day(first)}"
    waits = counted(len(reviews), "invoice waits", "invoices wait")
    return f"{waits} for your approval, the first {soon}: {show(reviews[0].gross)}."


def _first_step(membership: Membership) -> FirstStep:
    words = "Name the work and its price, and see the whole cost for both sides before you send it."
    if not allows(membership, Deed.OFFER):
        return FirstStep("No contract yet", "An owner or an approver offers the first one.", "", "")
    return FirstStep("Offer your first contract", words, reverse("contract-new"), "Write the offer")


def _count(things: list[Money], noun: str) -> str:
    return counted(len(things), noun, f"{noun}s") if things else "none"


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"
