"""A client's approval queue: what narrows it, and what comes before and after an invoice in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.access import Deed, allows
from billing_site.people.models import Delegation, Membership, Organization
from invoices.models import Approval, Invoice
from invoices.models.invoice_rows import InvoiceQuerySet

BY_DEADLINE = (F("answer_by").asc(nulls_last=True), F("pk").asc())
IN_QUEUE = "queue"  # in the address of an invoice that was opened from the queue
LONGEST = 2_000  # what one walks through with next and previous


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; `params` is how it says so."""

    query: str = ""
    contract: str = ""  # refs
    freelancer: str = ""
    source: str = ""
    at_least: Money | None = None
    at_most: Money | None = None
    due_within: timedelta | None = None
    mine: bool = False
    params: dict[str, str] = field(default_factory=dict)

    def url_with(self, base: str, **more: str) -> str:
        asked = urlencode({**{k: v for k, v in more.items() if v}, **self.params})
        return f"{base}?{asked}" if asked else base


@dataclass(frozen=True, slots=True)
class Place:
    """Where an invoice stands in the queue; the neighbors' addresses keep the filters."""

    number: int  # from one; 0 when it is not in the queue any more
    count: int
    previous_url: str
    next_url: str
    queue_url: str
    asked: str  # what an address ends with, so that it stays in the queue


@dataclass(frozen=True, slots=True)
class Choices:
    """(ref, name) of what the queue can be narrowed to."""

    contracts: list[tuple[str, str]]
    freelancers: list[tuple[str, str]]


def choices_of(client: Organization) -> Choices:
    received = Invoice.objects.filter(recipient=client, submitted_at__isnull=False)
    named = received.order_by().values_list(
        "contract__ref", "contract__title", "issuer__ref", "issuer__name"
    )
    found = list(named.distinct())
    by_name: Any = lambda pair: (pair[1].casefold(), pair[0])  # noqa: E731
    return Choices(
        contracts=sorted({(ref, title) for ref, title, _, _ in found}, key=by_name),
        freelancers=sorted({(ref, name) for _, _, ref, name in found}, key=by_name),
    )


def seats_in_queue(acting: Membership, *, at: datetime) -> list[Membership]:
    """Return by which memberships the viewer approves now: their own, and those lent to them."""
    if not (acting.organization.is_client and allows(acting, Deed.APPROVE)):
        return []
    live = Membership.objects.live()
    lent = Delegation.objects.standing(at=at).filter(to_member=acting, from_member__in=live)
    seats = [
        each.from_member for each in lent.select_related("from_member__organization").order_by("pk")
    ]
    return [acting, *(seat for seat in seats if allows(seat, Deed.APPROVE))]


def narrowed(
    found: InvoiceQuerySet,
    filters: Filters,
    *,
    acting: Membership,
    seats: list[Membership],
    at: datetime,
) -> QuerySet[Invoice]:
    asked = Q()
    if filters.query:
        asked &= searched(filters.query)
    if filters.contract:
        asked &= Q(contract__ref=filters.contract)
    if filters.freelancer:
        asked &= Q(issuer__ref=filters.freelancer)
    if filters.source:
        asked &= Q(source=filters.source)
    if filters.at_least:
        asked &= Q(gross__gte=filters.at_least.amount, currency=filters.at_least.currency)
    if filters.at_most:
        asked &= Q(gross__lte=filters.at_most.amount, currency=filters.at_most.currency)
    if filters.due_within:
        asked &= Q(state=Invoice.State.SUBMITTED, answer_by__lte=at + filters.due_within)
    narrowed_to = found.filter(asked)
    return _mine(narrowed_to, acting, seats) if filters.mine else narrowed_to


def searched(query: str) -> Q:
    return (
        Q(number__icontains=query)
        | Q(title__icontains=query)
        | Q(contract__title__icontains=query)
        | Q(issuer__name__icontains=query)
        | Q(recipient__name__icontains=query)
    )


def place_of(
    invoice: Invoice, filters: Filters, *, acting: Membership, base: str, at: datetime
) -> Place:
    """Return the neighbors of *invoice*, also of one that has just left the queue."""
    waiting = Invoice.objects.awaiting_approval().filter(recipient=acting.organization)
    seats = seats_in_queue(acting, at=at) if filters.mine else []
    found = narrowed(waiting, filters, acting=acting, seats=seats, at=at).order_by(*BY_DEADLINE)
    line = list(found.values_list("answer_by", "pk", "ref")[:LONGEST])
    here = (invoice.answer_by or at, invoice.pk)
    before = [ref for deadline, pk, ref in line if (deadline or at, pk) < here]
    after = [ref for deadline, pk, ref in line if (deadline or at, pk) > here]
    is_in = len(before) + len(after) < len(line)

    def to(ref: str) -> str:
        return filters.url_with(base.replace(invoice.ref, ref), **{IN_QUEUE: "on"})

    return Place(
        number=len(before) + 1 if is_in else 0,
        count=len(line),
        previous_url=to(before[-1]) if before else "",
        next_url=to(after[0]) if after else "",
        queue_url=filters.url_with(reverse("invoices")),
        asked=filters.url_with("", **{IN_QUEUE: "on"}),
    )


def _mine(
    found: QuerySet[Invoice], acting: Membership, seats: list[Membership]
) -> QuerySet[Invoice]:
    """Those that the viewer could approve this minute, and has not."""
    reach = Q(pk__in=[])
    for seat in seats:
        limit = seat.spending_limit
        within = Q(gross__lte=limit.amount, currency=limit.currency) if limit else Q(pk__gt=0)
        reach |= within & ~Q(submitted_by=seat.user_id)
    given = Approval.objects.living().involving(acting.user)
    waiting = found.filter(reach, state=Invoice.State.SUBMITTED)
    return waiting.exclude(submitted_by=acting.user_id).exclude(
        pk__in=given.filter(invoice__round=F("round")).values("invoice")
    )
