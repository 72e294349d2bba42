"""The list of invoices: for a client the approval queue first, for a freelancer what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership
from invoices.models import Approval, Invoice
from invoices.queries.client_owes import unpaid_invoice
from invoices.queries.contract_list import Tab
from invoices.queries.queue import BY_DEADLINE, IN_QUEUE, Filters, narrowed, seats_in_queue
from payments.models import OpenItem

PAGE = 25
S = Invoice.State
Tabs = tuple[tuple[str, str, tuple[str, ...]], ...]
NEWEST = ("-created_at", "-pk")
WITH = ("contract", "issuer", "recipient", "open_item")
TO_PAY = "to-pay"  # a tab by what is owed, whatever the state
CLIENT_TABS = (
    ("", "To approve", (S.SUBMITTED,)),
    (TO_PAY, "To pay", ()),
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
    at: date | None  # a moment, or a day
    total: Money  # or what is left to pay of it
    url: str
    decide_url: str  # where the client decides about it, beside the queue; else empty
    may_choose: bool  # together with others
    approvals: str  # “1 of 2 approvals”, while it waits for the second


@dataclass(frozen=True, slots=True)
class InvoiceList:
    is_client: bool
    tab: str
    is_queue: bool
    is_to_pay: bool
    may_choose: bool
    tabs: list[Tab]
    rows: list[Row]
    page: Page[Any]
    total: int  # more than none: the organization has invoices, whatever was asked for


class _Counted(Paginator[Any]):
    """Pages of what was counted before."""

    def __init__(self, found: QuerySet[Invoice], count: int) -> None:
        super().__init__(found, PAGE)
        self.count = count


def invoice_list(
    acting: Membership, *, tab: str = "", filters: Filters, page: str = "1", at: datetime
) -> InvoiceList:
    """Return one page of the organization's invoices: by deadline in a queue, else newest first."""
    organization = acting.organization
    is_client = organization.is_client
    tabs = CLIENT_TABS if is_client else WORK_TABS
    ours = Invoice.objects.of(organization)
    tab = tab if tab in {name for name, _, _ in tabs} else ""
    seats = seats_in_queue(acting, at=at) if is_client else []
    found = narrowed(ours, filters, acting=acting, seats=seats, at=at)
    counted = _counted(found, tabs)
    order: Any = {"": BY_DEADLINE, TO_PAY: ("open_item__due_on", "pk")}.get(tab, NEWEST)
    rows = found.filter(_in_tab(tab, tabs)).select_related(*WITH).order_by(*order)
    shown = _Counted(rows.annotate(**_approvals_by(acting)), counted[tab]).get_page(page)
    listed = [_row(each, acting, seats, filters, tab=tab) for each in shown]
    return InvoiceList(
        is_client=is_client,
        tab=tab,
        is_queue=is_client and not tab,
        is_to_pay=tab == TO_PAY,
        may_choose=sum(row.may_choose for row in listed) > 0,
        tabs=[
            Tab(
                label,
                filters.url_with(reverse("invoices"), tab=name),
                counted[name],
                name == tab,
            )
            for name, label, _ in tabs
        ],
        rows=listed,
        page=shown,
        total=counted["all"] or (bool(filters.params) and ours.exists()),
    )


def _in_tab(name: str, tabs: Tabs) -> Q:
    states = next(states for tab, _, states in tabs if tab == name)
    return unpaid_invoice() if name == TO_PAY else Q(state__in=states)


def _counted(found: QuerySet[Invoice], tabs: Tabs) -> dict[str, int]:
    """How many of *found* are under each tab, by one query."""
    rows = found.order_by().values_list("state")
    counted = list(rows.annotate(Count("pk"), owed=Count("open_item", filter=unpaid_invoice())))
    return {
        name: sum(owed for _, _, owed in counted)
        if name == TO_PAY
        else sum(count for state, count, _ in counted if state in states)
        for name, _, states in tabs
    }


def _approvals_by(acting: Membership) -> dict[str, Exists]:
    """Asked for the rows of one page only: a subquery is not computed for those beyond it."""
    given = Approval.objects.living().filter(invoice=OuterRef("pk"), round=OuterRef("round"))
    return {"given": Exists(given), "given_by_me": Exists(given.involving(acting.user))}


def _row(
    invoice: Any, acting: Membership, seats: list[Membership], filters: Filters, *, tab: str
) -> Row:
    is_client = acting.organization.is_client
    is_waiting = is_client and invoice.state == S.SUBMITTED
    owed = _owed(invoice) if is_client else None
    words, at = (
        ("due by", owed.due_on)
        if owed
        else {
            S.SUBMITTED: ("approve by" if is_client else "they answer by", invoice.answer_by),
            S.CONTESTED: ("in dispute since", invoice.contested_at),
            S.PAID: ("paid", invoice.paid_at),
            S.APPROVED: ("approved", invoice.approved_at),
        }.get(S(invoice.state), ("begun", invoice.created_at))
    )
    here = {IN_QUEUE: "on"} if is_waiting and not tab else {}
    return Row(
        invoice=invoice,
        other=str(invoice.issuer if is_client else invoice.recipient),
        words=words,
        at=at,
        total=owed.owed if owed and tab == TO_PAY else invoice.gross,
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


def _owed(invoice: Invoice) -> OpenItem | None:
    item = invoice.open_item
    return item if item and item.is_open and item.written_off_at is None else None


def _is_for(invoice: Any, acting: Membership, seats: list[Membership]) -> bool:
    """Whether the viewer could approve it this minute, and has not."""
    if invoice.given_by_me or invoice.submitted_by_id == acting.user_id:
        return False
    return any(
        seat.user_id != invoice.submitted_by_id and allows(seat, Deed.APPROVE, invoice.gross)
        for seat in seats
    )
