"""The sandbox's rows as the protocol's answers."""

from __future__ import annotations

from django.db.models import Sum

from payments.gateways import payout_problems, setup_problems
from payments.gateways.base import (
    BalanceLine,
    BankAccount,
    CashState,
    CheckoutState,
    DisputeState,
    FraudWarningState,
    MandateState,
    MethodState,
    PayeeState,
    PaymentState,
    PayoutState,
    RefundState,
    SetupState,
    Status,
    TopUpState,
    TransferState,
    Wire,
)
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxBalanceLine,
    SandboxCash,
    SandboxDispute,
    SandboxMethod,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxSession,
    SandboxTransfer,
    SandboxWarning,
)
from payments.gateways.sandbox.saved import SAVED_BY_CODE, outcome_of
from payments.gateways.sandbox.shapes.payments import setup_id
from payments.gateways.sandbox.shapes.wires import account_of

PAGE = {"open": Status.OPEN, "complete": Status.SUCCEEDED, "expired": Status.CANCELLED}
PAYMENT = {
    "requires_action": Status.ACTION_NEEDED,
    "processing": Status.PROCESSING,
    "succeeded": Status.SUCCEEDED,
    "canceled": Status.CANCELLED,
}
MOVE = {"pending": Status.PROCESSING, "succeeded": Status.SUCCEEDED, "paid": Status.SUCCEEDED}


def checkout(session: SandboxSession) -> CheckoutState:
    row = SandboxPayment.objects.select_related("session").filter(session=session).first()
    return CheckoutState(
        session_id=session.id,
        reference=session.reference,
        status=PAGE[session.status],
        payment=payment(row) if row else None,
        method=_saved(session),
    )


def setup(session: SandboxSession) -> SetupState:
    named = session.method
    if named is None or named.refused_at is None:
        return SetupState(setup_id(session), session.reference, _saved(session))
    code = SAVED_BY_CODE[named.outcome].refused_as
    return SetupState(
        setup_id=setup_id(session),
        reference=session.reference,
        failed=method(named),
        problem=setup_problems.said(code),
        code=code,
    )


def _saved(session: SandboxSession) -> MethodState | None:
    return method(session.method) if session.method and session.method.is_verified else None


def method(row: SandboxMethod) -> MethodState:
    saved = SAVED_BY_CODE[row.outcome]
    return MethodState(
        method_id=row.id,
        customer="" if row.detached_at else row.customer_id,
        kind=saved.method,
        label=saved.label,
        last4=saved.last4,
        expires_on=row.expires_on,
    )


def mandate(row: SandboxMethod) -> MandateState:
    return MandateState(row.mandate_id, row.id, is_active=row.mandate_ended_at is None)


def payment(row: SandboxPayment) -> PaymentState:
    """A refused payment may be tried again while its page is open, and has failed after that."""
    on_a_page = row.session is not None and row.session.status == SandboxSession.Status.OPEN
    refused = Status.OPEN if on_a_page else Status.FAILED
    return PaymentState(
        payment_id=row.id,
        reference=row.reference,
        status=PAYMENT.get(row.status, refused),
        amount=row.amount,
        currency=row.currency,
        method=str(outcome_of(row)),
        problem=row.problem,
        arrives_on=row.arrives_at.date() if row.arrives_at else None,
        line=_line_of(row.charge_id, "charge"),
        kind=outcome_of(row).method,
        missing=row.amount - row.received if row.received else 0,
        wire=_wire(row),
    )


def _wire(row: SandboxPayment) -> Wire | None:
    if row.status != SandboxPayment.Status.PROCESSING or not row.outcome.startswith("transfer"):
        return None
    told = account_of(row.customer.id)
    return Wire(
        missing=row.amount - row.received,
        reference=row.reference,
        holder=told["account_holder_name"],
        bank="",
        number=told["iban"],
        code=told["bic"],
    )


def cash(row: SandboxCash) -> CashState:
    sums = SandboxCash.objects.filter(customer=row.customer_id, currency=row.currency)
    return CashState(
        transaction_id=row.id,
        customer=row.customer_id,
        payer=row.customer.reference,
        kind=row.kind,
        amount=row.amount,
        currency=row.currency,
        available=sums.aggregate(total=Sum("amount"))["total"] or 0,
        reference=row.reference,
        sender=row.sender,
    )


def refund(row: SandboxRefund) -> RefundState:
    failed = row.status == SandboxRefund.Status.FAILED
    return RefundState(
        refund_id=row.id,
        reference=row.reference,
        payment_id=row.payment_id,
        status=MOVE.get(row.status, Status.FAILED),
        amount=row.amount,
        currency=row.payment.currency,
        problem="The card that was paid with is closed." if failed else "",
        is_short=row.is_short,
        line=_line_of(row.id, "refund"),
        line_back=_line_of(row.id, "refund_failure"),
    )


def payee(row: SandboxAccount) -> PayeeState:
    return PayeeState(
        account=row.id,
        reference=row.reference,
        is_ready=row.is_active,
        problem=row.problem or ("" if row.is_complete else "Your details are not complete."),
        wanted=row.wanted,
        wanted_by=row.wanted_by,
        banks=tuple(
            BankAccount(
                destination=bank.id,
                label=bank.bank_name,
                last4=bank.last4,
                currency=bank.currency,
                is_usable=bank.is_usable,
                takes_instant=bank.is_card,
                holder=bank.holder,
            )
            for bank in row.banks.order_by("created_at", "id")
        ),
    )


def transfer(row: SandboxTransfer) -> TransferState:
    return TransferState(row.id, row.reference, row.account_id, row.amount, row.currency)


def payout(row: SandboxPayout) -> PayoutState:
    failed = row.status == SandboxPayout.Status.FAILED
    return PayoutState(
        payout_id=row.id,
        reference=row.reference,
        account=row.account_id,
        status=MOVE.get(row.status, Status.FAILED),
        amount=row.amount,
        currency=row.currency,
        arrives_on=row.arrives_at.date(),
        problem=payout_problems.said(row.problem_code) if failed else "",
        code=row.problem_code,
        trace=row.trace,
        is_untraced=row.traced_at is not None and not row.trace,
    )


def dispute(row: SandboxDispute) -> DisputeState:
    return DisputeState(
        dispute_id=row.id,
        payment_id=row.payment_id,
        status=row.status,
        amount=row.amount,
        currency=row.currency,
        reason=row.reason,
        answer_by=row.due_by,
        taken=_line_of(row.id, "dispute"),
        given_back=_line_of(row.id, "dispute_reversal"),
    )


def warning(row: SandboxWarning) -> FraudWarningState:
    return FraudWarningState(row.id, row.payment_id, row.reason, row.is_actionable)


def top_up(row: SandboxBalanceLine) -> TopUpState:
    """*row*: the line by which it came."""
    status = Status.FAILED if _line_of(row.source_id, "topup_reversal") else Status.SUCCEEDED
    return TopUpState(row.source_id, status, row.amount, row.currency)


def line(row: SandboxBalanceLine) -> BalanceLine:
    return BalanceLine(
        line_id=row.id,
        source_id=row.source_id,
        kind=row.kind,
        amount=row.amount,
        cost=row.fee,
        currency=row.currency,
        created_at=row.created_at,
    )


def _line_of(source_id: str, kind: str) -> BalanceLine | None:
    row = SandboxBalanceLine.objects.filter(source_id=source_id, kind=kind).first()
    return line(row) if row else None
