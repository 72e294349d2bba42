"""The nouns at the side of every page: those of the role, with how many wait."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from billing_site.around import Around
from billing_site.people.access import Deed, deeds_of
from billing_site.people.models import Membership
from disputes.queries.waiting import speaks


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


def nouns(request: HttpRequest, there: Around) -> list[Noun]:
    """Return what stands at the side for this viewer; nothing for who acts for nobody."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None:
        return []
    waiting, nothing = _waiting(membership, there), Waiting(0)
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


def _waiting(membership: Membership, there: Around) -> dict[str, Waiting]:
    """What waits for this member's answer; where nothing does, what runs."""
    ours = membership.organization
    deeds = deeds_of(membership.role, ours)
    contracts, disputes = Waiting(there.running), Waiting(there.disputed)
    if there.offered and Deed.WORK in deeds:
        contracts = Waiting(there.offered, due=True)
    if there.awaiting:
        disputes = Waiting(there.awaiting, due=speaks(membership))
    # A client's to approve, a freelancer's to change.
    answers = (Deed.APPROVE if ours.is_client else Deed.WORK) in deeds
    invoices = Waiting(there.to_answer, due=there.to_answer > 0 and answers)
    return {"contracts": contracts, "invoices": invoices, "disputes": disputes}


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # that page is not installed
        return ""
