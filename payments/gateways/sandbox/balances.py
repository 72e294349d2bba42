"""What lies where in the sandbox: on the platform's balance, or at a connected account."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Sum

from billing_site.kernel.money import Money, currency_of, to_minor
from payments.gateways.sandbox.funds import Short, tell_of_them
from payments.gateways.sandbox.ids import made_up
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxBalanceLine,
    SandboxPayment,
    SandboxRefund,
)
from payments.gateways.sandbox.shapes.accounts import top_up as top_up_shape
from payments.gateways.sandbox.telling import tell

FEE_BPS, FEE_FIXED = 290, 30
SETTLES_AFTER = timedelta(days=2)


def fee_on(amount: int) -> int:
    """What a payment costs, in minor units: 2.9 % and 30."""
    return (amount * FEE_BPS + 5_000) // 10_000 + FEE_FIXED


def write(
    kind: str,
    source_id: str,
    amount: int,
    currency: str,
    *,
    at: datetime,
    account: SandboxAccount | None = None,
    fee: int = 0,
    settles_after: timedelta = timedelta(0),
) -> SandboxBalanceLine:
    return SandboxBalanceLine.objects.create(
        id=made_up("txn"),
        account=account,
        kind=kind,
        source_id=source_id,
        amount=amount,
        fee=fee,
        currency=currency,
        created_at=at,
        available_at=at + settles_after,
    )


def available(currency: str, *, at: datetime, account: SandboxAccount | None = None) -> int:
    return _sum(currency, account, available_at__lte=at)


def pending(currency: str, *, at: datetime, account: SandboxAccount | None = None) -> int:
    return _sum(currency, account, available_at__gt=at)


def require(
    amount: int, currency: str, *, at: datetime, account: SandboxAccount | None = None
) -> None:
    """Make sure that *amount* is there, and that nobody else spends it until we commit.

    :raises InsufficientFunds: less is available.
    """
    _one_at_a_time(account, currency)
    there = available(currency, at=at, account=account)
    if there < amount:
        said = f"Available: {there} {currency}, asked for: {amount}."
        raise Short(said, account=account.pk if account else "", currency=currency)


def take_refund(refund: SandboxRefund, *, at: datetime) -> bool:
    """Take a refund from the platform's balance, or return False: it does not hold it yet.

    What is still settling of the payment itself goes back; else what is available has to hold
    it. What the provider kept for itself is no part of it: it lets a balance go below zero by that.
    """
    payment, currency = refund.payment, refund.payment.currency
    _one_at_a_time(None, currency)
    settles_after = max(settles_at(payment) - at, timedelta(0))
    if not settles_after:
        lines = SandboxBalanceLine.objects.filter(
            account=None, currency=currency, available_at__lte=at
        )
        if (lines.aggregate(total=Sum("amount"))["total"] or 0) < refund.amount:
            return False
    write("refund", refund.id, -refund.amount, currency, at=at, settles_after=settles_after)
    return True


def settles_at(payment: SandboxPayment) -> datetime:
    line = SandboxBalanceLine.objects.filter(source_id=payment.charge_id, kind="charge").first()
    return line.available_at if line else payment.created_at + SETTLES_AFTER


@transaction.atomic
def exchange(reference: str, sold: Money, bought: Money, *, at: datetime) -> None:
    """Turn some of the platform's balance into another currency, at whatever rate; once.

    :raises InsufficientFunds: less is available of what is sold.
    """
    if SandboxBalanceLine.objects.filter(source_id=reference, kind="adjustment").exists():
        return
    require(to_minor(sold), currency_of(sold), at=at)
    write("adjustment", reference, -to_minor(sold), currency_of(sold), at=at)
    write("adjustment", reference, to_minor(bought), currency_of(bought), at=at)


@transaction.atomic
def pay_us(reference: str, amount: Money, *, at: datetime) -> None:
    """Send some of the platform's balance to its own bank; once.

    :raises InsufficientFunds: less is available.
    """
    if SandboxBalanceLine.objects.filter(source_id=reference, kind="payout").exists():
        return
    require(to_minor(amount), currency_of(amount), at=at)
    write("payout", reference, -to_minor(amount), currency_of(amount), at=at)


@transaction.atomic
def return_ours(reference: str, *, at: datetime) -> None:
    """The platform's own bank does not take what was sent; once."""
    lines = SandboxBalanceLine.objects.filter(source_id=reference, account=None)
    sent = lines.filter(kind="payout").first()
    if sent and not lines.filter(kind="payout_failure").exists():
        write("payout_failure", reference, -sent.amount, sent.currency, at=at)


@transaction.atomic
def top_up(reference: str, amount: Money, *, at: datetime) -> None:
    """The platform's own bank sends something; once."""
    if not SandboxBalanceLine.objects.filter(source_id=reference, kind="topup").exists():
        write("topup", reference, to_minor(amount), currency_of(amount), at=at)
        tell_of_them("", at)


@transaction.atomic
def return_top_up(reference: str, *, at: datetime) -> None:
    """The platform's own bank takes back what it had sent; once."""
    lines = SandboxBalanceLine.objects.filter(source_id=reference, account=None)
    came = lines.filter(kind="topup").first()
    if came and not lines.filter(kind="topup_reversal").exists():
        write("topup_reversal", reference, -came.amount, came.currency, at=at)
        tell("topup.reversed", came, at=at, shape=top_up_shape(came, "reversed"))


def _one_at_a_time(account: SandboxAccount | None, currency: str) -> None:
    name = f"sandbox/balance/{account.pk if account else 'ours'}/{currency}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def _sum(currency: str, account: SandboxAccount | None, **when: datetime) -> int:
    lines = SandboxBalanceLine.objects.filter(account=account, currency=currency, **when)
    return lines.aggregate(total=Sum(F("amount") - F("fee")))["total"] or 0
