"""The nouns at the side of every page: those of the role, with how many wait."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Noun:
    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None
    due: bool = False  # somebody waits for this viewer


# (label, name of its page, icon): those who pay, and those who work.
CLIENT = (
    ("Home", "home", "house"),
    ("Contracts", "contracts", "handshake"),
    ("Invoices", "invoices", "receipt-text"),
    ("Payments", "payments", "landmark"),
    ("Organization", "organization", "users-round"),
)
FREELANCER = (
    ("Home", "home", "house"),
    ("Contracts", "contracts", "handshake"),
    ("Invoices", "invoices", "receipt-text"),
    ("Earnings", "earnings", "coins"),
    ("Payouts", "payouts", "landmark"),
    ("Organization", "organization", "users-round"),
)


def nouns(request: HttpRequest) -> list[Noun]:
    """Return what stands at the side for this viewer; nothing for who acts for nobody."""
    organization = getattr(request, "organization", None)
    if organization is None:
        return []
    chosen = CLIENT if organization.is_client else FREELANCER
    found = [(label, _url(name), icon) for label, name, icon in chosen]
    return [
        Noun(label=label, url=url, icon=icon, current=request.path.startswith(url))
        for label, url, icon in found
        if url
    ]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # that page is not installed
        return ""
