"""A payee loses what it needs to be paid, any day: withdrawals wait, and go on when it is back.

They stay as they are, requested, and can be cancelled: nobody has to let them go.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import audit
from billing_site.platform.queue import later
from payments.models import Payee, Payout
from payments.queries.payout_cost import arrival
from payments.services import telling_of_payees

RESUME = "payments.change_payee"


def note(payee: Payee, *, is_ready: bool, problem: str, at: datetime) -> None:
    """Write down what the gateway says of a payee, which is locked, and tell them if it matters."""
    is_lost = payee.is_ready and not is_ready
    is_back = is_ready and payee.stopped_at is not None
    payee.is_ready, payee.problem = is_ready, problem[:300]
    if is_lost:
        payee.stopped_at = at
        telling_of_payees.stopped(payee, at=at)
    elif is_back:
        telling_of_payees.goes_on(payee, at=at)
        payee.stopped_at = None
    payee.save(update_fields=["is_ready", "problem", "checked_at", "stopped_at"])
    if is_back and payee.may_be_paid:
        _go_on(payee, at=at)


@transaction.atomic
def refused(payout_id: int, *, problem: str, at: datetime) -> Payee:
    """The gateway moves nothing to this payee, and we did not know. Its own news will follow."""
    payee = _of(payout_id)
    note(payee, is_ready=False, problem=problem, at=at)
    return payee


@transaction.atomic
def short(payout_id: int, *, at: datetime) -> Payee:
    """What we moved to a payee's account is not there: another payout would go the same way.

    Those of the staff who can have them paid again are told.
    """
    payee = _of(payout_id)
    if payee.short_at is not None:
        return payee
    payee.short_at = at
    payee.save(update_fields=["short_at"])
    staff.tell(
        RESUME,
        text=f"The provider's account of {payee.organization} lacks what we moved there. Nothing"
        " is paid to them until you have looked."[:300],
        url=f"{reverse('admin:payments_payee_changelist')}?short_at__isempty=0",
        key=f"payee/{payee.ref}/short/{at.isoformat()}",
        at=at,
    )
    return payee


@transaction.atomic
def resume(payee_id: int, *, reason: str, by: User, at: datetime) -> Payee:
    """Somebody has looked, and the account holds again what it should.

    :raises NotYours: *by* is not of finance operations.
    :raises NotAllowed: nothing of theirs is short.
    """
    payee = Payee.objects.lock(payee_id)
    if not staff.holds(by, RESUME):
        raise NotYours(f"It is not for {by} to have {payee} paid again.")
    if payee.short_at is None:
        raise NotAllowed(f"Nothing of {payee} is short.")
    payee.short_at = None
    payee.save(update_fields=["short_at"])
    audit.record(by, "payee.resumed", f"payee/{payee.ref}", at=at, reason=reason)
    if payee.may_be_paid:
        _go_on(payee, at=at)
    return payee


def not_restricted(organization_id: int, *, at: datetime) -> None:
    """Nothing of ours keeps them from withdrawing any more. The caller is in a transaction."""
    payee = Payee.objects.lock_if_there(organization_id)
    if payee and payee.may_be_paid:
        _go_on(payee, at=at)


def _of(payout_id: int) -> Payee:
    return Payee.objects.lock_of(
        Payout.objects.values_list("freelancer", flat=True).get(pk=payout_id)
    )


def _go_on(payee: Payee, *, at: datetime) -> None:
    """Send what waited; it arrives later than was promised, and says so."""
    late = Payout.objects.filter(freelancer=payee.organization_id).to_send(at=at)
    for payout_id in list(late.values_list("pk", flat=True)):
        payout = Payout.objects.lock(payout_id)
        if payout.state != Payout.State.REQUESTED:
            continue  # It was cancelled meanwhile.
        payout.send_at = at
        payout.arrives_on = arrival(payout.speed, payout.freelancer, sent_at=at)
        payout.save(update_fields=["send_at", "arrives_on"])
        key = f"payout/{payout.ref}/send/after/{at.isoformat()}"
        later("payments.tasks.send_payout", key=key, payout_pk=payout.pk)
