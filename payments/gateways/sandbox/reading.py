"""What the sandbox answers when it is asked how things stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Model, Q
from django.urls import reverse

from billing_site.platform import clock
from payments.gateways import signatures
from payments.gateways.base import (
    BalanceLine,
    BalanceState,
    CashRequest,
    CheckoutRequest,
    DisputeState,
    HostedPage,
    InboundEvent,
    InvalidRequest,
    Kind,
    OffSessionCharge,
    PayeeRequest,
    PaymentState,
    PayoutRequest,
    PayoutState,
    RefundRequest,
    RefundState,
    SetupRequest,
    Snapshot,
    TransferRequest,
    TransferState,
)
from payments.gateways.sandbox import balances, snapshots
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxBalanceLine,
    SandboxCall,
    SandboxCash,
    SandboxDispute,
    SandboxEvent,
    SandboxLogin,
    SandboxMethod,
    SandboxOnboarding,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxSession,
    SandboxTransfer,
    SandboxWarning,
)

EVENTS_LIVE = timedelta(days=30)
CLOCKS_DIFFER = timedelta(hours=1)


def fetch(  # noqa: C901, PLR0912 -- a table: a kind of object a line
    kind: Kind, object_id: str, account: str | None
) -> Snapshot:
    """:raises InvalidRequest: there is no such object, or it is another account's."""
    payments = SandboxPayment.objects.select_related("session", "method", "payer")
    found: Snapshot | None = None
    match kind:
        case Kind.CHECKOUT:
            found = _first(SandboxSession, snapshots.checkout, pk=object_id)
        case Kind.SETUP:
            page_id = object_id.replace("seti_", "cs_", 1)
            found = _first(SandboxSession, snapshots.setup, pk=page_id)
        case Kind.PAYMENT | Kind.CHARGE:
            row = payments.filter(Q(pk=object_id) | Q(charge_id=object_id)).first()
            found = snapshots.payment(row) if row else None
        case Kind.REFUND:
            found = _first(SandboxRefund, snapshots.refund, pk=object_id)
        case Kind.PAYEE:
            found = _first(SandboxAccount, snapshots.payee, pk=object_id)
        case Kind.TRANSFER:
            found = _first(SandboxTransfer, snapshots.transfer, pk=object_id)
        case Kind.PAYOUT:
            found = _first(SandboxPayout, snapshots.payout, pk=object_id, account=account)
        case Kind.DISPUTE:
            found = _first(SandboxDispute, snapshots.dispute, pk=object_id)
        case Kind.METHOD:
            found = _first(SandboxMethod, snapshots.method, pk=object_id)
        case Kind.WARNING:
            found = _first(SandboxWarning, snapshots.warning, pk=object_id)
        case Kind.CASH:
            found = _first(SandboxCash, snapshots.cash, pk=object_id.partition("/")[2])
        case Kind.TOP_UP:
            lines = SandboxBalanceLine.objects.filter(kind="topup", source_id=object_id)
            found = snapshots.top_up(lines[0]) if lines else None
        case Kind.MANDATE:
            method_id = object_id.replace("mandate_", "pm_", 1)
            found = _first(SandboxMethod, snapshots.mandate, pk=method_id)
    if found is None:
        raise InvalidRequest(f"No such {kind}: {object_id}", param="id", code="resource_missing")
    return found


def checkout_page(session_id: str) -> HostedPage:
    row = SandboxSession.objects.get(pk=session_id)
    name = "sandbox-setup" if row.mode == SandboxSession.Mode.SETUP else "sandbox-checkout"
    return HostedPage(_url(name, row.id), row.id, row.expires_at)


def onboarding_page(link_id: str) -> HostedPage:
    row = SandboxOnboarding.objects.get(pk=link_id)
    return HostedPage(_url("sandbox-onboarding", row.id), row.id, row.expires_at)


def dashboard_page(login_id: str) -> HostedPage:
    row = SandboxLogin.objects.get(pk=login_id)
    return HostedPage(_url("sandbox-dashboard", row.id), row.id, row.expires_at)


def payment(payment_id: str) -> PaymentState:
    made_with = ("session", "method", "payer")
    return snapshots.payment(SandboxPayment.objects.select_related(*made_with).get(pk=payment_id))


def refund(refund_id: str) -> RefundState:
    return snapshots.refund(SandboxRefund.objects.select_related("payment").get(pk=refund_id))


def transfer(transfer_id: str) -> TransferState:
    return snapshots.transfer(SandboxTransfer.objects.get(pk=transfer_id))


def payout(payout_id: str) -> PayoutState:
    return snapshots.payout(SandboxPayout.objects.get(pk=payout_id))


def dispute(dispute_id: str) -> DisputeState:
    return snapshots.dispute(SandboxDispute.objects.get(pk=dispute_id))


def look_up(r: object, *, key: str, since: datetime) -> object:
    """Return what the call with *key* was answered with, or None if it was never made."""
    call = SandboxCall.objects.filter(key=key, created_at__gte=since - CLOCKS_DIFFER).first()
    if call is None:
        return None
    shown: dict[type, Callable[[str], object]] = {
        CheckoutRequest: checkout_page,
        SetupRequest: checkout_page,
        OffSessionCharge: lambda pk: fetch(Kind.PAYMENT, pk, None),
        CashRequest: lambda pk: fetch(Kind.PAYMENT, pk, None),
        RefundRequest: refund,
        PayeeRequest: str,
        TransferRequest: transfer,
        PayoutRequest: payout,
    }
    return shown[type(r)](call.answer)


def balance(account_id: str | None) -> BalanceState:
    account = SandboxAccount.objects.get(pk=account_id) if account_id else None
    now = clock.now()
    lines = SandboxBalanceLine.objects.filter(account=account)
    currencies = sorted(set(lines.values_list("currency", flat=True)))
    return BalanceState(
        available={each: balances.available(each, at=now, account=account) for each in currencies},
        pending={each: balances.pending(each, at=now, account=account) for each in currencies},
    )


def events(since: datetime, account_id: str | None) -> Iterator[InboundEvent]:
    """Return what was told of one account since then, for 30 days; oldest first."""
    oldest = max(since, clock.now() - EVENTS_LIVE)
    rows = SandboxEvent.objects.filter(account=account_id or "", created_at__gte=oldest)
    for row in rows.order_by("created_at", "id"):
        secret = settings.SANDBOX_WEBHOOK_SECRETS[row.scope][0]
        body = row.payload.encode()
        yield signatures.read(body, signatures.sign(row.payload, secret), [secret])


def balance_lines(since: datetime, account_id: str | None) -> Iterator[BalanceLine]:
    rows = SandboxBalanceLine.objects.filter(account_id=account_id, created_at__gte=since)
    for row in rows.order_by("created_at", "id").iterator(chunk_size=500):
        yield snapshots.line(row)


def _first(model: type[Model], shown: object, **which: object) -> Snapshot | None:
    row = model._default_manager.filter(**which).first()  # noqa: SLF001 -- whichever model it is
    return shown(row) if row else None  # type: ignore[operator] # a function of snapshots.py


def _url(name: str, object_id: str) -> str:
    return urljoin(settings.SITE_URL, reverse(name, args=[object_id]))
