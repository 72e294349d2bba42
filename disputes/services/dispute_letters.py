"""News of a dispute, to both sides and whoever mediates. None of it can be switched off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money, show
from billing_site.people import mailing
from billing_site.people.access import Deed
from billing_site.people.models import User
from billing_site.platform import letters, notices
from disputes.models import Dispute, Side

SPEAKS = {Side.CLIENT: Deed.OFFER, Side.FREELANCER: Deed.WORK}


def tell_both(dispute: Dispute, subject: str, words: str, *, key: str, at: datetime) -> None:
    for side in Side:
        tell_side(dispute, side, subject, words, key=key, at=at)


def tell_side(
    dispute: Dispute, side: Side, subject: str, words: str, *, key: str, at: datetime
) -> None:
    """Write to those who speak for *side*; the same *key* is the same news."""
    people = mailing.people(dispute.organization_of(side), SPEAKS[side])
    whole_key = f"dispute/{dispute.ref}/{key}/{side}"
    _write(dispute, people, subject, words, key=whole_key, at=at)
    users = [user.pk for user in people]
    notices.tell(users=users, text=subject, url=_url(dispute), key=whole_key, at=at)


def tell_staff(
    dispute: Dispute, people: Iterable[User], subject: str, words: str, *, key: str, at: datetime
) -> None:
    """Write to those of our staff who are wanted in the case; the same *key* is the same news."""
    _write(dispute, people, subject, words, key=f"dispute/{dispute.ref}/{key}/staff", at=at)


def divided(dispute: Dispute, figure: Money) -> str:
    """How a figure divides what is at stake, in a sentence without its stop."""
    contract = dispute.contract
    back = dispute.at_stake - figure
    before_fee = " before our fee" if figure else ""
    with_fee = ", with our fee on it" if back else ""
    to_freelancer = f"{show(figure)} to {contract.freelancer}{before_fee}"
    return f"{to_freelancer}, {show(back)} back to {contract.client}{with_fee}"


def _write(
    dispute: Dispute, people: Iterable[User], subject: str, words: str, *, key: str, at: datetime
) -> None:
    letters.send(
        key=key,
        to=[(user.email, str(user)) for user in people],
        subject=subject,
        template="dispute_news",
        context={"url": _url(dispute), "title": dispute.escrow.title, "words": words},
        about=("dispute", dispute.ref),
        at=at,
    )


def _url(dispute: Dispute) -> str:
    return reverse("dispute", args=[dispute.ref])
