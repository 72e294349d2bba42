"""Bank transfers that a client chose on a payment page: waited for, given up, or arrived.

A promise stops nothing: the charge stays to be paid, what is late stays late, and another
payment may be faster. Before anything saved is charged for it, and once it is not needed, the
provider is asked to call it off. What it says then is the truth: it may have arrived meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from billing_site.kernel.money import from_minor, show
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from payments.gateways.base import PaymentState, Status
from payments.models import Charge, Collection, OpenItem, PromisedTransfer
from payments.queries.being_paid import being_paid
from payments.services import charging, leftovers, telling_of_promises
from payments.services.calling_off import call_off, call_off_one

WAITS = timedelta(days=7)  # a bank takes one to three; then the provider waits for nothing
BY_TRANSFER = SYSTEM("its client sends it by bank transfer")
GIVEN_UP = SYSTEM("its bank transfer was given up")


@transaction.atomic
def give_up(charge_id: int, *, by: User, at: datetime) -> Charge:
    """Wait for the promised transfer no longer: its client says that they do not send it.

    The provider is asked to call it off. If it has arrived by then, the charge is paid.

    :raises NotYours: *by* may not pay so much for this client.
    :raises NotAllowed: no transfer is waited for, or somebody was faster.
    """
    charge, _ = charging.lock(charge_id)
    if not may(by, Deed.FUND, charge.client, charge.amount):
        raise NotYours(f"It is not for {by} to say how {charge.client} pays this.")
    promise = charge.promises.open().order_by("pk").last()
    if promise is None:
        raise NotAllowed("No bank transfer is waited for here. Nothing was changed.")
    if promise.called_off_at:
        raise NotAllowed("It is being given up already. Nothing was changed.")
    call_off(charge, at=at)
    return charge


def give_up_due(*, at: datetime) -> list[PromisedTransfer]:
    """Give up every promise whose days are over, each by itself, as of its own moment."""
    due = list(PromisedTransfer.objects.due(at=at).values_list("pk", flat=True))
    return one_by_one(due, lambda pk: _give_up_due(pk, at=at), to="give up promised transfer")


@transaction.atomic
def review(charge_id: int, *, at: datetime) -> Charge:
    """What it is for may have been paid otherwise: then nobody waits for its transfer."""
    charge, settlements = charging.lock(charge_id)
    others = being_paid(OpenItem.objects.asked_for_by(charge), but=charge)
    if charge.state == Charge.State.BEGUN and not others and not leftovers.left_of(settlements):
        call_off(charge, at=at)
    return charge


@transaction.atomic
def _give_up_due(promise_id: int, *, at: datetime) -> PromisedTransfer | None:
    charge_id = PromisedTransfer.objects.values_list("charge", flat=True).get(pk=promise_id)
    charge, _ = charging.lock(charge_id)
    promise = PromisedTransfer.objects.get(pk=promise_id)
    if promise.ended_at or promise.called_off_at or promise.until > at:
        return None  # It arrived, or somebody was faster.
    call_off_one(charge, promise, at=at)
    return promise


# For the services that have locked the charge.


def note(charge: Charge, state: PaymentState, *, at: datetime) -> None:
    """The provider waits for a bank transfer: write down what is to be sent, and until when.

    The page where it was chosen is done. Where the charge is over, it is called off at once.
    """
    assert state.wire, "Only a transfer is promised."
    missing = from_minor(state.wire.missing or state.amount, state.currency)
    promise, is_new = PromisedTransfer.objects.get_or_create(
        payment_id=state.payment_id,
        defaults={
            "charge": charge,
            "currency": state.currency,
            "missing": missing,
            "holder": state.wire.holder[:200],
            "bank": state.wire.bank[:200],
            "number": state.wire.number[:64],
            "code": state.wire.code[:64],
            "reference": state.wire.reference[:140],
            "promised_at": at,
            "until": at + WAITS,
        },
    )
    if state.wire.missing and promise.missing != missing:  # Else all of it is there by now.
        promise.missing = missing
        promise.save(update_fields=["missing"])
    if not is_new:
        _tell_what_stays(charge, state, is_over=promise.ended_at is not None, at=at)
        return
    if not charge.is_waiting:
        call_off_one(charge, promise, at=at)
        return
    call_off(charge, but=state.payment_id, at=at)  # They have chosen it once more.
    is_ours = charge.state == Charge.State.PROCESSING and charge.payment_id == state.payment_id
    if charge.state == Charge.State.ACTION_NEEDED or is_ours:
        take(charge.reopen, by=BY_TRANSFER, at=at, problem="")
    charge.page_url = ""
    charge.save(update_fields=["page_url"])


def end(charge: Charge, payment_id: str, *, at: datetime) -> PromisedTransfer | None:
    """It arrived, or nobody waits for it any more; None: it was no promise, or over before."""
    promise = charge.promises.open().filter(payment_id=payment_id).first()
    if promise is None:
        return None
    promise.ended_at = at
    promise.save(update_fields=["ended_at"])
    return promise


def over(charge: Charge, payment_id: str, *, at: datetime) -> bool:
    """The provider waits for it no longer; tell whether it was a promise that stood until now.

    What is collected stays to be paid otherwise. Other charges are given up with it.
    """
    promise = end(charge, payment_id, at=at)
    if promise is None:
        return False
    if promise.called_off_at and promise.called_off_at >= promise.until:
        telling_of_promises.given_up(promise, at=at)
    if charge.state != Charge.State.BEGUN:
        return True
    charge.problem = f"The bank transfer of {show(promise.missing)} was given up."
    charge.save(update_fields=["problem"])
    if not Collection.objects.filter(charge=charge).exists():
        charging.cancel(charge.pk, by=GIVEN_UP, at=at)
    return True


@transaction.atomic
def answered(charge_id: int, state: PaymentState, *, at: datetime) -> None:
    """The provider was asked to call it off. If it has arrived, its own news is on the way.

    It may go on waiting all the same. A part that has come stays there then, and finance hears
    of that.
    """
    charge, _ = charging.lock(charge_id)
    is_there = state.wire is not None and not state.wire.missing
    if state.status == Status.SUCCEEDED or is_there:
        return
    is_over = over(charge, state.payment_id, at=at)
    _tell_what_stays(charge, state, is_over=is_over, at=at)


@transaction.atomic
def not_known(charge_id: int, payment_id: str, *, at: datetime) -> None:
    """The provider knows no such payment, so it waits for none; nor do we."""
    charge, _ = charging.lock(charge_id)
    over(charge, payment_id, at=at)


def _tell_what_stays(charge: Charge, state: PaymentState, *, is_over: bool, at: datetime) -> None:
    if is_over and state.missing:
        there = from_minor(state.amount - state.missing, state.currency)
        telling_of_promises.part_stays(charge, state.payment_id, there, at=at)
