"""What happens by itself: money arrives or is returned, pages expire, banks answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from payments.gateways.sandbox import balances, billing, disputing, funds, onboarding, saving, wires
from payments.gateways.sandbox.ending import refuse, succeed
from payments.gateways.sandbox.models import (
    SandboxBank,
    SandboxHappening,
    SandboxMethod,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxSession,
)
from payments.gateways.sandbox.outcomes import TRANSFER, Ending
from payments.gateways.sandbox.saved import outcome_of
from payments.gateways.sandbox.shapes.payments import charge as charge_shape
from payments.gateways.sandbox.shapes.saved import mandate
from payments.gateways.sandbox.telling import expect, tell

RETURNED_AFTER = timedelta(days=3)
FUNDS_LOOKED_AT = timedelta(hours=6)
TRACED_AFTER = timedelta(days=2)
REFUND_BACK_AFTER = timedelta(days=10)


@transaction.atomic
def happen(happening_id: int) -> bool:
    """Let it happen, as of its own moment; tell whether somebody else was faster."""
    happening = (
        SandboxHappening.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=happening_id, done_at__isnull=True)
        .first()
    )
    if happening is None:
        return False
    DEEDS[happening.deed](happening.subject_id, happening.due_at)
    happening.done_at = happening.due_at
    happening.save(update_fields=["done_at"])
    return True


def _settle_debit(payment_id: str, at: datetime) -> None:
    payment, happened = _payment(payment_id), "succeeded"
    outcome = outcome_of(payment)
    if outcome.group == TRANSFER:
        wires.arrive(payment, at=at)
        return
    if outcome.ending == Ending.RETURNED:
        happened = "failed"
        refuse(payment, at=at)
        if outcome.ends_mandate and payment.method:
            end_mandate(payment.method, at=at)
    else:
        succeed(payment, at=at)
    if payment.session:
        tell(f"checkout.session.async_payment_{happened}", payment.session, at=at)


def end_mandate(method: SandboxMethod, *, at: datetime) -> None:
    """Its bank lets nobody debit it any more."""
    method.mandate_ended_at = at
    method.save(update_fields=["mandate_ended_at"])
    tell("mandate.updated", method, at=at, shape=mandate(method))


def _book(payment_id: str, at: datetime) -> None:
    payment = _payment(payment_id)
    balances.write(
        "charge",
        payment.charge_id,
        payment.amount,
        payment.currency,
        at=at,
        fee=balances.fee_on(payment.amount),
        settles_after=balances.SETTLES_AFTER,
    )
    tell("charge.updated", payment, at=at, shape=charge_shape(payment))


def _expire(session_id: str, at: datetime) -> None:
    session = SandboxSession.objects.select_for_update(no_key=True).get(pk=session_id)
    if session.status != SandboxSession.Status.OPEN:
        return
    session.status = SandboxSession.Status.EXPIRED
    session.save(update_fields=["status"])
    tell("checkout.session.expired", session, at=at)


def _finish_refund(refund_id: str, at: datetime) -> None:
    refund = SandboxRefund.objects.select_related("payment").get(pk=refund_id)
    if refund.is_short and not balances.take_refund(refund, at=at):
        expect("finish_refund", refund.id, at=at + FUNDS_LOOKED_AT)
        return
    if outcome_of(refund.payment).refund_fails:
        _return_refund(refund_id, at)
        return
    refund.status, refund.is_short = SandboxRefund.Status.SUCCEEDED, False
    refund.save(update_fields=["status", "is_short"])
    tell("refund.updated", refund, at=at)
    is_first = not refund.payment.refunds.filter(status=SandboxRefund.Status.FAILED).exists()
    if outcome_of(refund.payment).refund_comes_back and is_first:
        expect("return_refund", refund.id, at=at + REFUND_BACK_AFTER)


def _return_refund(refund_id: str, at: datetime) -> None:
    refund = SandboxRefund.objects.select_related("payment").get(pk=refund_id)
    refund.status = SandboxRefund.Status.FAILED
    refund.save(update_fields=["status"])
    currency = refund.payment.currency
    balances.write("refund_failure", refund.id, refund.amount, currency, at=at)
    tell("refund.failed", refund, at=at)


def _finish_payout(payout_id: str, at: datetime) -> None:
    payout = SandboxPayout.objects.select_related("bank", "account").get(pk=payout_id)
    account = payout.account
    if payout.bank.behavior != SandboxBank.Behavior.CLOSES:
        payout.status = SandboxPayout.Status.PAID
        payout.save(update_fields=["status"])
        tell("payout.paid", payout, at=at, account=account.id)
        expect("trace_payout", payout.id, at=at + TRACED_AFTER)
        if payout.bank.behavior == SandboxBank.Behavior.RETURNS:
            expect("return_payout", payout.id, at=at + RETURNED_AFTER)
        return
    _return_payout(payout_id, at)


def _trace_payout(payout_id: str, at: datetime) -> None:
    """Its bank tells by what it finds the money, or that it never does."""
    payout = SandboxPayout.objects.select_related("bank").get(pk=payout_id)
    payout.traced_at = at
    payout.save(update_fields=["traced_at"])
    tell("payout.updated", payout, at=at, account=payout.account_id)


def _return_payout(payout_id: str, at: datetime) -> None:
    """The bank does not take it, or sends it back: it takes nothing more until named anew."""
    payout = SandboxPayout.objects.select_related("bank", "account").get(pk=payout_id)
    account = payout.account
    payout.status = SandboxPayout.Status.FAILED
    payout.save(update_fields=["status"])
    payout.bank.is_usable = False
    payout.bank.save(update_fields=["is_usable"])
    balances.write(
        "payout_failure", payout.id, payout.amount, payout.currency, at=at, account=account
    )
    tell("payout.failed", payout, at=at, account=account.id)
    tell("account.updated", account, at=at, account=account.id)


def _give_up_transfer(payment_id: str, at: datetime) -> None:
    wires.give_up(_payment(payment_id), at=at)


def _payment(payment_id: str) -> SandboxPayment:
    made_with = ("session__customer", "method__customer", "payer")
    return SandboxPayment.objects.select_related(*made_with).get(pk=payment_id)


DEEDS: dict[str, Callable[[str, datetime], None]] = {
    "settle_debit": _settle_debit,
    "give_up_transfer": _give_up_transfer,
    "book": _book,
    "expire": _expire,
    "verify_method": saving.verify,
    "finish_refund": _finish_refund,
    "return_refund": _return_refund,
    "finish_payout": _finish_payout,
    "return_payout": _return_payout,
    "trace_payout": _trace_payout,
    funds.DEED: funds.tell_of_them,
    "stop_account": onboarding.stop,
    "bill": billing.bill,
    "complain": disputing.complain,
    "suspect": disputing.suspect,
    "dispute_taken": disputing.taken,
    "dispute_unanswered": disputing.unanswered,
    "dispute_decided": disputing.decided,
}
