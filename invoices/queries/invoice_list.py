"""The list of invoices: for a client the approval queue first, for a freelancer what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse

from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership
from invoices.models import Approval, Invoice
from invoices.queries.contract_list import Tab
from invoices.queries.queue import BY_DEADLINE, IN_QUEUE, Filters, narrowed, seats_in_queue

PAGE = 25
S = Invoice.State
CLIENT_TABS = (
    ("", "To approve", (S.SUBMITTED,)),
    ("returned", "Changes asked", (S.RETURNED,)),
    ("contested", "In dispute", (S.CONTESTED,)),
    ("paid", "Paid", (S.APPROVED, S.PAID)),
    ("withdrawn", "Withdrawn", (S.WITHDRAWN,)),
    ("all", "All", tuple(S)),
)
WORK_TABS = (
    ("", "Open", (S.DRAFT, S.SUBMITTED, S.RETURNED, S.CONTESTED)),
    ("returned", "Changes asked", (S.RETURNED,)),
    ("contested", "In dispute", (S.CONTESTED,)),
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
    url: str
    decide_url: str  # where the client decides about it, beside the queue; else empty
    may_choose: bool  # together with others
    approvals: str  # “1 of 2 approvals”, while it waits for the second


@dataclass(frozen=True, slots=True)
class InvoiceList:
    is_client: bool
    tab: str
    is_queue: bool
    may_choose: bool
    tabs: list[Tab]
    rows: list[Row]
    page: Page[Any]
    total: int


class _Counted(Paginator[Any]):
    """Pages of what was counted before."""

    def __init__(self, found: QuerySet[Invoice], count: int | None) -> None:
        super().__init__(found, PAGE)
        if count is not None:
            self.count = count


def invoice_list(
    acting: Membership, *, tab: str = "", filters: Filters, page: str = "1", at: datetime
) -> InvoiceList:
    """Return one page of the organization's invoices: by deadline in a queue, else newest first."""
    organization = acting.organization
    is_client = organization.is_client
    tabs = CLIENT_TABS if is_client else WORK_TABS
    ours = Invoice.objects.of(organization)
    counted = dict(ours.order_by().values_list("state").annotate(Count("pk")))
    tab = tab if tab in {name for name, _, _ in tabs} else ""
    states = next(states for name, _, states in tabs if name == tab)
    in_tab = ours.filter(state__in=states)
    seats = seats_in_queue(acting, at=at) if is_client else []
    found = narrowed(in_tab, filters, acting=acting, seats=seats, at=at)
    order: Any = ("-created_at", "-pk") if tab else BY_DEADLINE
    rows = found.select_related("contract", "issuer", "recipient").order_by(*order)
    count = None if filters.params else sum(counted.get(state, 0) for state in states)
    shown = _Counted(rows.annotate(**_approvals_by(acting)), count).get_page(page)
    listed = [_row(each, acting, seats, filters, tab=tab) for each in shown]
    return InvoiceList(
        is_client=is_client,
        tab=tab,
        is_queue=is_client and not tab,
        may_choose=sum(row.may_choose for row in listed) > 0,
        tabs=[
            Tab(
                label,
                filters.url_with(reverse("invoices"), tab=name),
                sum(counted.get(state, 0) for state in states),
                name == tab,
            )
            for name, label, states in tabs
        ],
        rows=listed,
        page=shown,
        total=sum(counted.values()),
    )


def _approvals_by(acting: Membership) -> dict[str, Exists]:
    """Asked for the rows of one page only: a subquery is not computed for those beyond it."""
    given = Approval.objects.living().filter(invoice=OuterRef("pk"), round=OuterRef("round"))
    return {"given": Exists(given), "given_by_me": Exists(given.involving(acting.user))}


def _row(
    invoice: Any, acting: Membership, seats: list[Membership], filters: Filters, *, tab: str
) -> Row:
    is_client = acting.organization.is_client
    is_waiting = is_client and invoice.state == S.SUBMITTED
    words, at = {
        S.SUBMITTED: ("approve by" if is_client else "they answer by", invoice.answer_by),
        S.CONTESTED: ("in dispute since", invoice.contested_at),
        S.PAID: ("paid", invoice.paid_at),
        S.APPROVED: ("approved", invoice.approved_at),
    }.get(S(invoice.state), ("begun", invoice.created_at))
    here = {IN_QUEUE: "on"} if is_waiting and not tab else {}
    return Row(
        invoice=invoice,
        other=str(invoice.issuer if is_client else invoice.recipient),
        words=words,
        at=at,
        url=filters.url_with(invoice.get_absolute_url(), **here)
        if here
        else invoice.get_absolute_url(),
        decide_url=filters.url_with(reverse("invoice-approval", args=[invoice.ref]), **here)
        if is_waiting
        else "",
        may_choose=is_waiting and _is_for(invoice, acting, seats),
        approvals="1 of 2 approvals"
        if is_waiting and invoice.given and invoice.recipient.wants_two_for(invoice.gross)
        else "",
    )


def _is_for(invoice: Any, acting: Membership, seats: list[Membership]) -> bool:
    """Whether the viewer could approve it this minute, and has not."""
    if invoice.given_by_me or invoice.submitted_by_id == acting.user_id:
        return False
    return any(
        seat.user_id != invoice.submitted_by_id and allows(seat, Deed.APPROVE, invoice.gross)
        for seat in seats
    )
