"""The list of invoices: for a client the approval queue first, for a freelancer what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q
from django.urls import reverse

from billing_site.people.models import Organization
from invoices.models import Invoice
from invoices.queries.contract_list import Tab

PAGE = 25
S = Invoice.State
CLIENT_TABS = (
    ("", "To approve", (S.SUBMITTED,)),
    ("returned", "Changes asked", (S.RETURNED,)),
    ("paid", "Paid", (S.APPROVED, S.PAID)),
    ("withdrawn", "Withdrawn", (S.WITHDRAWN,)),
    ("all", "All", tuple(S)),
)
WORK_TABS = (
    ("", "Open", (S.DRAFT, S.SUBMITTED, S.RETURNED)),
    ("returned", "Changes asked", (S.RETURNED,)),
    ("paid", "Paid", (S.APPROVED, S.PAID)),
    ("withdrawn", "Withdrawn", (S.WITHDRAWN,)),
    ("all", "All", tuple(S)),
)


@dataclass(frozen=True, slots=True)
class Row:
    invoice: Invoice
    other: str
    words: str
    at: datetime | None
    decide_url: str  # where the client decides about it, beside the queue; else empty


@dataclass(frozen=True, slots=True)
class InvoiceList:
    is_client: bool
    tab: str
    is_queue: bool
    tabs: list[Tab]
    rows: list[Row]
    page: Page[Any]
    total: int


def invoice_list(
    organization: Organization, *, tab: str = "", query: str = "", page: str = "1"
) -> InvoiceList:
    """Return one page of the organization's invoices: by deadline in a queue, else newest first."""
    is_client = organization.is_client
    tabs = CLIENT_TABS if is_client else WORK_TABS
    ours = Invoice.objects.of(organization)
    counted = dict(ours.order_by().values_list("state").annotate(Count("pk")))
    tab = tab if tab in {name for name, _, _ in tabs} else ""
    states = next(states for name, _, states in tabs if name == tab)
    found = ours.filter(state__in=states).select_related("contract", "issuer", "recipient")
    if query:
        found = found.filter(
            Q(number__icontains=query)
            | Q(title__icontains=query)
            | Q(contract__title__icontains=query)
            | Q(issuer__name__icontains=query)
            | Q(recipient__name__icontains=query)
        )
    in_queue = F("answer_by").asc(nulls_last=True)
    order = (in_queue, "pk") if not tab else ("-created_at", "-pk")
    shown = Paginator(found.order_by(*order), PAGE).get_page(page)
    return InvoiceList(
        is_client=is_client,
        tab=tab,
        is_queue=is_client and not tab,
        tabs=[
            Tab(label, _url(name, query), sum(counted.get(s, 0) for s in states), name == tab)
            for name, label, states in tabs
        ],
        rows=[_row(invoice, is_client=is_client) for invoice in shown],
        page=shown,
        total=sum(counted.values()),
    )


def _row(invoice: Invoice, *, is_client: bool) -> Row:
    words, at = {
        S.SUBMITTED: ("approve by" if is_client else "they answer by", invoice.answer_by),
        S.PAID: ("paid", invoice.paid_at),
        S.APPROVED: ("approved", invoice.approved_at),
    }.get(S(invoice.state), ("begun", invoice.created_at))
    return Row(
        invoice=invoice,
        other=str(invoice.issuer if is_client else invoice.recipient),
        words=words,
        at=at,
        decide_url=reverse("invoice-approval", args=[invoice.ref])
        if is_client and invoice.state == S.SUBMITTED
        else "",
    )


def _url(tab: str, query: str) -> str:
    filters = urlencode({name: value for name, value in (("tab", tab), ("q", query)) if value})
    return reverse("invoices") + (f"?{filters}" if filters else "")
