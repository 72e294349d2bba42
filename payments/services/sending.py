"""A withdrawal goes its way: transferred to the payee's account, paid to the bank, or not."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from billing_site.kernel.money import from_minor, to_minor
from billing_site.kernel.periods import add_business_days
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.platform.queue import later
from ledger import movements
from ledger.queries.balances import balance
from ledger.services.posting import post
from payments.gateways.base import PayoutState, Status, TransferState
from payments.gateways.payout_problems import UNKNOWN
from payments.models import GatewayCommand, Payee, Payout, Restriction
from payments.services import naming, restricting, reviewing, telling
from payments.services.coming_back import lock_with_payee, put_back, returned
from payments.services.commands import enqueue

PAYOUTS = Restriction.Scope.PAYOUTS
ITS_HOUR = SYSTEM("its hour had come")
THE_GATEWAY = SYSTEM("the gateway said so")


@transaction.atomic
def send(payout_id: int, *, at: datetime) -> Payout:
    """Have the gateway move what the payee's account does not hold already, then pay the bank.

    It is held instead while its bank has a holder whom nobody of ours has accepted. Who is its
    holder by the time of the call that pays the bank is looked at once more (`payee_calls`).

    :raises WrongState: it was cancelled, or sent before.
    :raises NotAllowed: this payee is not paid at present; ask again later.
    """
    payee, payout = lock_with_payee(payout_id)
    if not payee.may_be_paid:
        raise NotAllowed(f"{payee} cannot be paid now. {payee.why_not}".strip())
    restricting.refuse_if_restricted(PAYOUTS, payout.freelancer, ITS_HOUR)
    # Who learns of another holder has the payee's lock, too.
    if why := naming.why_not(payout.method):
        review_on = add_business_days(at.date(), naming.REVIEW_DAYS, payout.freelancer.country)
        by = naming.ANOTHER_NAME
        return reviewing.hold(payout_id, reason=why, review_on=review_on, by=by, at=at)
    missing = max(to_minor(payout.net) - _lying_free(payee, payout.currency), 0)
    to_transfer = from_minor(missing, payout.currency)
    take(payout.send, by=ITS_HOUR, at=at, to_transfer=to_transfer)
    if missing:
        params: dict[str, object] = {"reference": payout.ref, "account": payee.account}
        params |= {"amount": missing, "currency": payout.currency}
        enqueue(GatewayCommand.Kind.TRANSFER, payout, params, at=at)
    else:
        take(payout.transferred, by=SYSTEM("the payee's account holds enough"), at=at)
        ask_to_pay(payout, payee, at=at)
    return payout


def send_due(*, at: datetime) -> list[Payout]:
    """Send what may no longer be cancelled, each as of its hour and in its own transaction."""
    due = dict(Payout.objects.to_send(at=at).values_list("pk", "send_at"))
    return one_by_one(due, lambda pk: send(pk, at=due[pk]), to="send payout")


@transaction.atomic
def transferred(payout_id: int, *, state: TransferState, at: datetime) -> Payout:
    """The money lies at the payee's account; have it paid to their bank."""
    payee, payout = lock_with_payee(payout_id)
    take(payout.transferred, by=THE_GATEWAY, at=at, transfer_id=state.transfer_id)
    ask_to_pay(payout, payee, at=at)
    assert payout.to_transfer is not None, "It was sent, so this was decided."
    post(
        movements.transfer_to_payee(
            payout=payout.ref,
            freelancer=payout.freelancer_id,
            amount=payout.to_transfer,
            at=at,
        )
    )
    return payout


@transaction.atomic
def accepted(payout_id: int, *, state: PayoutState) -> Payout:
    """The gateway is paying the bank. Whether it arrives, it will tell."""
    payout = Payout.objects.lock(payout_id)
    payout.payout_id = state.payout_id
    payout.save(update_fields=["payout_id"])
    later(settings.PAYOUT_SENT_TASK, payout_pk=payout.pk)
    return payout


@transaction.atomic
def fail(payout_id: int, *, problem: str, at: datetime, code: str = "") -> Payout:
    """It will not arrive, or came back after it had. The sum and its fee are available again.

    What was transferred lies at the payee's account, where the next payout takes it from.
    *problem* is read by the freelancer, *code* (the provider's) at the desk.
    """
    _, payout = lock_with_payee(payout_id)
    was = payout.state
    take(payout.fail, by=THE_GATEWAY, at=at, problem=problem[:300], problem_code=code[:100])
    if was == Payout.State.PAID:
        telling.payout_returned(payout, at=at)
        returned(payout, at=at)
    else:
        telling.payout_failed(payout, at=at)
        put_back(payout, at=at)
    return payout


@transaction.atomic
def called_off(payout_id: int, *, problem: str, at: datetime) -> Payout:
    """The bank never had it: the gateway stopped it, or its last look found another holder.

    The sum and its fee are available again.
    """
    _, payout = lock_with_payee(payout_id)
    payout.problem = problem[:300]
    take(payout.cancel, by=THE_GATEWAY, at=at)
    telling.payout_failed(payout, at=at)
    put_back(payout, at=at)
    return payout


@transaction.atomic
def follow(payout_id: int, state: PayoutState, *, at: datetime) -> Payout:
    """Bring our payout to where the gateway's is; change nothing where it is there already."""
    _, payout = lock_with_payee(payout_id)
    problem = state.problem or UNKNOWN
    if state.status == Status.FAILED and payout.state in {Payout.State.SENT, Payout.State.PAID}:
        return fail(payout_id, problem=problem, code=state.code, at=at)
    if state.status == Status.CANCELLED and payout.state == Payout.State.SENT:
        return called_off(payout_id, problem=problem, at=at)
    if state.status == Status.SUCCEEDED and payout.state == Payout.State.PAID:
        return _traced(payout, state, at=at)
    if state.status != Status.SUCCEEDED or payout.state != Payout.State.SENT:
        return payout
    payout.payout_id = state.payout_id
    _traced(payout, state, at=at)
    take(payout.pay, by=THE_GATEWAY, at=at)
    telling.payout_paid(payout, at=at)
    post(
        movements.pay_out(
            payout=payout.ref, freelancer=payout.freelancer_id, amount=payout.net, at=at
        )
    )
    return payout


def _traced(payout: Payout, state: PayoutState, *, at: datetime) -> Payout:
    """Banks tell by what they find it days after they have it; what they told stays."""
    if state.trace and not payout.trace:
        payout.trace, payout.untraced_at = state.trace[:100], None
    elif state.is_untraced and not (payout.trace or payout.untraced_at):
        payout.untraced_at = at
    else:
        return payout
    payout.save(update_fields=["trace", "untraced_at"])
    return payout


def ask_to_pay(payout: Payout, payee: Payee, *, at: datetime) -> None:
    """Promise the call that pays the bank out of the payee's account."""
    params: dict[str, object] = {
        "reference": payout.ref,
        "account": payee.account,
        "destination": payout.method.destination,
        "amount": to_minor(payout.net),
        "currency": payout.currency,
    }
    if payout.is_instant:
        params["instant"] = True
    enqueue(GatewayCommand.Kind.PAYOUT, payout, params, at=at)


def _lying_free(payee: Payee, currency: str) -> int:
    """What lies at the payee's account and is not promised to a payout on its way, in minor units.

    The caller holds the payee's lock, as whoever brings a payout on its way further does: two
    payouts cannot count the same money, nor one count what another has just paid.
    """
    at_payee = to_minor(balance(f"provider:payee:{payee.organization_id}", currency))
    promised = 0
    for payout in Payout.objects.filter(
        freelancer=payee.organization_id, currency=currency, state__in=["sending", "sent"]
    ):
        assert payout.to_transfer is not None, "It was sent, so this was decided."
        still_coming = payout.state == Payout.State.SENDING
        waits = payout.net - payout.to_transfer if still_coming else payout.net
        promised += to_minor(waits)
    return max(-at_payee - promised, 0)
