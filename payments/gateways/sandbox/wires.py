"""Bank transfers that payers send by themselves: with the right sum and reference, or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from billing_site.platform import clock
from payments.gateways.base import (
    BankDetails,
    BankDetailsRequest,
    CashRequest,
    InsufficientFunds,
    InvalidRequest,
)
from payments.gateways.sandbox.asking import customer as customer_of
from payments.gateways.sandbox.ending import succeed
from payments.gateways.sandbox.ids import made_up
from payments.gateways.sandbox.models import SandboxCash, SandboxCustomer, SandboxPayment
from payments.gateways.sandbox.shapes.wires import account_of
from payments.gateways.sandbox.telling import expect, tell

GIVEN_UP_AFTER = timedelta(days=75)
Status = SandboxPayment.Status


def details(r: BankDetailsRequest) -> str:
    return customer_of(r.payer).id


def shown(customer_id: str, currency: str) -> BankDetails:
    told = account_of(customer_id)
    return BankDetails(
        customer=customer_id,
        currency=currency,
        holder=told["account_holder_name"],
        bank="Sandbox Bank",
        number=told["iban"],
        code=told["bic"],
    )


@transaction.atomic
def receive(
    customer_id: str, amount: int, currency: str, *, reference: str, at: datetime
) -> SandboxCash:
    """Money comes in: to the payment that it names, the others that wait, and the rest is cash."""
    payer = SandboxCustomer.objects.select_for_update(no_key=True).get(pk=customer_id)
    came = _write(payer, "funded", amount, currency, reference=reference, at=at)
    left = amount
    waiting = SandboxPayment.objects.filter(
        session__customer=payer,
        currency=currency,
        status=Status.PROCESSING,
        outcome__startswith="transfer",
    )
    oldest = waiting.order_by("created_at", "pk")
    for payment in sorted(oldest, key=lambda each: each.reference not in reference):
        part = min(left, payment.amount - payment.received)
        if part:
            _apply(payment, part, at=at)
            left -= part
    if left:
        tell("cash_balance.funds_available", payer, at=at, shape=_balance(payer))
    return came


def draw(r: CashRequest) -> SandboxPayment:
    """Take what a customer has in cash as a payment.

    :raises InsufficientFunds: there is less.
    """
    payer = SandboxCustomer.objects.select_for_update(no_key=True).get(pk=r.customer)
    now = clock.now()
    there = available(payer, r.currency)
    if there < r.amount:
        raise InsufficientFunds(f"Cash: {there} {r.currency}, asked for: {r.amount}.")
    payment = SandboxPayment.objects.create(
        id=made_up("pi"),
        charge_id=made_up("ch"),
        payer=payer,
        reference=r.reference,
        metadata=dict(r.metadata) or {"charge": r.reference},
        amount=r.amount,
        currency=r.currency,
        outcome="transfer",
        status=Status.PROCESSING,
        created_at=now,
    )
    _apply(payment, r.amount, at=now)
    return payment


def available(payer: SandboxCustomer, currency: str) -> int:
    lines = payer.cash.filter(currency=currency)
    return lines.aggregate(total=Sum("amount"))["total"] or 0


def arrive(payment: SandboxPayment, *, at: datetime) -> None:
    """What was chosen on the page happens: the sum, less, or more of it arrives."""
    assert payment.session, "Only a page has such a choice."
    came = {"transfer_short": payment.amount // 2, "transfer_over": payment.amount + 5_000}
    amount = came.get(payment.outcome, payment.amount)
    customer_id = payment.session.customer_id
    receive(customer_id, amount, payment.currency, reference=payment.reference, at=at)
    if payment.outcome == "transfer_short":
        expect("give_up_transfer", payment.id, at=at + GIVEN_UP_AFTER)


def give_up(payment: SandboxPayment, *, at: datetime) -> None:
    """The rest never came: the payment is called off, and what did come goes back to its bank."""
    if payment.status != Status.PROCESSING:
        return
    payer, currency, amount = payment.customer, payment.currency, payment.received
    payment.status, payment.received = Status.CANCELED, 0
    payment.save()
    for kind, signed in (("unapplied_from_payment", amount), ("return_initiated", -amount)):
        _write(payer, kind, signed, currency, payment=payment, at=at)
    tell("payment_intent.canceled", payment, at=at)


@transaction.atomic
def cancel(payment_id: str) -> SandboxPayment:
    """Nobody waits for it any more; what is paid on a page is never called off so, as at Stripe.

    :raises InvalidRequest: it is paid on a page, is debited by a bank, or was called off before.
    """
    row = SandboxPayment.objects.select_for_update(no_key=True).filter(pk=payment_id).first()
    if row is None:
        raise InvalidRequest("No such payment.", param="intent", code="resource_missing")
    if row.session_id or row.status not in {Status.UNPAID, Status.ACTION}:
        raise InvalidRequest(
            f"A payment that is {row.status}, or of a page, is not called off.",
            param="intent",
            code="payment_intent_unexpected_state",
        )
    row.status = Status.CANCELED
    row.save(update_fields=["status"])
    tell("payment_intent.canceled", row, at=clock.now())
    return row


def _apply(payment: SandboxPayment, part: int, *, at: datetime) -> None:
    _write(payment.customer, "applied_to_payment", -part, payment.currency, payment=payment, at=at)
    payment.received += part
    payment.save(update_fields=["received"])
    if payment.received < payment.amount:
        tell("payment_intent.partially_funded", payment, at=at)
        return
    succeed(payment, at=at)
    if payment.session:
        tell("checkout.session.async_payment_succeeded", payment.session, at=at)


def _write(
    payer: SandboxCustomer,
    kind: str,
    amount: int,
    currency: str,
    *,
    at: datetime,
    reference: str = "",
    payment: SandboxPayment | None = None,
) -> SandboxCash:
    row = SandboxCash.objects.create(
        id=made_up("ccsbtxn"),
        customer=payer,
        payment=payment,
        kind=kind,
        amount=amount,
        currency=currency,
        reference=reference[:140],
        sender=payer.name[:100] if kind == "funded" else "",
        created_at=at,
    )
    tell("customer_cash_balance_transaction.created", row, at=at)
    return row


def _balance(payer: SandboxCustomer) -> dict[str, object]:
    sums = payer.cash.values_list("currency").annotate(total=Sum("amount"))
    return {
        "object": "cash_balance",
        "livemode": False,
        "available": {currency.lower(): total for currency, total in sums if total},
        "customer": payer.id,
        "settings": {"reconciliation_mode": "automatic", "using_merchant_default": True},
    }
