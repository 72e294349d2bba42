"""The list of contracts: tabs with counts, a search, and what comes next for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, OuterRef, Q, Subquery, Sum
from django.urls import reverse

from billing_site.kernel.money import Money, zero
from billing_site.kernel.periods import week_of
from billing_site.people.models import Organization
from invoices.models import Contract, Invoice, RateVersion

PAGE = 25
S = Contract.State
TABS = (
    ("", "Open", (S.DRAFT, S.OFFERED, *Contract.IN_FORCE)),
    ("offers", "Offers", (S.OFFERED,)),
    ("running", "Running", Contract.IN_FORCE),
    ("over", "Over", (S.ENDED, S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.DISCARDED)),
    ("all", "All", tuple(S)),
)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    count: int | str | None
    current: bool


@dataclass(frozen=True, slots=True)
class Row:
    contract: Contract
    other: str
    price: Money
    per: str  # what the price is for, where it is not the whole
    held: Money
    next_words: str
    next_at: date | None  # a moment, or a day


@dataclass(frozen=True, slots=True)
class ContractList:
    tabs: list[Tab]
    rows: list[Row]
    page: Page[Any]
    total: int  # more than none: the organization has contracts, whatever was asked for


def contract_list(
    organization: Organization, *, tab: str = "", query: str = "", page: str = "1", at: datetime
) -> ContractList:
    """Return one page of the organization's contracts, newest first."""
    ours = Contract.objects.of(organization)
    found = ours.filter(searched(query))
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    tab = tab if tab in {name for name, _, _ in TABS} else ""
    states = next(states for name, _, states in TABS if name == tab)
    in_tab = found.filter(state__in=states).select_related("client", "freelancer", "retainer")
    annotated = in_tab.annotate(
        price_sum=Sum("milestones__price", filter=~Q(milestones__state="cancelled")),
        hour=Subquery(
            RateVersion.objects.filter(contract=OuterRef("pk"))
            .order_by("-effective_from")
            .values("rate")[:1]
        ),
        held_sum=Sum("milestones__price", filter=Q(milestones__state="funded")),
        funded=Count("milestones", filter=Q(milestones__state="funded")),
        planned=Count("milestones", filter=Q(milestones__state="planned")),
        deliver_on=Min("milestones__due_on", filter=Q(milestones__state="funded")),
    )
    shown = Paginator(annotated.order_by("-created_at", "-pk"), PAGE).get_page(page)
    deadlines = _deadlines([contract.pk for contract in shown])
    return ContractList(
        tabs=[
            Tab(label, _url(name, query), sum(counted.get(s, 0) for s in states), name == tab)
            for name, label, states in TABS
        ],
        rows=[_row(contract, organization, deadlines, at=at) for contract in shown],
        page=shown,
        total=sum(counted.values()) or (bool(query) and ours.exists()),
    )


def searched(query: str) -> Q:
    """What a search for contracts finds, wherever it is asked for; without words, all of them."""
    if not query:
        return Q()
    return (
        Q(title__icontains=query)
        | Q(description__icontains=query)
        | Q(client__name__icontains=query)
        | Q(freelancer__name__icontains=query)
    )


def _deadlines(contracts: list[int]) -> dict[int, datetime]:
    """When the next review of each contract ends."""
    waiting = Invoice.objects.awaiting_approval().filter(contract__in=contracts).order_by()
    return dict(waiting.values_list("contract").annotate(Min("answer_by")))


def _row(
    contract: Any, organization: Organization, deadlines: dict[int, datetime], *, at: datetime
) -> Row:
    is_client = contract.client_id == organization.pk
    next_words, next_at = _next(contract, deadlines.get(contract.pk), is_client=is_client, at=at)
    nothing = zero(contract.currency).amount
    return Row(
        contract=contract,
        other=str(contract.freelancer if is_client else contract.client),
        price=_price(contract),
        per=_per(contract),
        held=Money(contract.held_sum or nothing, contract.currency),
        next_words=next_words,
        next_at=next_at,
    )


def _price(contract: Any) -> Money:
    if contract.is_retainer:
        amount: Money = contract.retainer.amount
        return amount
    return Money(contract.hour or contract.price_sum or 0, contract.currency)


def _per(contract: Contract) -> str:
    if contract.is_retainer:
        return f"a {contract.retainer.get_cadence_display()}"
    return "an hour" if contract.is_hourly else ""


def _next(
    contract: Any, review_ends_at: datetime | None, *, is_client: bool, at: datetime
) -> tuple[str, date | None]:
    if contract.state == S.OFFERED:
        return ("offer open until" if is_client else "answer by"), contract.expires_at
    if review_ends_at:
        return ("approve by" if is_client else "they answer by"), review_ends_at
    if contract.state == S.DRAFT:
        return "not sent yet", None
    return _while_running(contract, is_client=is_client, at=at)


def _while_running(contract: Any, *, is_client: bool, at: datetime) -> tuple[str, date | None]:
    """What comes next where nobody has anything to answer."""
    if contract.is_retainer and contract.is_running and contract.retainer.bills_on:
        return "billed on", contract.retainer.bills_on
    if contract.state == S.ACTIVE and contract.is_hourly:
        return "billed on", week_of(at) + timedelta(days=7)
    if contract.is_running and contract.funded:
        words = "they deliver" if is_client else "deliver it"
        return (f"{words} by" if contract.deliver_on else words), contract.deliver_on
    if contract.state == S.ACTIVE and contract.planned:
        return ("fund the next milestone" if is_client else "they fund the next one"), None
    return "", None


def _url(tab: str, query: str) -> str:
    filters = urlencode({name: value for name, value in (("tab", tab), ("q", query)) if value})
    return reverse("contracts") + (f"?{filters}" if filters else "")
