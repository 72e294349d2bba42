"""Finance operations look at a withdrawal before it is sent: held with a reason, then let go."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import audit
from billing_site.platform.queue import later
from payments.models import Payout
from payments.queries.payout_cost import arrival
from payments.services import naming, telling

REVIEW = "payments.change_payout"
IN_THE_MORNING = time(8, tzinfo=UTC)


@transaction.atomic
def hold(
    payout_id: int, *, reason: str, review_on: date, by: User | SYSTEM, at: datetime
) -> Payout:
    """Keep a withdrawal from being sent until somebody has looked at it.

    *reason* is read by the freelancer, and so is the day by which it is decided.

    :raises WrongState: it was sent, or is held already.
    :raises NotYours: *by* is not of finance operations.
    :raises NotAllowed: that day is over.
    """
    payout = Payout.objects.lock(payout_id)
    if review_on < at.date():
        raise NotAllowed("The day by which it is decided lies in the past.")
    take(payout.hold, by=by, at=at, note=reason, held_for=reason[:300], review_on=review_on)
    audit.record(by, "payout.held", f"payout/{payout.ref}", at=at, review_on=str(review_on))
    telling.payout_held(payout, at=at)
    nth = payout.changes.count()
    text = f"Look at {_words(payout)} by {review_on:%-d %B %Y}: {reason}"
    _tell_staff(payout, text, key=f"held/{nth}", at=at)
    later(
        "payments.tasks.remind_of_held",
        key=f"payout/{payout.ref}/remind/{nth}",
        after=datetime.combine(review_on, IN_THE_MORNING),
        payout_pk=payout.pk,
    )
    return payout


@transaction.atomic
def release(payout_id: int, *, reason: str, by: User | SYSTEM, at: datetime) -> Payout:
    """Let a held withdrawal go its way; it is sent at its hour, or at once if that is past.

    :raises WrongState: it is not held.
    :raises NotYours: *by* is not of finance operations.
    :raises NotAllowed: whose its bank is, is not decided, or it is somebody else's.
    """
    payout = Payout.objects.lock(payout_id)
    if payout.is_held and (why := naming.why_not(payout.method)):
        raise NotAllowed(f"It cannot go. {why}")
    send_at = max(payout.send_at, at)
    arrives_on = arrival(payout.speed, payout.freelancer, sent_at=send_at)
    take(payout.release, by=by, at=at, note=reason, send_at=send_at, arrives_on=arrives_on)
    audit.record(by, "payout.released", f"payout/{payout.ref}", at=at)
    telling.payout_released(payout, at=at)
    key = f"payout/{payout.ref}/send/{payout.changes.count()}"
    later("payments.tasks.send_payout", key=key, after=send_at, payout_pk=payout.pk)
    return payout


def remind(payout_id: int, *, at: datetime) -> bool:
    """It is the day by which it was to be decided: say so to whoever can, if nobody has."""
    payout = Payout.objects.get(pk=payout_id)
    if not payout.is_held or payout.review_on != at.date():
        return False
    text = f"Today is the day by which {_words(payout)} was to be looked at. It still waits."
    _tell_staff(payout, text, key=f"due/{payout.review_on}", at=at)
    return True


def _words(payout: Payout) -> str:
    return f"the withdrawal of {show(payout.amount)} by {payout.freelancer}"


def _tell_staff(payout: Payout, text: str, *, key: str, at: datetime) -> None:
    url = reverse("admin:payments_payout_change", args=[payout.pk])
    staff.tell(REVIEW, text=text[:300], url=url, key=f"payout/{payout.ref}/{key}", at=at)
