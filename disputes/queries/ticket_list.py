"""Somebody's questions to our staff: tabs with counts, what they are about, what was written."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q

from billing_site.people.models import User
from disputes.models import Ticket, TicketMessage
from disputes.queries.support_page import words_of
from invoices.queries.contract_list import Tab

PER_PAGE = 20
S = Ticket.State
TABS = (
    ("", "Open", (S.OPEN, S.WAITING, S.ANSWERED)),
    ("yours", "Waiting for you", (S.WAITING,)),
    ("closed", "Closed", (S.CLOSED,)),
    ("all", "All", tuple(S)),
)
KINDS = {
    "invoice": ("an invoice", Q(invoice__isnull=False)),
    "withdrawal": ("a withdrawal", Q(payout__isnull=False)),
    "case": ("a case", Q(dispute__isnull=False)),
    "other": ("something else", Q(invoice=None, payout=None, dispute=None)),
}


@dataclass(frozen=True, slots=True)
class Row:
    ticket: Ticket
    about: str


@dataclass(frozen=True, slots=True)
class TicketList:
    tabs: list[Tab]
    rows: list[Row]
    page: Page[Ticket]
    is_narrowed: bool
    is_empty: bool  # the person has asked nothing yet, whatever is looked for


def ticket_list(user: User, *, tab: str, kind: str, query: str, page: str | None) -> TicketList:
    """Return one page of what *user* asked, what moved last first."""
    mine = Ticket.objects.visible_to(user)
    is_narrowed = bool(kind or query)
    found = mine.filter(_about(kind), _written(query))
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    tab = tab if tab in {name for name, _, _ in TABS} else ""
    states = next(states for name, _, states in TABS if name == tab)
    in_tab = found.filter(state__in=states).with_subject().order_by("-moved_at", "-pk")
    shown = Paginator(in_tab, PER_PAGE).get_page(page)
    return TicketList(
        tabs=[
            Tab(label, _url(name, kind, query), sum(counted.get(s, 0) for s in within), name == tab)
            for name, label, within in TABS
        ],
        rows=[Row(ticket, words_of(ticket.about)) for ticket in shown],
        page=shown,
        is_narrowed=is_narrowed,
        is_empty=not counted and not (is_narrowed and mine.exists()),
    )


def _about(kind: str) -> Q:
    return KINDS[kind][1] if kind in KINDS else Q()


def _written(query: str) -> Q:
    """The subject, every word of the thread, or the reference."""
    if not query:
        return Q()
    said = TicketMessage.objects.filter(ticket=OuterRef("pk"), text__icontains=query)
    return Q(subject__icontains=query) | Q(ref__iexact=query) | Q(Exists(said))


def _url(tab: str, kind: str, query: str) -> str:
    asked = {"tab": tab, "kind": kind, "q": query}
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"
