"""Home of who pays: what waits for approval or funding, what is held, what was spent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from billing_site.kernel.charts import Chart
from billing_site.kernel.money import Money, show
from billing_site.kernel.prepared import Prepared, inside
from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership, Organization
from invoices.models import Contract, FeeInvoice, Invoice
from invoices.queries import client_owes, client_waiting
from invoices.queries.contract_page import NextDate
from invoices.queries.home import (
    MOST_DATES,
    MOST_WAITING,
    FirstStep,
    HomePage,
    Monthly,
    by_month,
    counted,
    monthly,
    months_begin,
    of_months,
    reviews_end,
    soonest,
)
from payments.models import Charge, Escrow
from payments.queries.stages import Stage

# Of escrows: what is still held, whatever was released, sent back, divided off or lost.
LEFT = Sum("gross") - Sum("released") - Sum("refunded") - Sum("divided") - Sum("lost")


def client_home(membership: Membership, *, at: datetime, most: int = MOST_WAITING) -> HomePage:
    """Return *most* of what waits for this member, and how much that is in all."""
    organization = membership.organization
    reviews, in_review = client_waiting.reviews(organization, most)
    offers, _ = client_waiting.offers(organization, MOST_DATES)
    unpaid, of_unpaid = client_owes.owed(membership, most=most)
    approves, pays = allows(membership, Deed.APPROVE), allows(membership, Deed.FUND)
    to_finish, of_to_finish = client_owes.to_finish(membership, at=at, most=most)
    proposals, of_proposals = client_waiting.proposals(membership, most)
    unfunded, of_unfunded = client_waiting.to_fund(membership, most)
    unsent, of_unsent = client_waiting.unsent(membership, most)
    waiting = [
        *to_finish,
        *(client_owes.to_pay(each, at=at) for each in unpaid if pays),
        *(client_waiting.to_approve(each) for each in reviews if approves),
        *map(client_waiting.to_agree, proposals),
        *map(client_waiting.fund_next, unfunded),
        *map(client_waiting.to_send, unsent),
    ]
    spent, paid = _spent(organization, at=at)
    has_any = bool(waiting or offers) or Contract.objects.filter(client=organization).exists()
    others = "" if approves or not reviews else client_owes.approvers_of(organization)
    to_pay = of_to_finish + of_unpaid * pays
    return HomePage(
        sentence=_sentence(reviews, in_review, others, to_pay=to_pay, at=at),
        waiting=waiting[:most],
        waiting_count=to_pay + in_review * approves + of_proposals + of_unfunded + of_unsent,
        stages=[
            stage if approves else _for_others(stage)
            for stage in _stages(organization, spent, paid, at=at)
        ],
        stages_title="Where your money is",
        chart=_chart(organization, spent, at=at),
        dates=soonest(
            [
                *reviews_end(
                    reviews, unless=lambda _: f"{others} answers" if others else "you answer"
                ),
                *client_owes.due_dates(unpaid),
                *_offers_end(offers),
            ],
            at=at,
        ),
        first_step=None if has_any else _first_step(membership),
    )


def _for_others(stage: Stage) -> Stage:
    """The same for a member who does not approve."""
    looks = replace(stage, words=stage.words.replace("for your approval", "for approval"))
    return replace(looks, link=looks.link.replace("Review", "Look"))


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


def _sums(currency: str, client: int) -> QuerySet[Any, Any]:
    """What is on its way, held, and asked for in *currency*, and of how many: in one query."""
    mine = {"client": client, "currency": currency}
    on_its_way = Charge.objects.filter(**mine, state="processing")
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
    since = min(months_begin(at), year)
    found = _PAID.all(organization.currency, organization.pk, since)
    count = sum(row["count"] for row in found if row["month"].year == at.year)
    return of_months(found, "gross"), count


def _paid(currency: str, client: int, since: datetime) -> QuerySet[Any, Any]:
    paid = Invoice.objects.filter(
        recipient=client, currency=currency, state="paid", paid_at__gte=since
    )
    return monthly(paid, "paid_at", gross=Sum("gross"), count=Count("pk"))


def _fees(currency: str, client: int, since: datetime) -> QuerySet[Any, Any]:
    fees = FeeInvoice.objects.filter(recipient=client, currency=currency, caused_at__gte=since)
    return monthly(fees, "caused_at", gross=Sum("gross"))


_PAID, _FEES = Prepared(_paid), Prepared(_fees)


def _chart(organization: Organization, spent: Monthly, *, at: datetime) -> Chart:
    currency = organization.currency
    fees = _FEES.all(currency, organization.pk, months_begin(at))
    sums = [("To freelancers", spent), ("Fees and VAT on them", of_months(fees, "gross"))]
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


def _sentence(reviews: list[Invoice], count: int, others: str, *, to_pay: int, at: datetime) -> str:
    """*others* are those who approve, where this member does not."""
    if not reviews or reviews[0].answer_by is None:
        paying = counted(to_pay, "payment waits for you", "payments wait for you")
        return "Nothing waits for your approval" + (f"; {paying}." if to_pay else ".")
    first = reviews[0].answer_by
    soon = "today" if first - at < timedelta(days=1) else f"by {_day(first)}"
    waits = counted(count, "invoice waits", "invoices wait")
    whose = f"approval by {others}" if others else "your approval"
    return f"{waits} for {whose}, the first {soon}: {show(reviews[0].gross)}."


def _first_step(membership: Membership) -> FirstStep:
    words = "Name the work and its price, and see the whole cost for both sides before you send it."
    if not allows(membership, Deed.OFFER):
        return FirstStep("No contract yet", "An owner or an approver offers the first one.", "", "")
    return FirstStep("Offer your first contract", words, reverse("contract-new"), "Write the offer")


def _count(number: int, noun: str) -> str:
    return counted(number, noun, f"{noun}s") if number else "none"


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"
