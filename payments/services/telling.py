"""News of money on its way: a letter and a notice to everybody who may pay, or withdraw."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.people import mailing
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from billing_site.platform import notices
from payments.models import Charge, Payout, PayoutSchedule, Refund
from payments.queries.conversion import stays


def page_is_there(charge: Charge, *, at: datetime) -> None:
    """The provider took too long for whoever wanted to pay; they were told that they would hear."""
    notices.tell(
        users=mailing.members(charge.client, Deed.FUND),
        text=f"You can pay {show(charge.charged)} now: the payment page is there.",
        url=charge.get_absolute_url(),
        key=f"charge/{charge.ref}/page/{charge.session_id[-40:]}",
        at=at,
    )


def payout_paid(payout: Payout, *, at: datetime) -> None:
    subject = f"{show(payout.net)} has been paid to {payout.method}"
    _tell_of(payout, "payout_paid", subject, at=at)


def payout_scheduled(payout: Payout, *, at: datetime) -> None:
    _tell_of(
        payout,
        "payout_scheduled",
        f"{show(payout.net)} goes to {payout.method}, by your schedule",
        at=at,
        fee=show(payout.fee),
        send_at=f"{payout.send_at:%a} {payout.send_at:%-d %B %Y, %H:%M} UTC",
    )


def payout_skipped(schedule: PayoutSchedule, *, at: datetime) -> None:
    organization = schedule.organization
    tell(
        organization,
        "payout_skipped",
        f"Nothing was withdrawn for you on {at.day} {at:%B}",
        about=("organization", organization.ref),
        url=reverse("payout-schedule"),
        at=at,
        key_ends=f"/{at:%Y-%m-%d}",
        reason=schedule.skipped,
    )


def payout_failed(payout: Payout, *, at: datetime) -> None:
    subject = f"Your withdrawal of {show(payout.drawn)} did not arrive"
    _tell_of(payout, "payout_failed", subject, at=at)


def payout_returned(payout: Payout, *, at: datetime) -> None:
    """It had been paid, as far as anybody knew."""
    subject = f"{payout.method} sent {show(payout.net)} back"
    _tell_of(payout, "payout_returned", subject, at=at)


def payout_slowed(payout: Payout, *, at: datetime) -> None:
    """It was to be paid at once."""
    assert payout.fee_back is not None, "The database sees to it."
    _tell_of(
        payout,
        "payout_slowed",
        f"{show(payout.net)} cannot be paid at once, and arrives later",
        at=at,
        reason=payout.slowed_for,
        fee_back=show(payout.fee_back),
        fee=show(payout.kept),
    )


def payout_delayed(payout: Payout, *, at: datetime) -> None:
    """Once: the page says the day from then on."""
    _tell_of(payout, "payout_delayed", f"{show(payout.net)} arrives later than we said", at=at)


def payout_held(payout: Payout, *, at: datetime) -> None:
    assert payout.review_on, "The database sees to it."
    _tell_of(
        payout,
        "payout_held",
        f"We look at your withdrawal of {show(payout.amount)} first",
        at=at,
        key_ends=f"/{payout.changes.count()}",
        reason=payout.held_for,
        review_on=f"{payout.review_on:%a} {payout.review_on:%-d %B %Y}",
    )


def payout_released(payout: Payout, *, at: datetime) -> None:
    _tell_of(
        payout,
        "payout_released",
        f"Your withdrawal of {show(payout.amount)} goes on",
        at=at,
        key_ends=f"/{payout.changes.count()}",
    )


def refund_failed(refund: Refund, *, at: datetime) -> None:
    """Its client decides what becomes of it; each attempt that fails is told of."""
    charge = refund.charge
    tell(
        charge.client,
        "refund_failed",
        f"{show(refund.sent_amount)} could not be sent back to you",
        about=("refund", refund.ref),
        url=charge.get_absolute_url(),
        at=at,
        deed=Deed.FUND,
        key_ends=f"/{refund.changes.count()}",
        amount=show(refund.sent_amount),
        method=charge.method or "where it was paid from",
        problem=refund.problem,
    )


def _tell_of(
    payout: Payout,
    template: str,
    subject: str,
    *,
    at: datetime,
    key_ends: str = "",
    **context: str,
) -> None:
    tell(
        payout.freelancer,
        template,
        subject,
        about=("payout", payout.ref),
        url=payout.get_absolute_url(),
        at=at,
        deed=Deed.WITHDRAW,
        key_ends=key_ends,
        amount=show(payout.drawn),
        net=show(payout.net),
        arrives_on=f"{payout.arrives_on:%a} {payout.arrives_on:%-d %B %Y}",
        method=str(payout.method),
        problem=payout.problem,
        stays=stays(payout),
        **context,
    )


def tell(
    organization: Organization,
    template: str,
    subject: str,
    *,
    about: tuple[str, str],
    url: str,
    at: datetime,
    deed: Deed = Deed.WITHDRAW,
    key_ends: str = "",
    **context: str,
) -> None:
    """Write to those who may do *deed* for *organization*: once for each *about* and *key_ends*."""
    mailing.tell(
        mailing.people(organization, deed),
        template=template,
        subject=subject,
        notice=f"{subject}.",
        context=context,
        url=url,
        about=about,
        key=f"{about[0]}/{about[1]}/{template}{key_ends}",
        at=at,
    )
