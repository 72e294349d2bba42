"""A client's bank suspects fraud: staff is told, and two of them may send back what is held.

What goes back before the bank takes it costs no fee of a case. What was released is not
touched: it is the freelancer's until a bank has decided.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import audit
from billing_site.platform.queue import later
from payments.gateways.base import FraudWarningState
from payments.models import Charge, Escrow, FraudWarning, StrayPayment
from payments.models.fraud_warning import DECIDE
from payments.services.keeping import refuse_if_wanted


def charge_of(state: FraudWarningState) -> Charge | None:
    """The charge that was paid, or that a payment came for which nothing waited for."""
    stray = StrayPayment.objects.filter(payment_id=state.payment_id).first()
    if stray:
        return stray.charge
    return Charge.objects.filter(payment_id=state.payment_id).exclude(payment_id="").first()


@transaction.atomic
def follow(charge: Charge, state: FraudWarningState, *, at: datetime) -> FraudWarning:
    """Keep the warning and tell staff of it, once. Learning of it again does nothing."""
    beside = StrayPayment.objects.filter(payment_id=state.payment_id)
    stray = beside.exclude(payment_id=charge.payment_id).first()
    warning, is_new = FraudWarning.objects.get_or_create(
        warning_id=state.warning_id,
        defaults={"charge": charge, "stray": stray, "reason": state.reason[:60], "told_at": at},
    )
    if is_new:
        paid = show(stray.amount if stray else charge.amount)
        words = f"A bank suspects that {paid} of {charge.client} was paid by fraud"
        _tell_staff(warning, words, "told", at=at)
    return warning


@transaction.atomic
def propose(warning_id: int, *, reason: str, by: User, at: datetime) -> FraudWarning:
    """Ask a second person to send back what is held. Nothing moves yet.

    :raises WrongState: somebody proposed it before, or it is decided.
    :raises NotYours: *by* is not of finance operations.
    :raises NotAllowed: nothing is held, or the bank wants the payment back already.
    """
    warning = _open(warning_id, by=by)
    if warning.proposed_at:
        raise WrongState(f"{warning.proposed_by} proposed it already: another one confirms.")
    _held(warning)
    warning.proposed_at, warning.proposed_by, warning.why = at, by, reason[:300]
    warning.save(update_fields=["proposed_at", "proposed_by", "why"])
    audit.record(by, "warning.proposed", f"warning/{warning.ref}", at=at, why=reason)
    words = f"{by} proposes to send back what is held of {warning.charge.client}'s payment"
    _tell_staff(warning, words, "proposed", at=at)
    return warning


@transaction.atomic
def confirm(warning_id: int, *, reason: str, by: User, at: datetime) -> FraudWarning:
    """Send back what is held, as the second person; what is under review waits for that.

    :raises WrongState: nobody proposed it, or it is decided.
    :raises NotYours: *by* proposed it, or is not of finance operations.
    :raises NotAllowed: nothing is held, or the bank wants the payment back already.
    """
    warning = _open(warning_id, by=by)
    if not warning.proposed_at:
        raise WrongState("Nobody has proposed to send anything back. Propose it first.")
    if warning.proposed_by_id == by.pk:
        raise NotYours("You proposed it: it takes two people, and another one confirms.")
    escrows = _held(warning)
    _decide(warning, by=by, at=at, is_refunded=True)
    audit.record(by, "warning.confirmed", f"warning/{warning.ref}", at=at, why=reason)
    for escrow_id in escrows:  # A transaction posts once.
        later(settings.PROTECTIVE_REFUND_TASK, escrow_id=escrow_id)
    return warning


@transaction.atomic
def leave(warning_id: int, *, reason: str, by: User, at: datetime) -> FraudWarning:
    """Do nothing: the money stays where it is, and the bank may still take it.

    :raises WrongState: it is decided.
    :raises NotYours: *by* is not of finance operations.
    """
    warning = _open(warning_id, by=by)
    _decide(warning, by=by, at=at, is_refunded=False)
    audit.record(by, "warning.left", f"warning/{warning.ref}", at=at, why=reason)
    return warning


def _open(warning_id: int, *, by: User) -> FraudWarning:
    warning = FraudWarning.objects.lock(warning_id)
    if not warning.may_decide(by):
        raise NotYours(f"It is not for {by} to decide about a fraud warning.")
    if warning.decided_at:
        raise WrongState(f"{warning.decided_by} was faster: {warning.standing}.")
    return warning


def _held(warning: FraudWarning) -> list[int]:
    if warning.stray:
        raise NotAllowed(
            f"It is about {show(warning.stray.amount)} that nothing had waited for, and of which"
            " nothing is held. The payment beside it is not suspected."
        )
    refuse_if_wanted(warning.charge)
    held = Escrow.objects.filter(funded_by=warning.charge, state=Escrow.State.HELD).order_by("pk")
    found = list(held.values_list("pk", flat=True))
    if not found:
        raise NotAllowed("Nothing of this payment is held any more. Wait for what the bank does.")
    return found


def _decide(warning: FraudWarning, *, by: User, at: datetime, is_refunded: bool) -> None:
    warning.decided_at, warning.decided_by, warning.is_refunded = at, by, is_refunded
    warning.save(update_fields=["decided_at", "decided_by", "is_refunded"])


def _tell_staff(warning: FraudWarning, words: str, key: str, *, at: datetime) -> None:
    url = reverse("admin:payments_fraudwarning_change", args=[warning.pk])
    staff.tell(DECIDE, text=f"{words}.", url=url, key=f"{warning.ref}/{key}", at=at)
