"""A freelancer withdraws: available money is set apart, transferred, and paid to a bank."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, from_minor, show, to_minor
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import operations
from billing_site.platform.queue import later
from ledger import movements
from ledger.queries.balances import balance
from ledger.services.posting import post
from payments.gateways.base import PayoutState, Status, TransferState
from payments.models import GatewayCommand, Payee, Payout, PayoutMethod
from payments.queries.payout_cost import PayoutCost, cost_of
from payments.services.commands import enqueue

logger = logging.getLogger(__name__)
THE_GATEWAY = SYSTEM("the gateway said so")


@transaction.atomic
def request(
    *,
    organization: Organization,
    method: PayoutMethod,
    amount: Money,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Payout:
    """Withdraw *amount*, fee included, to *method*. It is sent when it can no longer be cancelled.

    The same *op_id* again returns the payout that it made. This posts: call it last.

    :raises NotYours: *by* may not withdraw for this organization.
    :raises NotAllowed: there is less available, or this bank cannot be paid now.
    """
    if not may(by, Deed.WITHDRAW, organization):
        raise NotYours(f"It is not for {by} to withdraw what {organization} earned.")
    if op_id is not None:
        subject = f"organization/{organization.ref}"
        if not operations.once(user_id=by.pk, deed="withdraw", op_id=op_id, subject=subject, at=at):
            return Payout.objects.get(op_id=op_id)
    payee = lock_payee(organization)
    cost = _agreed_cost(payee, PayoutMethod.objects.lock(method.pk), amount, at)
    payout = Payout.objects.create(
        freelancer=organization,
        method=method,
        currency=str(amount.currency),
        amount=amount,
        fee=cost.fee,
        op_id=op_id,
        requested_at=at,
        send_at=cost.send_at,
        arrives_on=cost.arrives_on,
    )
    later("payments.tasks.send_payout", after=payout.send_at, payout_pk=payout.pk)
    post(
        movements.request_payout(
            payout=payout.ref,
            freelancer=organization.pk,
            amount=amount,
            fee=payout.fee,
            at=at,
            actor=by.pk,
        )
    )
    return payout


@transaction.atomic
def cancel(payout_id: int, *, by: User | SYSTEM, at: datetime) -> Payout:
    """Take a withdrawal back before it is sent: all of it is available again, the fee too.

    :raises WrongState: it has been sent.
    :raises NotYours: *by* may not withdraw for this organization.
    """
    payout = Payout.objects.lock(payout_id)
    take(payout.cancel, by=by, at=at)
    _put_back(payout, at=at, actor=None if isinstance(by, SYSTEM) else by.pk)
    return payout


@transaction.atomic
def send(payout_id: int, *, at: datetime) -> Payout:
    """Have the gateway move what the payee's account does not hold already, then pay the bank.

    :raises WrongState: it was cancelled, or sent before.
    :raises NotAllowed: the gateway does not pay this payee at present; ask again later.
    """
    freelancer_id = Payout.objects.values_list("freelancer", flat=True).get(pk=payout_id)
    payee = Payee.objects.lock_of(freelancer_id)
    payout = Payout.objects.lock(payout_id)
    if not payee.is_ready:
        raise NotAllowed(f"{payee} cannot be paid now. {payee.problem}".strip())
    missing = max(to_minor(payout.net) - _lying_free(payee, payout.currency), 0)
    to_transfer = from_minor(missing, payout.currency)
    take(payout.send, by=SYSTEM("its hour had come"), at=at, to_transfer=to_transfer)
    if missing:
        params: dict[str, object] = {"reference": payout.ref, "account": payee.account}
        params |= {"amount": missing, "currency": payout.currency}
        enqueue(GatewayCommand.Kind.TRANSFER, payout, params, at=at)
    else:
        take(payout.transferred, by=SYSTEM("the payee's account holds enough"), at=at)
        _ask_to_pay(payout, payee, at=at)
    return payout


def send_due(*, at: datetime) -> list[Payout]:
    """Send what may no longer be cancelled, each as of its hour and in its own transaction."""
    sent = []
    for payout_id, send_at in list(Payout.objects.to_send(at=at).values_list("pk", "send_at")):
        try:
            sent.append(send(payout_id, at=send_at))
        except NotAllowed as refusal:
            logger.info("Payout %s waits: %s", payout_id, refusal)
        except Exception:
            logger.exception("Could not send payout %s", payout_id)
    return sent


@transaction.atomic
def transferred(payout_id: int, *, state: TransferState, at: datetime) -> Payout:
    """The money lies at the payee's account; have it paid to their bank."""
    payout = Payout.objects.lock(payout_id)
    take(payout.transferred, by=THE_GATEWAY, at=at, transfer_id=state.transfer_id)
    _ask_to_pay(payout, Payee.objects.get(organization=payout.freelancer_id), at=at)
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
    return payout


@transaction.atomic
def fail(payout_id: int, *, problem: str, at: datetime) -> Payout:
    """It will not arrive. The sum and its fee are available again.

    What was transferred stays at the payee's account, where the next payout takes it from.
    """
    payout = Payout.objects.lock(payout_id)
    take(payout.fail, by=THE_GATEWAY, at=at, problem=problem[:300])
    _put_back(payout, at=at)
    return payout


@transaction.atomic
def follow(payout_id: int, state: PayoutState, *, at: datetime) -> Payout:
    """Bring our payout to where the gateway's is; change nothing where it is there already."""
    payout = Payout.objects.lock(payout_id)
    if payout.state != Payout.State.SENT:
        return payout
    if state.status in {Status.FAILED, Status.CANCELLED}:
        return fail(payout_id, problem=state.problem or "The bank did not take it.", at=at)
    if state.status != Status.SUCCEEDED:
        return payout
    payout.payout_id = state.payout_id
    take(payout.pay, by=THE_GATEWAY, at=at)
    post(
        movements.pay_out(
            payout=payout.ref, freelancer=payout.freelancer_id, amount=payout.net, at=at
        )
    )
    return payout


def lock_payee(organization: Organization) -> Payee:
    """Hold everything that is withdrawn by *organization* until we commit.

    :raises NotAllowed: they have not said where they are paid.
    """
    try:
        return Payee.objects.lock_of(organization.pk)
    except Payee.DoesNotExist:
        raise NotAllowed("Say first where you want to be paid: add a payout method.") from None


def _agreed_cost(payee: Payee, method: PayoutMethod, amount: Money, at: datetime) -> PayoutCost:
    """Check what can be checked in words; the books would refuse the rest without any."""
    organization = payee.organization
    if method.organization_id != organization.pk or str(amount.currency) != method.currency:
        raise NotAllowed(f"{method} cannot take this sum.")
    if not method.is_active(at=at):
        raise NotAllowed(f"{method} can be paid to from {method.active_from:%-d %B %Y, %H:%M} UTC.")
    if not payee.is_ready:
        raise NotAllowed(f"You cannot be paid at present. {payee.problem}".strip())
    cost = cost_of(organization, amount, at=at)
    if amount <= cost.fee:
        raise NotAllowed(f"A withdrawal has to be more than its fee of {show(cost.fee)}.")
    if cost.left.amount < 0:
        raise NotAllowed(f"You can withdraw at most {show(cost.available)} now.")
    return cost


def _lying_free(payee: Payee, currency: str) -> int:
    """What lies at the payee's account and is not promised to a payout on its way, in minor units.

    The caller holds the payee's lock, so that two payouts cannot count the same money.
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


def _ask_to_pay(payout: Payout, payee: Payee, *, at: datetime) -> None:
    params = {
        "reference": payout.ref,
        "account": payee.account,
        "destination": payout.method.destination,
        "amount": to_minor(payout.net),
        "currency": payout.currency,
    }
    enqueue(GatewayCommand.Kind.PAYOUT, payout, params, at=at)


def _put_back(payout: Payout, *, at: datetime, actor: int | None = None) -> None:
    post(
        movements.fail_payout(
            payout=payout.ref,
            freelancer=payout.freelancer_id,
            amount=payout.amount,
            fee=payout.fee,
            at=at,
            actor=actor,
        )
    )
