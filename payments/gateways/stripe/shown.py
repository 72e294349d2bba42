"""The provider's objects as the protocol's answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from payments.gateways import payout_problems
from payments.gateways.base import (
    BankAccount,
    CheckoutState,
    DisputeState,
    FraudWarningState,
    HostedPage,
    PayeeState,
    PaymentState,
    PayoutState,
    RefundState,
    Status,
    TopUpState,
    TransferState,
)
from payments.gateways.stripe import saved, wires, words
from payments.gateways.stripe.facts import facts
from payments.gateways.stripe.lines import line
from payments.gateways.stripe.parts import id_of, moment, noted, part
from payments.gateways.sums import ours

# What to send along with an object instead of its id.
PAYMENT_PARTS = ["latest_charge.balance_transaction"]
CHECKOUT_PARTS = ["payment_intent.latest_charge.balance_transaction", "setup_intent.payment_method"]
SETUP_PARTS = ["payment_method"]
REFUND_PARTS = ["balance_transaction", "failure_balance_transaction"]

PAGE = {"open": Status.OPEN, "complete": Status.SUCCEEDED, "expired": Status.CANCELLED}
PAYMENT = {
    "requires_confirmation": Status.OPEN,
    "requires_action": Status.ACTION_NEEDED,
    "processing": Status.PROCESSING,
    "requires_capture": Status.PROCESSING,
    "succeeded": Status.SUCCEEDED,
    "canceled": Status.CANCELLED,
}
MOVE = {
    "requires_action": Status.ACTION_NEEDED,
    "succeeded": Status.SUCCEEDED,
    "paid": Status.SUCCEEDED,
    "failed": Status.FAILED,
    "reversed": Status.FAILED,
    "canceled": Status.CANCELLED,
}  # and what is under way, under whatever name, is being processed
UNUSABLE = {"errored", "verification_failed", "tokenized_account_number_deactivated"}
REFUSED = "requires_payment_method"
NO_FUNDS = "insufficient_funds"


def page(session: Any) -> HostedPage:
    return HostedPage(session.url or "", session.id, moment(session.expires_at))


def checkout(session: Any) -> CheckoutState:
    is_open = session.status == "open"
    intent = part(session, "payment_intent")
    return CheckoutState(
        session_id=session.id,
        reference=part(session, "client_reference_id") or noted(session, "reference"),
        status=PAGE[session.status],
        payment=payment(intent, page_is_open=is_open) if intent and _was_tried(intent) else None,
        method=saved.by(part(session, "setup_intent"), id_of(part(session, "customer"))),
    )


def payment(intent: Any, *, page_is_open: bool = False) -> PaymentState:
    """A refused payment may be tried again while its page is open, and has failed after that."""
    charge = part(intent, "latest_charge")
    status = PAYMENT.get(intent.status, Status.OPEN)
    wire = part(intent, "next_action", "display_bank_transfer_instructions")
    if wire is not None:
        status = Status.PROCESSING  # Nobody has to confirm it: the money is waited for.
    if was_refused(intent) and not page_is_open:
        status = Status.FAILED
    paid = status == Status.SUCCEEDED
    return PaymentState(
        payment_id=intent.id,
        reference=noted(intent, "reference"),
        status=status,
        amount=ours(intent.amount_received if paid else intent.amount, intent.currency),
        currency=intent.currency.upper(),
        method=words.method(part(charge, "payment_method_details")),
        problem=part(intent, "last_payment_error", "message") or "",
        arrives_on=_debited_on(charge),
        line=line(part(charge, "balance_transaction")),
        kind=part(charge, "payment_method_details", "type")
        or ("customer_balance" if wire else _only(part(intent, "payment_method_types"))),
        missing=wires.missing(intent, wire),
        wire=wires.waited_for(intent, wire) if status == Status.PROCESSING else None,
    )


def _only(kinds: Sequence[str] | None) -> str:
    """How it is paid where there is one way only."""
    return kinds[0] if kinds and len(kinds) == 1 else ""


def was_refused(intent: Any) -> bool:
    return intent.status == REFUSED and part(intent, "last_payment_error") is not None


def refund(made: Any) -> RefundState:
    return RefundState(
        refund_id=made.id,
        reference=noted(made, "reference"),
        payment_id=id_of(part(made, "payment_intent")),
        status=MOVE.get(made.status, Status.PROCESSING),
        amount=ours(made.amount, made.currency),
        currency=made.currency.upper(),
        problem=words.refund_problem(part(made, "failure_reason")),
        is_short=made.status == "pending" and part(made, "pending_reason") == NO_FUNDS,
        line=line(part(made, "balance_transaction")),
        line_back=line(part(made, "failure_balance_transaction")),
    )


def payee(account: Any) -> PayeeState:
    """Ready means: money can be moved there and paid out. To have left the form proves nothing."""
    can_receive = part(account, "capabilities", "transfers") == "active"
    is_ready = bool(can_receive and part(account, "payouts_enabled"))
    wanted = facts(part(account, "requirements"))
    by = part(account, "requirements", "current_deadline")
    return PayeeState(
        account=account.id,
        reference=noted(account, "reference"),
        is_ready=is_ready,
        problem="" if is_ready else words.payee_problem(part(account, "requirements")),
        wanted=wanted,
        wanted_by=moment(by) if wanted and by else None,
        banks=tuple(bank(each) for each in part(account, "external_accounts", "data") or []),
    )


def bank(account: Any) -> BankAccount:
    """A bank account, or a card that can be paid to."""
    return BankAccount(
        destination=account.id,
        label=part(account, "bank_name") or part(account, "brand") or "Bank account",
        last4=account.last4,
        currency=(part(account, "currency") or "").upper(),
        is_usable=part(account, "status") not in UNUSABLE,
        holder=part(account, "account_holder_name") or part(account, "name") or "",
        takes_instant="instant" in (part(account, "available_payout_methods") or []),
    )


def transfer(made: Any) -> TransferState:
    return TransferState(
        transfer_id=made.id,
        reference=noted(made, "reference") or part(made, "transfer_group") or "",
        account=id_of(part(made, "destination")),
        amount=ours(made.amount, made.currency),
        currency=made.currency.upper(),
        reversed=ours(made.amount_reversed, made.currency),
    )


def payout(made: Any, account: str) -> PayoutState:
    """*account* owns it: the object itself does not say so. What is paid may still fail."""
    code = part(made, "failure_code") or ""
    return PayoutState(
        payout_id=made.id,
        reference=noted(made, "reference"),
        account=account,
        status=MOVE.get(made.status, Status.PROCESSING),
        amount=ours(made.amount, made.currency),
        currency=made.currency.upper(),
        arrives_on=moment(made.arrival_date).date(),
        problem=_payout_problem(made.status, code),
        code=code,
        trace=part(made, "trace_id", "value") or "",
        is_untraced=part(made, "trace_id", "status") == "unsupported",
    )


def _payout_problem(status: str, code: str) -> str:
    if status == "canceled":
        return payout_problems.CALLED_OFF
    return payout_problems.said(code) if status == "failed" else ""


def top_up(sent: Any) -> TopUpState:
    return TopUpState(
        top_up_id=sent.id,
        status=MOVE.get(sent.status, Status.PROCESSING),
        amount=ours(sent.amount, sent.currency),
        currency=sent.currency.upper(),
    )


def dispute(case: Any) -> DisputeState:
    due_by = part(case, "evidence_details", "due_by")
    lines = [line(each) for each in part(case, "balance_transactions") or []]
    moved = sorted((each for each in lines if each), key=lambda each: each.created_at)
    return DisputeState(
        dispute_id=case.id,
        payment_id=id_of(part(case, "payment_intent")),
        status=case.status,
        amount=ours(case.amount, case.currency),
        currency=case.currency.upper(),
        reason=case.reason,
        answer_by=moment(due_by) if due_by else None,
        taken=next((each for each in moved if each.amount < 0), None),
        given_back=next((each for each in moved if each.amount > 0), None),
    )


def warning(said: Any) -> FraudWarningState:
    return FraudWarningState(
        warning_id=said.id,
        payment_id=id_of(part(said, "payment_intent")),
        reason=said.fraud_type,
        is_actionable=said.actionable,
    )


def _was_tried(intent: Any) -> bool:
    """An intent may be there from the page's first minute, before anybody has paid."""
    return intent.status != REFUSED or was_refused(intent)


def _debited_on(charge: Any) -> date | None:
    """The day on which a bank debit is expected; cards know none."""
    details = part(charge, "payment_method_details")
    day = part(details, part(details, "type") or "", "expected_debit_date")
    return date.fromisoformat(day) if day else None
