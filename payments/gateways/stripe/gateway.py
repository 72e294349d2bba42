"""Stripe behind our protocol: one method a call, its parameters in the modules beside."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import stripe
from django.conf import settings

from payments.gateways import patience, signatures
from payments.gateways.base import (
    BalanceLine,
    BalanceState,
    BankDetails,
    BankDetailsRequest,
    CashRequest,
    CheckoutRequest,
    DisputeState,
    Evidence,
    HostedPage,
    InboundEvent,
    Kind,
    OffSessionCharge,
    Paper,
    PayeeRequest,
    PayerRef,
    PaymentState,
    PayoutRequest,
    PayoutState,
    RefundRequest,
    RefundState,
    Scope,
    SetupRequest,
    Snapshot,
    TransferRequest,
    TransferState,
)
from payments.gateways.stripe import cash, disputing, finding, payees, paying, reading
from payments.gateways.stripe.connection import (
    API_VERSION,
    connect,
    connect_for_a_page,
    is_live,
    once,
    secret_key,
)
from payments.gateways.stripe.errors import translated

logger = logging.getLogger(__name__)


class StripeGateway:
    """Implements `Gateway`. *http_client* takes the place of the network in tests."""

    name = "stripe"

    def __init__(self, http_client: stripe.HTTPClient | None = None) -> None:
        """:raises ImproperlyConfigured: the key must not be used here."""
        key = secret_key()
        self.livemode = is_live(key)
        waits = patience.left() is not None and http_client is None
        self.api: Any = connect_for_a_page(key) if waits else connect(key, http_client)

    # The payer.

    @translated()
    def ensure_customer(self, payer: PayerRef, *, key: str) -> str:
        return paying.customer(self.api, payer, key=key)

    @translated()
    def start_checkout(self, r: CheckoutRequest, *, key: str) -> HostedPage:
        return paying.checkout(self.api, r, key=key)

    @translated()
    def start_method_setup(self, r: SetupRequest, *, key: str) -> HostedPage:
        return paying.method_setup(self.api, r, key=key)

    @translated()
    def expire_checkout(self, session_id: str, *, key: str) -> None:
        self.api.checkout.sessions.expire(session_id, options=once(key))

    @translated()
    def charge_saved(self, r: OffSessionCharge, *, key: str) -> PaymentState:
        return paying.charge(self.api, r, key=key)

    @translated()
    def cancel_payment(self, payment_id: str, *, key: str) -> PaymentState:
        return cash.cancel(self.api, payment_id, key=key)

    @translated()
    def bank_details(self, r: BankDetailsRequest, *, key: str) -> BankDetails:
        return cash.details(self.api, r, key=key)

    @translated()
    def draw_cash(self, r: CashRequest, *, key: str) -> PaymentState:
        return cash.draw(self.api, r, key=key)

    @translated()
    def detach_method(self, method_id: str, *, key: str) -> None:
        self.api.payment_methods.detach(method_id, options=once(key))

    @translated()
    def refund(self, r: RefundRequest, *, key: str) -> RefundState:
        return paying.refund(self.api, r, key=key)

    # The payee.

    @translated()
    def create_payee(self, r: PayeeRequest, *, key: str) -> str:
        return payees.account(self.api, r, key=key)

    @translated()
    def onboarding_page(
        self, account: str, return_url: str, refresh_url: str, *, key: str
    ) -> HostedPage:
        return payees.onboarding(self.api, account, return_url, refresh_url, key=key)

    @translated()
    def dashboard_page(self, account: str, *, key: str) -> HostedPage:
        return payees.dashboard(self.api, account, key=key)

    @translated()
    def transfer(self, r: TransferRequest, *, key: str) -> TransferState:
        return payees.transfer(self.api, r, key=key)

    @translated()
    def payout(self, r: PayoutRequest, *, key: str) -> PayoutState:
        return payees.payout(self.api, r, key=key)

    @translated()
    def balance(self, account: str | None = None) -> BalanceState:
        return reading.balance(self.api, account)

    # A payer's bank disagrees.

    @translated()
    def keep_paper(self, paper: Paper, *, key: str) -> str:
        return disputing.keep(self.api, paper, key=key)

    @translated()
    def submit_evidence(self, dispute: str, e: Evidence, *, submit: bool, key: str) -> DisputeState:
        return disputing.answer(self.api, dispute, e, submit=submit, key=key)

    @translated()
    def accept_dispute(self, dispute: str, *, key: str) -> DisputeState:
        return disputing.accept(self.api, dispute, key=key)

    # The truth.

    @translated()
    def fetch(self, kind: Kind, id: str, account: str | None = None) -> Snapshot:  # noqa: A002 -- the protocol's word
        return reading.fetch(self.api, kind, id, account)

    def verify_webhook(self, body: bytes, header: str | None, scope: Scope) -> InboundEvent:
        event = signatures.read(body, header, _secrets()[scope])
        if event.api_version != API_VERSION:
            logger.error(
                "The %s endpoint sends events of %s: set it to %s",
                scope,
                event.api_version or "no version",
                API_VERSION,
            )
        return event

    def list_events(self, since: datetime, account: str | None = None) -> Iterator[InboundEvent]:
        return reading.events(self.api, since, account)

    def list_balance_transactions(
        self, since: datetime, account: str | None = None
    ) -> Iterator[BalanceLine]:
        return reading.balance_lines(self.api, since, account)

    @translated()
    def look_up(self, r: finding.Request, *, key: str, since: datetime) -> Any:
        """Return what the call with *key* did, or None: for keys that are forgotten by now."""
        return finding.look_up(self.api, r, key=key, since=since)


def _secrets() -> dict[Scope, list[str]]:
    return {
        Scope.PLATFORM: settings.STRIPE_PLATFORM_SECRETS,
        Scope.CONNECT: settings.STRIPE_CONNECT_SECRETS,
    }
