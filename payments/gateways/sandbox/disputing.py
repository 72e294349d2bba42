"""What a payer's bank does when its customer wants the money back, and how it hears our answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from billing_site.platform import clock
from payments.gateways.base import Evidence, InvalidRequest, Paper
from payments.gateways.papers import refuse_unread
from payments.gateways.sandbox import balances
from payments.gateways.sandbox.ids import made_up
from payments.gateways.sandbox.models import (
    SandboxDispute,
    SandboxFile,
    SandboxPayment,
    SandboxWarning,
)
from payments.gateways.sandbox.telling import expect, tell

COSTS = 1_500
TIME_TO_ANSWER = timedelta(days=7)
BANK_DECIDES_AFTER = timedelta(days=3)
NEEDS_ANSWER = ("needs_response", "warning_needs_response")
WAITS = (*NEEDS_ANSWER, "under_review", "warning_under_review")
LOSING = "losing_evidence"  # the provider's own word for tests


def dispute(
    payment: SandboxPayment,
    *,
    at: datetime,
    amount: int | None = None,
    reason: str = "product_not_received",
    is_inquiry: bool = False,
) -> SandboxDispute:
    """A card's holder complains. It takes the money at once, unless it is only a question."""
    row = SandboxDispute.objects.create(
        id=made_up("du"),
        payment=payment,
        amount=payment.amount if amount is None else amount,
        currency=payment.currency,
        reason=reason,
        status="warning_needs_response" if is_inquiry else "needs_response",
        due_by=at + TIME_TO_ANSWER,
        created_at=at,
    )
    tell("charge.dispute.created", row, at=at)
    if not is_inquiry:
        _take(row, at=at)
    expect("dispute_unanswered", row.id, at=at + TIME_TO_ANSWER)
    return row


def take_back_debit(
    payment: SandboxPayment,
    *,
    at: datetime,
    reason: str = "bank_cannot_process",
    closed_first: bool = False,
) -> SandboxDispute:
    """A bank debit is taken back: that is final, and both are told within a minute."""
    row = SandboxDispute.objects.create(
        id=made_up("du"),
        payment=payment,
        amount=payment.amount,
        currency=payment.currency,
        reason=reason,
        status="lost",
        created_at=at,
    )
    told = ["charge.dispute.created", "charge.dispute.closed"]
    for kind in reversed(told) if closed_first else told:
        tell(kind, row, at=at)
    expect("dispute_taken", row.id, at=at + timedelta(minutes=1))
    return row


def keep(paper: Paper) -> SandboxFile:
    """:raises InvalidRequest: a bank does not read it."""
    refuse_unread(paper)
    return SandboxFile.objects.create(
        id=made_up("file"),
        name=paper.name,
        content_type=paper.content_type,
        content=paper.content,
        created_at=clock.now(),
    )


def answer(dispute_id: str, e: Evidence, *, submit: bool) -> SandboxDispute:
    row, now = _waiting(dispute_id), clock.now()
    if row.submitted_at is not None:
        raise InvalidRequest("Evidence is submitted once.", param="submit")
    if row.due_by and row.due_by <= now:
        raise InvalidRequest("The time to answer is over.", param="submit")
    if SandboxFile.objects.filter(pk__in=e.files.values()).count() != len(set(e.files.values())):
        raise InvalidRequest("No such file.", param="evidence")
    row.evidence = {**row.evidence, **e.texts, **e.files}
    if submit:
        row.submitted_at = now
        is_inquiry = row.status.startswith("warning")
        row.status = "warning_under_review" if is_inquiry else "under_review"
        expect("dispute_decided", row.id, at=now + BANK_DECIDES_AFTER)
    row.save()
    tell("charge.dispute.updated", row, at=now)
    return row


def accept(dispute_id: str) -> SandboxDispute:
    row, now = _waiting(dispute_id), clock.now()
    _close(row, "warning_closed" if row.status.startswith("warning") else "lost", at=now)
    return row


# What happens by itself.


def complain(payment_id: str, at: datetime) -> None:
    """The holder of a card that was paid with complains, as its outcome says.

    Whoever has all of it back already does not.
    """
    payment = SandboxPayment.objects.get(pk=payment_id)
    sent_back = sum(each.amount for each in payment.refunds.exclude(status="failed"))
    if sent_back == payment.amount:
        return
    if payment.outcome == "debit_taken_back":
        take_back_debit(payment, at=at)
    else:
        reason = "fraudulent" if payment.warnings.exists() else "product_not_received"
        dispute(payment, at=at, reason=reason, is_inquiry=payment.outcome == "1976")


def suspect(payment_id: str, at: datetime) -> None:
    """The bank has heard that the card was used by somebody else. No money moves yet."""
    row = SandboxWarning.objects.create(
        id=made_up("issfr"),
        payment_id=payment_id,
        reason="unauthorized_use_of_card",
        created_at=at,
    )
    tell("radar.early_fraud_warning.created", row, at=at)


def taken(dispute_id: str, at: datetime) -> None:
    _take(SandboxDispute.objects.select_related("payment").get(pk=dispute_id), at=at)


def unanswered(dispute_id: str, at: datetime) -> None:
    """Silence loses; a question that nobody answers becomes a chargeback, with time anew."""
    row = _find(dispute_id)
    if row.status == "warning_needs_response":
        row.status, row.due_by = "needs_response", at + TIME_TO_ANSWER
        row.save()
        tell("charge.dispute.updated", row, at=at)
        _take(row, at=at)
        expect("dispute_unanswered", row.id, at=at + TIME_TO_ANSWER)
    elif row.status == "needs_response":
        _close(row, "lost", at=at)


def decided(dispute_id: str, at: datetime) -> None:
    """The bank believes a delivery that is documented; and the test word says what it says."""
    row = _find(dispute_id)
    if row.status not in WAITS:
        return
    if row.status == "warning_under_review":
        _close(row, "warning_closed", at=at)
        return
    said = str(row.evidence.get("uncategorized_text", ""))
    wins = bool(row.evidence.get("service_documentation") or row.evidence.get("service_date"))
    close(row, won=wins and LOSING not in said, at=at)


def close(row: SandboxDispute, *, won: bool, at: datetime) -> None:
    """The bank decides; a later decision may turn an earlier one round."""
    _close(row, "won" if won else "lost", at=at)
    if won:
        balances.write("dispute_reversal", row.id, row.amount, row.currency, at=at)
        tell("charge.dispute.funds_reinstated", row, at=at)


def _close(row: SandboxDispute, status: str, *, at: datetime) -> None:
    row.status = status
    row.save(update_fields=["status"])
    tell("charge.dispute.closed", row, at=at)


def _take(row: SandboxDispute, *, at: datetime) -> None:
    balances.write("dispute", row.id, -row.amount, row.currency, at=at, fee=COSTS)
    tell("charge.dispute.funds_withdrawn", row, at=at)


def _find(dispute_id: str) -> SandboxDispute:
    rows = SandboxDispute.objects.select_for_update(of=["self"], no_key=True)
    return rows.select_related("payment").get(pk=dispute_id)


def _waiting(dispute_id: str) -> SandboxDispute:
    rows = SandboxDispute.objects.select_for_update(of=["self"], no_key=True)
    row = rows.select_related("payment").filter(pk=dispute_id).first()
    if row is None or row.status not in WAITS:
        raise InvalidRequest("Only an open case can be answered.", param="dispute")
    return row
