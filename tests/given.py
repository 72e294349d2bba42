"""Worlds to test in, built by the product's own services, so that they can exist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from billing_site.kernel.money import Money, to_minor
from billing_site.kernel.transitions import SYSTEM, take
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.queue import drain
from billing_site.workflows import gateway_events
from billing_site.workflows.time_travel import DRAWING
from invoices.models import (
    Contract,
    Expense,
    Invoice,
    Milestone,
    RefundRequest,
    TimeEntry,
    Week,
)
from invoices.services import (
    ending,
    expenses,
    invoicing,
    milestones,
    time_entries,
    timing,
)
from invoices.services.expenses import Spent
from invoices.services.invoice_drafts import PlainLine, begin_owed
from invoices.services.invoicing import Upload
from invoices.services.time_entries import Written
from payments.gateways.base import BalanceLine, PaymentState, Status
from payments.models import Charge, GatewayEvent, Payout
from tests.given_contracts import (
    RATE,
    active_contract,
    draft_contract,
    hourly_contract,
    offered_contract,
    retainer,
)
from tests.given_people import EUR, NOON, PRICE, member, organization, person

# What is made elsewhere, and asked for here, too.
__all__ = [
    "EUR",
    "NOON",
    "PRICE",
    "RATE",
    "active_contract",
    "draft_contract",
    "hourly_contract",
    "member",
    "offered_contract",
    "organization",
    "person",
    "retainer",
]

KEPT = Money("400.00", "EUR")
VOUCHER = Upload("ticket.pdf", b"%PDF-1.7 ticket %%EOF", "application/pdf")


def planned_milestone(**facts: Any) -> Milestone:
    return active_contract(**facts).milestones.get()


def funding_milestone(*, client: User, at: datetime = NOON, **facts: Any) -> Milestone:
    """A milestone whose payment was begun and has not arrived."""
    milestone = planned_milestone(client=client, at=at, **facts)
    milestones.begin_funding(milestone.pk, by=client, at=at)
    return Milestone.objects.get(pk=milestone.pk)


def funded_milestone(*, client: User, at: datetime = NOON, **facts: Any) -> Milestone:
    milestone = planned_milestone(client=client, at=at, **facts)
    return fund(milestone, by=client, at=at)


def submitted_invoice(
    *,
    client: User,
    freelancer: User,
    at: datetime = NOON,
    message: str = "All final files.",
    uploads: Sequence[Upload] = (),
    **facts: Any,
) -> Invoice:
    milestone = funded_milestone(client=client, freelancer=freelancer, at=at, **facts)
    return invoicing.deliver(milestone.pk, message=message, uploads=uploads, by=freelancer, at=at)


def returned_invoice(*, client: User, at: datetime = NOON, **facts: Any) -> Invoice:
    invoice = submitted_invoice(client=client, at=at, **facts)
    return invoicing.return_(invoice.pk, reason="Please add a dark version.", by=client, at=at)


def paid_invoice(*, client: User, at: datetime = NOON, **facts: Any) -> Invoice:
    invoice = submitted_invoice(client=client, at=at, **facts)
    return invoicing.approve(invoice.pk, by=client, at=at)


def owed_invoice(
    *, client: User, freelancer: User, at: datetime = NOON, price: Money = PRICE, net_days: int = 0
) -> Invoice:
    """Submitted, and nothing is held for it."""
    contract = active_contract(client=client, freelancer=freelancer, at=at, price=price)
    with transaction.atomic():
        invoice = begin_owed(
            Contract.objects.lock(contract.pk),
            source=Invoice.Source.LINES,
            title="Two days on site",
            lines=[PlainLine("Two days on site", price)],
            at=at,
            net_days=net_days,
        )
    return invoicing.submit(invoice.pk, message="As we agreed.", by=freelancer, at=at)


def withdrawn(freelancer: User, amount: Money, *, at: datetime = NOON) -> Payout:
    """On its way to a bank that was named long before: it is not available any more."""
    from tests import given_payments

    method = given_payments.payout_method(freelancer, at=at - days(20))
    return given_payments.requested_payout(freelancer, method, amount, at=at)


def refund_request(
    *, client: User, keeps: Money = KEPT, at: datetime = NOON, **facts: Any
) -> RefundRequest:
    """The client ended the contract and offers that the freelancer keeps 400 of 1,000."""
    milestone = funded_milestone(client=client, at=at, **facts)
    ending.end(milestone.contract_id, keeps={milestone.ref: keeps}, by=client, at=at)
    return RefundRequest.objects.get(milestone=milestone)


def expense(
    contract: Contract,
    *,
    by: User,
    at: datetime = NOON,
    gross: Money | None = None,
    tax_bps: int = 0,
    merchant: str = "Rail",
    voucher: Upload = VOUCHER,
) -> Expense:
    """Paid by the freelancer on that day: 200, without VAT."""
    spent = Spent(
        at.date(), Expense.Category.TRAVEL, merchant, gross or EUR("200.00"), tax_bps=tax_bps
    )
    return expenses.add(contract.pk, spent, voucher, by=by, at=at)


# What the world does in between.


def fund(milestone: Milestone, *, by: User, at: datetime = NOON) -> Milestone:
    """Begin the payment and let the gateway say that it succeeded."""
    pay(milestones.begin_funding(milestone.pk, by=by, at=at), at=at)
    return Milestone.objects.get(pk=milestone.pk)


def pay(charge: Charge, *, at: datetime = NOON) -> None:
    gateway_events.follow(GatewayEvent(), paid(charge, at=at), at=at)


def refuse(charge: Charge, *, at: datetime = NOON) -> None:
    """Let the gateway say that the payment failed for good."""
    gateway_events.follow(GatewayEvent(), paid(charge, at=at, status=Status.FAILED), at=at)


def paid(charge: Charge, *, at: datetime, status: Status = Status.SUCCEEDED) -> PaymentState:
    """What the gateway says of the payment: 2.9 % and 30 are its price."""
    amount, currency = to_minor(charge.charged), str(charge.charged.currency)
    line = BalanceLine(
        line_id=f"txn_{charge.ref}",
        source_id=f"pi_{charge.ref}",
        kind="charge",
        amount=amount,
        cost=(amount * 290 + 5_000) // 10_000 + 30,
        currency=currency,
        created_at=at,
    )
    has_succeeded = status == Status.SUCCEEDED
    return PaymentState(
        payment_id=f"pi_{charge.ref}",
        reference=charge.ref,
        status=status,
        amount=amount,
        currency=currency,
        method="card •••• 4242",
        problem="" if has_succeeded else "The bank refused.",
        line=line if has_succeeded else None,
    )


def worked(
    contract: Contract, *, by: User, start: datetime, minutes: int, memo: str = "Tickets"
) -> list[TimeEntry]:
    """Track time with the timer: an entry for each week that it touches."""
    timer = timing.start(contract.pk, by=by, at=start, memo=memo)
    return timing.stop(timer.pk, by=by, at=start + timedelta(minutes=minutes))


def wrote(
    contract: Contract, *, by: User, start: datetime, minutes: int, memo: str = "Tickets"
) -> list[TimeEntry]:
    """Write time down by hand, on the evening of its last day."""
    end = start + timedelta(minutes=minutes)
    return time_entries.add(contract.pk, Written(start, end, memo), by=by, at=end)


def lock(week: Week, *, minutes: int = 60) -> None:
    """Monday noon has come, and so much of the week is billed."""
    by = SYSTEM("it is Monday noon")
    take(week.lock, by=by, at=week.locks_at, billed=minutes, over=0, protected=0)


def jobs_done(*, at: datetime, drawings: bool = False) -> None:
    """Let the worker do all that is due by then; documents are drawn where a test looks at them."""
    with clock.pinned(at):
        drain(leave=() if drawings else DRAWING)


def days(count: float) -> timedelta:
    return timedelta(days=count)
