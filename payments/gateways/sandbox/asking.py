"""What the sandbox does when it is asked. Each runs once a key, inside `keys.once`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta

from django.db.models import Sum

from billing_site.kernel.periods import add_business_days
from billing_site.platform import clock
from payments.gateways.base import (
    CheckoutRequest,
    InvalidRequest,
    PayeeRequest,
    PayerRef,
    PayoutRequest,
    RefundRequest,
    TransferRequest,
)
from payments.gateways.sandbox import balances, billing
from payments.gateways.sandbox.ids import made_up
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxBank,
    SandboxCustomer,
    SandboxLogin,
    SandboxOnboarding,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxSession,
    SandboxTransfer,
)
from payments.gateways.sandbox.telling import expect, tell
from payments.gateways.sums import theirs
from payments.statement import is_allowed

TAKEN_BACK = ("needs_response", "under_review", "lost")
PAGE_LIVES = timedelta(hours=24)
LINK_LIVES = timedelta(minutes=30)
LOGIN_LIVES = timedelta(minutes=5)
REFUND_TAKES = timedelta(minutes=1)
BANK_DAYS = 2
AT_ONCE = timedelta(minutes=5)
BANKS_OPEN = time(9, tzinfo=UTC)


def customer(payer: PayerRef) -> SandboxCustomer:
    row, _ = SandboxCustomer.objects.get_or_create(
        reference=payer.reference,
        defaults={
            "id": made_up("cus"),
            "name": payer.name,
            "email": payer.email,
            "created_at": clock.now(),
        },
    )
    return row


def session(r: CheckoutRequest) -> SandboxSession:
    theirs(r.amount, r.currency)
    require_statement(r.statement)
    now = clock.now()
    row = SandboxSession.objects.create(
        id=made_up("cs"),
        customer=customer(r.payer),
        reference=r.reference,
        amount=r.amount,
        currency=r.currency,
        lines=[asdict(line) for line in r.lines],
        metadata=dict(r.metadata),
        success_url=r.success_url,
        cancel_url=r.cancel_url,
        created_at=now,
        expires_at=r.closes_at or now + PAGE_LIVES,
    )
    expect("expire", row.id, at=row.expires_at)
    return row


def require_statement(words: str) -> None:
    """:raises InvalidRequest: no bank would print it."""
    if words and not is_allowed(words):
        raise InvalidRequest(
            "This cannot stand on a statement.", param="statement_descriptor_suffix"
        )


def expire(session_id: str) -> str:
    row = SandboxSession.objects.select_for_update(no_key=True).filter(pk=session_id).first()
    if row is None or row.status != SandboxSession.Status.OPEN:
        raise InvalidRequest("Only an open page can be closed.", param="session")
    row.status = SandboxSession.Status.EXPIRED
    row.save(update_fields=["status"])
    tell("checkout.session.expired", row, at=clock.now())
    return row.id


def refund(r: RefundRequest) -> SandboxRefund:
    payment = SandboxPayment.objects.select_for_update(no_key=True).filter(pk=r.payment_id).first()
    if payment is None or payment.status != SandboxPayment.Status.SUCCEEDED:
        raise InvalidRequest("Only a paid payment can be sent back.", param="payment_intent")
    if payment.disputes.filter(status__in=TAKEN_BACK).exists():
        raise InvalidRequest("Its bank takes it back.", code="charge_disputed")
    theirs(r.amount, r.currency, way="refund")
    gone = payment.refunds.exclude(status=SandboxRefund.Status.FAILED)
    sent_back = gone.aggregate(total=Sum("amount"))["total"] or 0
    if r.currency != payment.currency or not 0 < r.amount <= payment.amount - sent_back:
        raise InvalidRequest("More than is left of the payment.", param="amount")
    now = clock.now()
    row = SandboxRefund.objects.create(
        id=made_up("re"),
        payment=payment,
        reference=r.reference,
        amount=r.amount,
        metadata=dict(r.metadata) or {"refund": r.reference},
        created_at=now,
    )
    if not balances.take_refund(row, at=now):
        row.is_short = True
        row.save(update_fields=["is_short"])
    tell("refund.created", row, at=now)
    expect("finish_refund", row.id, at=now + REFUND_TAKES)
    return row


def account(r: PayeeRequest) -> SandboxAccount:
    return SandboxAccount.objects.create(id=made_up("acct"), created_at=clock.now(), **asdict(r))


def onboarding(account_id: str, return_url: str, refresh_url: str) -> SandboxOnboarding:
    now = clock.now()
    return SandboxOnboarding.objects.create(
        id=made_up("link"),
        account=_account(account_id),
        return_url=return_url,
        refresh_url=refresh_url,
        created_at=now,
        expires_at=now + LINK_LIVES,
    )


def login(account_id: str) -> SandboxLogin:
    now, row = clock.now(), _account(account_id)
    return SandboxLogin.objects.create(
        id=made_up("login"), account=row, created_at=now, expires_at=now + LOGIN_LIVES
    )


def transfer(r: TransferRequest) -> SandboxTransfer:
    theirs(r.amount, r.currency, way="transfer")
    payee, now = _account(r.account), clock.now()
    if not payee.is_active:
        raise InvalidRequest(
            "The account cannot receive transfers.",
            param="destination",
            code="insufficient_capabilities_for_transfer",
        )
    balances.require(r.amount, r.currency, at=now)
    row = SandboxTransfer.objects.create(
        id=made_up("tr"),
        account=payee,
        reference=r.reference,
        amount=r.amount,
        currency=r.currency,
        metadata=dict(r.metadata) or {"payout": r.reference},
        created_at=now,
    )
    balances.write("transfer", row.id, -r.amount, r.currency, at=now)
    balances.write("transfer", row.id, r.amount, r.currency, at=now, account=payee)
    tell("transfer.created", row, at=now)
    return row


def payout(r: PayoutRequest) -> SandboxPayout:
    theirs(r.amount, r.currency, way="payout")
    payee, now = _account(r.account), clock.now()
    bank = SandboxBank.objects.filter(pk=r.destination, account=payee).first()
    if bank is None or not bank.is_usable:
        raise InvalidRequest("This bank account cannot be paid to.", param="destination")
    if r.instant and (not bank.is_card or bank.behavior == SandboxBank.Behavior.TAKES_DAYS):
        raise InvalidRequest(
            "It takes nothing at once.", param="method", code="instant_payouts_unsupported"
        )
    balances.require(r.amount, r.currency, at=now, account=payee)
    row = SandboxPayout.objects.create(
        id=made_up("po"),
        account=payee,
        bank=bank,
        reference=r.reference,
        amount=r.amount,
        currency=r.currency,
        is_instant=r.instant,
        metadata=dict(r.metadata) or {"payout": r.reference},
        created_at=now,
        arrives_at=now + AT_ONCE if r.instant else _arrival(now, payee.country),
    )
    balances.write("payout", row.id, -r.amount, r.currency, at=now, account=payee)
    tell("payout.created", row, at=now, account=payee.id)
    expect("finish_payout", row.id, at=row.arrives_at)
    if r.instant:
        billing.expect_bill(r.currency, at=now)
    return row


def _account(account_id: str) -> SandboxAccount:
    """Return the account, locked, so that its balance is spent by one at a time."""
    row = SandboxAccount.objects.select_for_update(no_key=True).filter(pk=account_id).first()
    if row is None:
        raise InvalidRequest("No such account.", param="account", code="resource_missing")
    return row


def _arrival(now: datetime, country: str) -> datetime:
    day = add_business_days(now.date(), BANK_DAYS, country)
    return datetime.combine(day, BANKS_OPEN)
