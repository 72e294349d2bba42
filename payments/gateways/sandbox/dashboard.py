"""What somebody may do at the provider's own dashboard, past us: nobody tells our books."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from payments.gateways.base import PayerRef
from payments.gateways.sandbox import asking, balances, ending
from payments.gateways.sandbox.ids import made_up
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxPayment,
    SandboxRefund,
    SandboxSession,
    SandboxTransfer,
)
from payments.gateways.sandbox.telling import tell


@transaction.atomic
def charge(amount: int, currency: str, *, at: datetime) -> SandboxPayment:
    """Somebody was charged by hand, for something that we know nothing of."""
    session = SandboxSession.objects.create(
        id=made_up("cs"),
        customer=asking.customer(PayerRef("by-hand", "Somebody", "somebody@example.org")),
        reference="",
        amount=amount,
        currency=currency,
        lines=[],
        status=SandboxSession.Status.COMPLETE,
        success_url="https://example.org/",
        cancel_url="https://example.org/",
        created_at=at,
        expires_at=at,
    )
    payment = SandboxPayment(
        id=made_up("pi"),
        charge_id=made_up("ch"),
        session=session,
        amount=amount,
        currency=currency,
        outcome="4242",
        created_at=at,
    )
    ending.succeed(payment, at=at)
    return payment


@transaction.atomic
def refund(payment_id: str, amount: int, *, at: datetime) -> SandboxRefund:
    """Money of one of our charges goes back, and no refund of ours knows of it."""
    payment = SandboxPayment.objects.get(pk=payment_id)
    row = SandboxRefund.objects.create(
        id=made_up("re"),
        payment=payment,
        reference="",
        amount=amount,
        status=SandboxRefund.Status.SUCCEEDED,
        created_at=at,
    )
    balances.write("refund", row.id, -amount, payment.currency, at=at)
    tell("refund.updated", row, at=at)
    return row


@transaction.atomic
def transfer(account_id: str, amount: int, currency: str, *, at: datetime) -> SandboxTransfer:
    """Money is moved to a payee for no payout of ours."""
    account = SandboxAccount.objects.get(pk=account_id)
    row = SandboxTransfer.objects.create(
        id=made_up("tr"),
        account=account,
        reference="",
        amount=amount,
        currency=currency,
        created_at=at,
    )
    balances.write("transfer", row.id, -amount, currency, at=at)
    balances.write("transfer", row.id, amount, currency, at=at, account=account)
    tell("transfer.created", row, at=at)
    return row
