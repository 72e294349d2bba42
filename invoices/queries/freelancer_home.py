"""Home of who works: what to answer, deliver or change, where the money is, when it comes."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse

from billing_site.kernel.charts import Chart
from billing_site.kernel.money import show
from billing_site.kernel.prepared import Prepared
from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership, Organization
from invoices.fees import cost_of
from invoices.models import Contract, Invoice, Milestone
from invoices.queries.contract_page import NextDate
from invoices.queries.home import (
    MOST_DATES,
    MOST_WAITING,
    FirstOf,
    FirstStep,
    HomePage,
    Waiting,
    by_month,
    counted,
    months_begin,
    reviews_end,
    soonest,
)
from payments.models import Freeze, Lot
from payments.queries.earned import earned_by_month
from payments.queries.stages import stages_of


def freelancer_home(membership: Membership, *, at: datetime, most: int = MOST_WAITING) -> HomePage:
    """Return *most* of what waits for this member, and how much that is in all."""
    organization = membership.organization
    ours = organization.pk
    offers, of_offers = _OFFERS(most, ours, at)
    returned, of_returned = _RETURNED(most, ours)
    reviews, _ = _REVIEWS(MOST_DATES, ours)
    lots = _PENDING.all("", ours)
    coming = [lot for lot in lots if lot.left]
    waiting: list[Waiting] = []
    count = 0
    if allows(membership, Deed.WORK):
        funded, of_funded = _FUNDED(most, ours)
        waiting += [*map(_to_change, returned), *(_to_answer(each, at=at) for each in offers)]
        waiting += map(_to_deliver, funded)
        count = of_returned + of_offers + of_funded
    stages = stages_of(organization, at=at, pending=lots)
    withdraw = reverse("payout-new") if allows(membership, Deed.WITHDRAW) else ""
    has_any = bool(offers or returned or reviews) or Contract.objects.of(organization).exists()
    return HomePage(
        sentence=_sentence(coming, count),
        waiting=waiting[:most],
        waiting_count=count,
        stages=stages.rows(withdraw_url=withdraw),
        stages_title="Where your money is",
        chart=_chart(organization, at=at),
        dates=soonest(
            [
                *reviews_end(reviews, unless=lambda it: f"{it.recipient} answers"),
                *_lots(coming[:MOST_DATES]),
                *_offers_end(offers),
            ],
            at=at,
        ),
        first_step=None if has_any else _first_step(),
    )


def _to_change(invoice: Invoice) -> Waiting:
    return Waiting(
        words=f"{invoice.recipient} asks for changes",
        note=f"“{invoice.title}” of {invoice.contract.title}",
        amount=invoice.gross,
        url=invoice.get_absolute_url(),
        badge="changes asked",
        tone="wait",
    )


def _to_answer(contract: Contract, *, at: datetime) -> Waiting:
    assert contract.expires_at, "An offer has an expiry."
    milestones = list(contract.milestones.all())
    cost = cost_of(contract, [each.price for each in milestones], on=at.date())
    count = counted(len(milestones), "milestone", "milestones")
    return Waiting(
        words=f"Offer from {contract.client}",
        note=f"{contract.title}, {count} · you would get {show(cost.freelancer_gets)}",
        amount=cost.price,
        url=reverse("contract-acceptance", args=[contract.ref]),
        badge=f"answer by {_day(contract.expires_at)}",
        tone="held",
    )


def _offers(freelancer: int, at: datetime) -> QuerySet[Contract]:
    offered = Contract.objects.filter(freelancer=freelancer, state="offered", expires_at__gt=at)
    priced = Prefetch("milestones", Milestone.objects.order_by("position"))
    rows = offered.select_related("client", "freelancer").prefetch_related(priced)
    return rows.order_by("expires_at", "pk")


def _issued(state: str, order: tuple[str, ...], freelancer: int) -> QuerySet[Invoice]:
    issued = Invoice.objects.filter(issuer=freelancer, state=state)
    return issued.select_related("recipient", "contract").order_by(*order)


def _pending(_kind: str, freelancer: int) -> QuerySet[Lot]:
    return Lot.objects.pending().filter(freelancer=freelancer).order_by("available_at", "pk")


def _funded(freelancer: int) -> QuerySet[Milestone]:
    """Milestones to deliver: not those that were, nor those whose money is in dispute."""
    disputed = Freeze.objects.open().filter(
        cause=Freeze.Cause.DISPUTE, escrow=OuterRef("escrow_id")
    )
    funded = (
        Milestone.objects.filter(contract__freelancer=freelancer, state="funded")
        .exclude(invoices__state__in=["submitted", "returned", "contested", "approved", "paid"])
        .exclude(Exists(disputed))
    )
    return funded.select_related("contract__client").order_by("due_on", "pk")


_OFFERS, _FUNDED, _PENDING = FirstOf(_offers), FirstOf(_funded), Prepared(_pending)
_RETURNED = FirstOf(partial(_issued, "returned", ("pk",)))
_REVIEWS = FirstOf(partial(_issued, "submitted", ("answer_by", "pk")))


def _to_deliver(milestone: Milestone) -> Waiting:
    return Waiting(
        words=f"Deliver “{milestone.title}”",
        note=f"{milestone.contract.title} for {milestone.contract.client} · the money is held",
        amount=milestone.price,
        url=reverse("milestone-delivery", args=[milestone.ref]),
        badge=f"due {_day(milestone.due_on)}" if milestone.due_on else "money held",
        tone="good",
    )


def _chart(organization: Organization, *, at: datetime) -> Chart:
    currency = organization.currency
    earned = earned_by_month(organization, currency, since=months_begin(at))
    return by_month("Earnings by month", earned, at=at, currency=currency)


def _lots(lots: list[Lot]) -> list[NextDate]:
    url = reverse("earnings")
    return [
        NextDate("Becomes available", lot.left, lot.available_at, lot.title, url) for lot in lots
    ]


def _offers_end(offers: list[Contract]) -> list[NextDate]:
    return [
        NextDate(
            "Offer expires",
            None,
            contract.expires_at,
            f"“{contract.title}” of {contract.client}",
            contract.get_absolute_url(),
        )
        for contract in offers
        if contract.expires_at
    ]


def _sentence(lots: list[Lot], waiting: int) -> str:
    waits = counted(waiting, "thing waits", "things wait")
    second = f"{waits} for you." if waiting else "Nothing waits for you."
    if not lots:
        return second
    return f"{show(lots[0].left)} becomes available on {_day(lots[0].available_at)}. {second}"


def _first_step() -> FirstStep:
    words = (
        "A client offers, you answer. Until then, say what you are called on invoices and how "
        "you are taxed: it stands on the first offer already."
    )
    return FirstStep("Be ready for the first offer", words, reverse("organization"), "Look it over")


def _day(moment: date) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"
