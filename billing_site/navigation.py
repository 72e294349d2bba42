"""The nouns at the side of every page: those of the role, with how many wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from billing_site.people.access import Deed, deeds_of
from billing_site.people.models import Membership, Organization
from disputes.models import Dispute
from disputes.models.dispute_rows import RUNNING
from disputes.queries.waiting import awaiting, speaks
from invoices.models import Contract, Invoice

State = Contract.State


@dataclass(frozen=True, slots=True)
class Noun:
    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None
    due: bool = False  # somebody waits for this viewer


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many there are, and whether this member can do something about them."""

    count: int
    due: bool = False


# (label, name of its page, icon): those who pay, and those who work.
CLIENT = (
    ("Home", "home", "house"),
    ("Contracts", "contracts", "handshake"),
    ("Invoices", "invoices", "receipt-text"),
    ("Payments", "payments", "landmark"),
    ("Records", "records", "file-text"),
    ("Projects", "projects", "folder"),
    ("Disputes", "disputes", "scale"),
    ("Organization", "organization", "users-round"),
)
FREELANCER = (
    ("Home", "home", "house"),
    ("Contracts", "contracts", "handshake"),
    ("Timer", "timer", "timer"),
    ("Invoices", "invoices", "receipt-text"),
    ("Earnings", "earnings", "coins"),
    ("Payouts", "payouts", "landmark"),
    ("Expenses", "expenses", "receipt"),
    ("Records", "records", "file-text"),
    ("Disputes", "disputes", "scale"),
    ("Organization", "organization", "users-round"),
)


def nouns(request: HttpRequest) -> list[Noun]:
    """Return what stands at the side for this viewer; nothing for who acts for nobody."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None:
        return []
    contracts, disputes = _contracts_and_disputes(membership)
    waiting = {"contracts": contracts, "invoices": _invoices(membership), "disputes": disputes}
    nothing = Waiting(0)
    return [
        Noun(
            label=label,
            url=url,
            icon=icon,
            current=request.path.startswith(url),
            count=waiting.get(name, nothing).count or None,
            due=waiting.get(name, nothing).due,
        )
        for label, name, icon in (CLIENT if membership.organization.is_client else FREELANCER)
        if (url := _url(name))
    ]


def _contracts_and_disputes(membership: Membership) -> tuple[Waiting, Waiting]:
    """What waits for this member's answer; where nothing does, what runs. In one query."""
    ours = membership.organization
    contracts_of_ours = Contract.objects.of(ours)
    running_disputes = Dispute.objects.filter(contract__in=contracts_of_ours, state__in=RUNNING)
    counted = (
        Organization.objects.filter(pk=ours.pk)
        .order_by()
        .values(
            offered=_how_many(contracts_of_ours.filter(freelancer=ours, state=State.OFFERED)),
            running=_how_many(contracts_of_ours.filter(state__in=Contract.RUNNING)),
            awaiting=_how_many(awaiting(ours)),
            disputed=_how_many(running_disputes),
        )
        .get()
    )
    contracts, disputes = Waiting(counted["running"]), Waiting(counted["disputed"])
    if counted["offered"] and Deed.WORK in deeds_of(membership.role, ours):
        contracts = Waiting(counted["offered"], due=True)
    if counted["awaiting"]:
        disputes = Waiting(counted["awaiting"], due=speaks(membership))
    return contracts, disputes


def _how_many(rows: QuerySet[Any]) -> Combinable:
    """Count *rows* inside of a larger question; each has an index of its own to be found by."""
    alike = rows.order_by().annotate(alike=Value(1)).values("alike")
    return Coalesce(Subquery(alike.annotate(count=Count("pk", distinct=True)).values("count")), 0)


def _invoices(membership: Membership) -> Waiting:
    """Invoices that wait for this side: a client's to approve, a freelancer's to change."""
    ours = membership.organization
    to_approve = Q(recipient=ours, state=Invoice.State.SUBMITTED)
    to_change = Q(issuer=ours, state=Invoice.State.RETURNED)
    count = Invoice.objects.filter(to_approve if ours.is_client else to_change).count()
    deed = Deed.APPROVE if ours.is_client else Deed.WORK
    return Waiting(count, due=count > 0 and deed in deeds_of(membership.role, ours))


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # that page is not installed
        return ""
