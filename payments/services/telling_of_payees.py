"""What a freelancer reads when the provider stops paying them, and when it goes on."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import EXPONENTS
from payments.gateways.base import BankAccount
from payments.models import Payee, PayoutMethod
from payments.services.telling import tell


def stopped(payee: Payee, *, at: datetime) -> None:
    said = (
        f"{payee.problem} Until the provider pays you again, what you withdraw waits, and can be"
        " cancelled. Go to your bank accounts and add one: the provider asks there for what it"
        " wants to know."
    )
    _tell(payee, "stopped", "You cannot be paid at present", said.strip(), at=at)


def goes_on(payee: Payee, *, at: datetime) -> None:
    said = "The provider pays you again. What you had withdrawn is sent now."
    _tell(payee, "goes_on", "You can be paid again", said, at=at)


def wanted(payee: Payee, *, at: datetime) -> None:
    assert payee.wanted_by, "Somebody has set a day."
    subject = f"The provider wants to know more about you by {payee.wanted_by:%-d %B %Y}"
    _tell_wanted(payee, "wanted", subject, "", at=at)


def wanted_soon(payee: Payee, *, at: datetime) -> None:
    assert payee.wanted_by, "Somebody has set a day."
    subject = f"You are paid until {payee.wanted_by:%-d %B %Y} only"
    _tell_wanted(payee, "wanted_soon", subject, "It is still missing. ", at=at)


def _tell_wanted(payee: Payee, what: str, subject: str, begins: str, *, at: datetime) -> None:
    """Once for each day that is set."""
    assert payee.wanted_by, "Somebody has set a day."
    said = (
        f"{begins}{payee.wants} by {payee.wanted_by:%a} {payee.wanted_by:%-d %B %Y, %H:%M} UTC."
        " Until then you are paid as before; after that, what you withdraw waits until it knows."
        " Go to your bank accounts: from there you get to its form."
    )
    tell(
        payee.organization,
        "payee_news",
        subject,
        about=("payee", payee.ref),
        url=reverse("payout-methods"),
        at=at,
        key_ends=f"/{what}/{payee.wanted_by.isoformat()}",
        said=said,
    )


def method_added(method: PayoutMethod, *, at: datetime) -> None:
    """Say it at once and to everybody: it may be a thief who named it."""
    tell(
        method.organization,
        "payout_method_added",
        f"{method} was added as a place to withdraw to",
        about=("payout_method", method.ref),
        url=reverse("payout-methods"),
        at=at,
        method=str(method),
        waits=_waits(method),
    )


def not_ours_to_pay(payee: Payee, bank: BankAccount, *, at: datetime) -> None:
    """Once for each bank, however often the provider tells of it."""
    said = (
        f"It is in {bank.currency or 'a currency that the provider does not name'}, and we pay in"
        f" {', '.join(EXPONENTS)} only. Nothing is paid to it: add a bank account in one of these."
    )
    tell(
        payee.organization,
        "payee_news",
        f"{bank.label} •••• {bank.last4} cannot be paid to",
        about=("payee", payee.ref),
        url=reverse("payout-methods"),
        at=at,
        key_ends=f"/currency/{bank.destination}",
        said=said,
    )


def _waits(method: PayoutMethod) -> str:
    since = f"{method.active_from:%a} {method.active_from:%-d %B %Y, %H:%M} UTC"
    if method.review_on is None:
        return f"It can be paid to from {since} on."
    return (
        f"Its holder, “{method.holder}”, has another name than you, so one of our team looks"
        f" first: by {method.review_on:%a} {method.review_on:%-d %B %Y}. Nothing is paid to it"
        " before."
    )


def method_accepted(method: PayoutMethod, *, at: datetime) -> None:
    since = max(method.active_from, at)
    said = f"We looked whose it is. It can be paid to from {since:%-d %B %Y, %H:%M} UTC on."
    _tell_of(method, "accepted", f"{method} is accepted", said, at=at)


def method_refused(method: PayoutMethod, *, reason: str, at: datetime) -> None:
    said = (
        f"{reason} Nothing is paid to it, and it was removed. Add a bank account that is yours, or"
        " your company’s, and ask us if this is a mistake."
    )
    _tell_of(method, "refused", f"{method} is not accepted", said, at=at)


def _tell_of(method: PayoutMethod, what: str, subject: str, said: str, *, at: datetime) -> None:
    tell(
        method.organization,
        "payee_news",
        subject,
        about=("payout_method", method.ref),
        url=reverse("payout-methods"),
        at=at,
        key_ends=f"/{what}",
        said=said,
    )


def _tell(payee: Payee, what: str, subject: str, said: str, *, at: datetime) -> None:
    tell(
        payee.organization,
        "payee_news",
        subject,
        about=("payee", payee.ref),
        url=reverse("payout-methods"),
        at=at,
        key_ends=f"/{what}/{at.isoformat()}",
        said=said,
    )
