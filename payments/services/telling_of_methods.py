"""What a client reads of their ways to pay: saved, about to expire, ended by a bank, or failed."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from billing_site.people.access import Deed
from payments.models import FailedMethod, PaymentMethod
from payments.services.telling import tell


def added(method: PaymentMethod, *, at: datetime) -> None:
    place = "charged first" if method.is_primary else "a backup, tried when the others are refused"
    _tell_payers(
        method,
        "payment_method_added",
        f"{method} was saved as a way to pay",
        at=at,
        place=place,
    )


def expires(method: PaymentMethod, *, at: datetime) -> None:
    """As of *at*; the same day's letter is the same letter."""
    assert method.expires_on, "Only what expires is warned of."
    days = (method.expires_on - at.date()).days
    when = "tomorrow" if days == 1 else f"in {days} days"
    _tell_payers(
        method,
        "payment_method_expires",
        f"{method} expires {when}" if days > 0 else f"{method} has expired",
        at=at,
        key_ends=f"/{method.warn_at:%Y-%m-%d}",
        expires_on=f"{method.expires_on:%-d %B %Y}",
        place="It is charged first." if method.is_primary else "It is a backup.",
    )


def ended(method: PaymentMethod, *, successor: PaymentMethod | None, at: datetime) -> None:
    """Its bank does not let us debit it any more; *successor* is charged in its place."""
    _tell_payers(
        method,
        "payment_method_ended",
        f"{method} cannot be charged any more",
        at=at,
        key_ends=f"/{at:%Y-%m-%d}",
        instead=f"{successor} is charged first from now on."
        if successor
        else "You have saved no other way to pay, so nothing can be charged until you do.",
    )


def failed(tried: FailedMethod, *, at: datetime) -> None:
    """It was never saved, so nothing is charged to it."""
    tell(
        tried.organization,
        "payment_method_failed",
        f"{tried} was not saved as a way to pay",
        about=("payer", tried.organization.payer.ref),
        url=reverse("methods"),
        at=at,
        deed=Deed.FUND,
        key_ends=f"/{tried.setup_id}",
        method=str(tried),
        problem=tried.problem,
    )


def _tell_payers(
    method: PaymentMethod,
    template: str,
    subject: str,
    *,
    at: datetime,
    key_ends: str = "",
    **context: str,
) -> None:
    tell(
        method.organization,
        template,
        subject,
        about=("payment_method", method.ref),
        url=reverse("methods"),
        at=at,
        deed=Deed.FUND,
        key_ends=key_ends,
        method=str(method),
        **context,
    )
