"""News of withdrawals: a letter and a notice to everybody who may withdraw."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.people.access import Deed
from billing_site.people.mailing import contacts, members
from billing_site.people.models import Organization
from billing_site.platform import letters, notices
from payments.models import Payout, PayoutMethod


def payout_paid(payout: Payout, *, at: datetime) -> None:
    subject = f"{show(payout.net)} has been paid to {payout.method}"
    _tell_of(payout, "payout_paid", subject, at=at)


def payout_failed(payout: Payout, *, at: datetime) -> None:
    subject = f"Your withdrawal of {show(payout.amount)} did not arrive"
    _tell_of(payout, "payout_failed", subject, at=at)


def method_added(method: PayoutMethod, *, at: datetime) -> None:
    """Say it at once and to everybody: it may be a thief who named it."""
    _tell(
        method.organization,
        "payout_method_added",
        f"{method} was added as a place to withdraw to",
        about=("payout_method", method.ref),
        url=reverse("payout-methods"),
        at=at,
        method=str(method),
        active_from=f"{method.active_from:%a} {method.active_from:%-d %B %Y, %H:%M} UTC",
    )


def _tell_of(payout: Payout, template: str, subject: str, *, at: datetime) -> None:
    _tell(
        payout.freelancer,
        template,
        subject,
        about=("payout", payout.ref),
        url=payout.get_absolute_url(),
        at=at,
        amount=show(payout.amount),
        net=show(payout.net),
        method=str(payout.method),
        problem=payout.problem,
    )


def _tell(
    organization: Organization,
    template: str,
    subject: str,
    *,
    about: tuple[str, str],
    url: str,
    at: datetime,
    **context: str,
) -> None:
    key = f"{about[0]}/{about[1]}/{template}"
    letters.send(
        key=key,
        to=contacts(organization, Deed.WITHDRAW),
        subject=subject,
        template=template,
        context={"url": url, **context},
        about=about,
        at=at,
    )
    notices.tell(
        users=members(organization, Deed.WITHDRAW), text=f"{subject}.", url=url, key=key, at=at
    )
