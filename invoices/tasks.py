"""What the worker runs. A task fetches, calls one service, and may run twice."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from billing_site.people.models import Organization, User
from billing_site.platform import clock
from billing_site.platform.queue import later
from invoices.queries import deadlines
from invoices.services import (
    arrears,
    budgeting,
    closing,
    contracts,
    dormancy,
    dunning,
    ending,
    hold_deadlines,
    hold_warnings,
    issuing,
    issuing_credits,
    late_fees,
    lost_money,
    mediating_requests,
    milestones,
    rate_proposals,
    receipts,
    refund_requests,
    refund_silence,
    reminding,
    retainers,
    silence,
    suspected,
    timing,
    week_billing,
    weeks,
)


def bill_retainers(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Billed {len(retainers.bill_due(at=at))}."


def expire_offers(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Expired {len(contracts.expire_due(at=at))}."


def expire_rate_proposals(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Expired {len(rate_proposals.expire_due(at=at))}."


def remind_of_approval(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Reminded of {len(reminding.remind(at=at))}."


def approve_unanswered(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Approved {len(silence.approve_unanswered(at=at))}."


def return_unanswered(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Returned {len(silence.return_unanswered(at=at))}."


def bill_weeks(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Billed {week_billing.bill_weeks(at=at)}."


def withdraw_unpaid_weeks(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Gave up {len(weeks.withdraw_unpaid(at=at))}."


def collect_weeks(*, client_id: int, monday: str) -> None:
    client = Organization.objects.get(pk=client_id)
    weeks.collect(client, monday=date.fromisoformat(monday))


def ask_for_hours(*, invoice_id: int) -> None:
    lost_money.ask_anew(invoice_id, at=clock.now())


def approve_paid_week(*, invoice_id: int) -> None:
    silence.approve_paid_week(invoice_id)


def fail_dropped(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Followed {len(milestones.fail_dropped(at=at))}."


def follow_timers(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Followed {len(timing.follow_the_clock(at=at))}."


def remind_of_requests(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Reminded of {len(refund_silence.remind(at=at))}."


def answer_requests(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    answered = refund_silence.answer_unanswered(at=at)
    return f"Answered {len(answered)}, closed {len(mediating_requests.close_unmediated(at=at))}."


def warn_of_held_money(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Warned of {len([*hold_deadlines.warn(at=at), *hold_warnings.warn(at=at)])}."


def return_expired_money(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Returned {len(hold_deadlines.return_expired(at=at))}."


def close_weeks(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Closed {len(weeks.close_all_done(at=at))}."


def close_contracts(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Closed {len(closing.close_all_done(at=at))}."


def tell_of_budgets(*, at: datetime) -> None:
    """Compare all budgets once an hour; whatever is agreed is compared when it is agreed."""
    with transaction.atomic():
        later("invoices.tasks.compare_budgets", key=f"budgets/{at:%Y-%m-%dT%H}")


def compare_budgets() -> None:
    budgeting.alert_all(at=clock.now())


def next_due(*, after: datetime) -> datetime | None:
    """Return when the next offer, review or reminder is due; see settings.NEXT_DUE."""
    return deadlines.next_due(after=after)


def return_held_money(*, milestone_id: int) -> None:
    ending.return_held_money(milestone_id, at=clock.now())


def send_back_suspected(*, escrow_id: int) -> None:
    suspected.send_back(escrow_id, at=clock.now())


def pay_held_money(*, milestone_id: int, decided_by_id: int) -> None:
    decided_by = User.objects.get(pk=decided_by_id)
    refund_requests.pay_as_decided(milestone_id, decided_by=decided_by, at=clock.now())


def issue_fee_invoice(*, fee_invoice_id: int) -> None:
    issuing.number_fee_invoice(fee_invoice_id)


def render_invoice(*, invoice_id: int) -> None:
    issuing.keep_invoice_pdf(invoice_id, at=clock.now())


def issue_fee_credit_note(*, fee_credit_note_id: int) -> None:
    issuing_credits.number_fee_credit_note(fee_credit_note_id)


def render_credit_note(*, credit_note_id: int) -> None:
    issuing_credits.keep_credit_note_pdf(credit_note_id, at=clock.now())


def render_fee_credit_note(*, fee_credit_note_id: int) -> None:
    issuing_credits.keep_fee_credit_note_pdf(fee_credit_note_id, at=clock.now())


def tell_of_quiet_contracts(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Told of {len(dormancy.warn(at=at))}, returned {len(dormancy.return_held(at=at))}."


def charge_late_fees(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Charged {len(late_fees.charge_due(at=at))}."


def follow_arrears(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Told about {len(arrears.follow(at=at))}."


def remind_of_payment(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Wrote about {len(dunning.remind(at=at))}."


def advise_payout(*, payout_pk: int) -> None:
    """Run when a payout was sent; see settings.PAYOUT_SENT_TASK."""
    receipts.write_for_payout(payout_pk)


def issue_receipt(*, receipt_id: int) -> None:
    receipts.number(receipt_id)


def render_receipt(*, receipt_id: int) -> None:
    issuing.keep_receipt_pdf(receipt_id)


def render_fee_invoice(*, fee_invoice_id: int) -> None:
    issuing.keep_fee_invoice_pdf(fee_invoice_id, at=clock.now())
