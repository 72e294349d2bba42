"""Finance operations look at a withdrawal before it is sent: held with a reason, then let go."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from billing_site.kernel.periods import add_business_days
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.people.models import User
from billing_site.platform import audit
from billing_site.platform.queue import later
from payments.models import Payout
from payments.queries.payout_cost import arrival
from payments.services import telling

REVIEW_DAYS = 2  # business days, where the rules hold it and nobody has named a date


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
    return payout


@transaction.atomic
def release(payout_id: int, *, reason: str, by: User | SYSTEM, at: datetime) -> Payout:
    """Let a held withdrawal go its way; it is sent at its hour, or at once if that is past.

    :raises WrongState: it is not held.
    :raises NotYours: *by* is not of finance operations.
    """
    payout = Payout.objects.lock(payout_id)
    send_at = max(payout.send_at, at)
    arrives_on = arrival(payout.speed, payout.freelancer, sent_at=send_at)
    take(payout.release, by=by, at=at, note=reason, send_at=send_at, arrives_on=arrives_on)
    audit.record(by, "payout.released", f"payout/{payout.ref}", at=at)
    telling.payout_released(payout, at=at)
    key = f"payout/{payout.ref}/send/{payout.changes.count()}"
    later("payments.tasks.send_payout", key=key, after=send_at, payout_pk=payout.pk)
    return payout


def review_day(payout: Payout, *, at: datetime) -> date:
    return add_business_days(at.date(), REVIEW_DAYS, payout.freelancer.country)
