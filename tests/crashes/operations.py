"""Ten things that move money: the world before, and what somebody or the worker then does.

What is done may be done again, as whoever pressed a button and saw the page break presses it
once more; the same form is carried out once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from disputes.models import Dispute, Offer
from disputes.services import negotiating
from disputes.services.opening import open_dispute
from invoices.models import Invoice, Milestone, RefundRequest
from invoices.services import ending, invoicing, milestones, refund_requests
from payments.gateways.sandbox import disputing, paying
from payments.gateways.sandbox.models import SandboxPayment, SandboxSession
from payments.models import Payout, PayoutMethod
from payments.services import outbox, payouts
from tests import given, given_payments
from tests.given import EUR
from tests.given_disputes import claim
from tests.given_world import (
    DAY,
    MORNING,
    Studio,
    agreed,
    first_of,
    live,
    name_bank,
    pay,
    studio,
)

FORM = UUID("5e1f0d3c-9a51-4c0e-8a57-2f4b6f0f7a10")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
Deed = Callable[[datetime], object]


@dataclass(frozen=True)
class Operation:
    """*prepare* makes the world and returns what is done in it, from *at* until *until*."""

    prepare: Callable[[], Deed]
    at: datetime
    until: datetime


def nothing(_at: datetime) -> None:
    """Nobody presses anything: what is to happen, happens by itself."""


# The worlds before.


def a_milestone_to_fund() -> Deed:
    world = studio()
    milestone = first_of(agreed(world, "1000.00"))

    def fund(at: datetime) -> None:
        charge = milestones.begin_funding(milestone.pk, by=world.ada, at=at, op_id=FORM)
        if outbox.open_page(charge.pk, at=at) is None:  # who died may still be at it
            at += outbox.LEASE
            outbox.open_page(charge.pk, at=at)  # The page that waits asks again and again.
        session = SandboxSession.objects.filter(status=SandboxSession.Status.OPEN).first()
        if session:
            paying.pay(session.pk, "4242", at=at)

    return fund


def what_a_saved_card_owes() -> Deed:
    world = studio()
    given_payments.payment_method(world.ada, at=MORNING - DAY)
    invoice = given.owed_invoice(client=world.ada, freelancer=world.ben, at=MORNING)
    return lambda at: invoicing.approve(invoice.pk, by=world.ada, at=at, op_id=FORM)


def held() -> tuple[Studio, Milestone]:
    world = studio()
    name_bank(world.ben, at=MORNING - 7 * DAY)
    milestone = first_of(agreed(world, "1000.00"))
    pay(milestone, by=world.ada, at=MORNING)
    live(MORNING, MORNING + 3 * DAY)
    return world, milestone


def delivered() -> tuple[Studio, Invoice]:
    world, milestone = held()
    at = MORNING + 3 * DAY
    return world, invoicing.deliver(milestone.pk, message="All of it.", by=world.ben, at=at)


def work_to_approve() -> Deed:
    world, invoice = delivered()
    return lambda at: invoicing.approve(invoice.pk, by=world.ada, at=at, op_id=FORM)


def earnings_to_withdraw() -> Deed:
    world, invoice = delivered()
    invoicing.approve(invoice.pk, by=world.ada, at=MORNING + 3 * DAY)
    live(MORNING + 3 * DAY, MORNING + 9 * DAY)
    method = PayoutMethod.objects.get()
    return lambda at: payouts.request(
        organization=world.freelancer,
        method=method,
        amount=EUR("500.00"),
        by=world.ben,
        at=at,
        op_id=FORM,
    )


def a_withdrawal_to_send() -> Deed:
    earnings_to_withdraw()(MORNING + 9 * DAY)
    assert Payout.objects.get().state == Payout.State.REQUESTED
    return nothing


def money_to_refund() -> Deed:
    world, milestone = held()
    at = MORNING + 3 * DAY
    ending.end(milestone.contract_id, keeps={milestone.ref: EUR("400.00")}, by=world.ada, at=at)
    asked = RefundRequest.objects.get()
    return lambda at: refund_requests.grant(asked.pk, by=world.ben, at=at, op_id=FORM)


def news_of_a_chargeback() -> Deed:
    held()
    disputing.dispute(SandboxPayment.objects.get(), at=MORNING + 3 * DAY)
    return nothing


def a_week_that_is_over() -> Deed:
    world = studio()
    given_payments.payment_method(world.ada, at=MORNING - DAY)
    contract = given.hourly_contract(client=world.ada, freelancer=world.ben, at=MORNING)
    given.worked(contract, by=world.ben, start=MORNING + HOUR, minutes=6 * 60)
    live(MORNING, MORNING + 7 * DAY)
    return nothing


def an_offer_to_accept() -> Deed:
    world, invoice = delivered()
    at = MORNING + 4 * DAY
    assert invoice.escrow_id
    open_dispute(invoice.escrow_id, claim(EUR("400.00")), by=world.ada, at=at)
    dispute, offer = Dispute.objects.get(), Offer.objects.get()
    assert dispute.is_running
    return lambda at: negotiating.accept(offer.pk, by=world.ben, at=at, op_id=FORM)


def events_to_read() -> Deed:
    world = studio()
    pay(first_of(agreed(world, "1000.00")), by=world.ada, at=MORNING)
    return nothing


OPERATIONS = {
    "fund by checkout": Operation(a_milestone_to_fund, MORNING, MORNING + HOUR),
    "charge a saved card": Operation(what_a_saved_card_owes, MORNING + HOUR, MORNING + 2 * DAY),
    "approve and release": Operation(work_to_approve, MORNING + 4 * DAY, MORNING + 10 * DAY),
    "withdraw": Operation(earnings_to_withdraw, MORNING + 9 * DAY, MORNING + 9 * DAY + HOUR),
    "transfer and pay out": Operation(
        a_withdrawal_to_send, MORNING + 9 * DAY + MINUTE, MORNING + 14 * DAY
    ),
    "refund": Operation(money_to_refund, MORNING + 4 * DAY, MORNING + 5 * DAY),
    "a chargeback": Operation(news_of_a_chargeback, MORNING + 3 * DAY, MORNING + 11 * DAY),
    "a week is billed": Operation(a_week_that_is_over, MORNING + 7 * DAY, MORNING + 17 * DAY),
    "settle a dispute": Operation(an_offer_to_accept, MORNING + 5 * DAY, MORNING + 6 * DAY),
    "read events": Operation(events_to_read, MORNING, MORNING + HOUR),
}
