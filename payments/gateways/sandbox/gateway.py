"""The provider of the demo and of the tests: ours, asynchronous, and as strict as the real one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings

from payments.gateways import signatures
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
from payments.gateways.sandbox import asking, disputing, reading, saving, wires
from payments.gateways.sandbox.keys import once


class SandboxGateway:
    """Implements `Gateway`, all of it."""

    name = "sandbox"
    livemode = False

    # The payer.

    def ensure_customer(self, payer: PayerRef, *, key: str) -> str:
        return once(key, "ensure_customer", payer, lambda: asking.customer(payer).id)

    def start_checkout(self, r: CheckoutRequest, *, key: str) -> HostedPage:
        session_id = once(key, "start_checkout", r, lambda: asking.session(r).id)
        return reading.checkout_page(session_id)

    def start_method_setup(self, r: SetupRequest, *, key: str) -> HostedPage:
        session_id = once(key, "start_method_setup", r, lambda: saving.session(r).id)
        return reading.checkout_page(session_id)

    def expire_checkout(self, session_id: str, *, key: str) -> None:
        once(key, "expire_checkout", session_id, lambda: asking.expire(session_id))

    def charge_saved(self, r: OffSessionCharge, *, key: str) -> PaymentState:
        return saving.answered(once(key, "charge_saved", r, lambda: saving.charge(r).id))

    def cancel_payment(self, payment_id: str, *, key: str) -> PaymentState:
        return reading.payment(
            once(key, "cancel_payment", payment_id, lambda: wires.cancel(payment_id).id)
        )

    def bank_details(self, r: BankDetailsRequest, *, key: str) -> BankDetails:
        return wires.shown(once(key, "bank_details", r, lambda: wires.details(r)), r.currency)

    def draw_cash(self, r: CashRequest, *, key: str) -> PaymentState:
        return saving.answered(once(key, "draw_cash", r, lambda: wires.draw(r).id))

    def detach_method(self, method_id: str, *, key: str) -> None:
        once(key, "detach_method", method_id, lambda: saving.detach(method_id))

    def refund(self, r: RefundRequest, *, key: str) -> RefundState:
        return reading.refund(once(key, "refund", r, lambda: asking.refund(r).id))

    # The payee.

    def create_payee(self, r: PayeeRequest, *, key: str) -> str:
        return once(key, "create_payee", r, lambda: asking.account(r).id)

    def onboarding_page(
        self, account: str, return_url: str, refresh_url: str, *, key: str
    ) -> HostedPage:
        asked = (account, return_url, refresh_url)
        link_id = once(key, "onboarding_page", asked, lambda: asking.onboarding(*asked).id)
        return reading.onboarding_page(link_id)

    def dashboard_page(self, account: str, *, key: str) -> HostedPage:
        link_id = once(key, "dashboard_page", account, lambda: asking.login(account).id)
        return reading.dashboard_page(link_id)

    def transfer(self, r: TransferRequest, *, key: str) -> TransferState:
        return reading.transfer(once(key, "transfer", r, lambda: asking.transfer(r).id))

    def payout(self, r: PayoutRequest, *, key: str) -> PayoutState:
        return reading.payout(once(key, "payout", r, lambda: asking.payout(r).id))

    def balance(self, account: str | None = None) -> BalanceState:
        return reading.balance(account)

    # A payer's bank disagrees.

    def keep_paper(self, paper: Paper, *, key: str) -> str:
        return once(key, "keep_paper", paper, lambda: disputing.keep(paper).id)

    def submit_evidence(self, dispute: str, e: Evidence, *, submit: bool, key: str) -> DisputeState:
        asked = (dispute, e, submit)
        answer = once(key, "answer", asked, lambda: disputing.answer(dispute, e, submit=submit).id)
        return reading.dispute(answer)

    def accept_dispute(self, dispute: str, *, key: str) -> DisputeState:
        return reading.dispute(once(key, "accept", dispute, lambda: disputing.accept(dispute).id))

    # The truth.

    def fetch(self, kind: Kind, id: str, account: str | None = None) -> Snapshot:  # noqa: A002 -- the protocol's word
        return reading.fetch(kind, id, account)

    def verify_webhook(self, body: bytes, header: str | None, scope: Scope) -> InboundEvent:
        return signatures.read(body, header, settings.SANDBOX_WEBHOOK_SECRETS[scope])

    def look_up(self, r: Any, *, key: str, since: datetime) -> Any:
        """Return what the call with *key* did, or None: for keys that are forgotten by now."""
        return reading.look_up(r, key=key, since=since)

    def list_events(self, since: datetime, account: str | None = None) -> Iterator[InboundEvent]:
        return reading.events(since, account)

    def list_balance_transactions(
        self, since: datetime, account: str | None = None
    ) -> Iterator[BalanceLine]:
        return reading.balance_lines(since, account)
