"""Whatever the sandbox says has the shape that the real provider publishes."""

from __future__ import annotations

import ast
import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import clock
from payments import gateways
from payments.gateways import sandbox
from payments.gateways.base import (
    Declined,
    Evidence,
    InvalidRequest,
    NeedsAction,
    OffSessionCharge,
    Paper,
)
from payments.gateways.sandbox import balances, onboarding, paying, wires
from payments.gateways.sandbox.delivery import deliver_due
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxBalanceLine,
    SandboxBank,
    SandboxCash,
    SandboxCustomer,
    SandboxDispute,
    SandboxEvent,
    SandboxPayment,
    SandboxSession,
)
from payments.gateways.sandbox.outcomes import ALL
from payments.gateways.sandbox.saved import ALL_SAVED
from payments.gateways.sandbox.shapes import _SHAPES, shape_of
from payments.gateways.sandbox.shapes.payments import charge
from payments.models import PaymentMethod, Payout
from payments.services import escrow, methods
from tests import given_payments as given
from tests.contract.spec import ContractError, published
from tests.given_payments import DAY, EUR, NOON


@pytest.fixture
def alice(db: None) -> User:
    return given.payer("alice")


@pytest.fixture
def bob(db: None) -> User:
    return given.worker("bob")


@pytest.fixture(autouse=True)
def _payments_alone(settings: Any) -> None:
    settings.GATEWAY_EVENT_TASK = "payments.tasks.handle_event"


@pytest.fixture
def everything(alice: User, bob: User) -> None:
    """Every outcome of a payment page; refunds and payouts that arrive and that fail."""
    for outcome in ALL:
        charge = given.begun_charge(client=alice, freelancer=bob, at=NOON - 40 * DAY)
        paying.pay(charge.session_id, outcome.code, at=NOON - 40 * DAY)
    given.settle(at=NOON - 38 * DAY)
    _answered_and_accepted(at=NOON - 38 * DAY)
    customer = SandboxCustomer.objects.earliest("created_at")
    wires.receive(customer.pk, 1_000_000, "EUR", reference="", at=NOON - 38 * DAY)
    given.begun_charge(client=alice, freelancer=bob, at=NOON - 40 * DAY)
    short = given.begun_charge(client=given.payer("dora"), freelancer=bob, at=NOON - 38 * DAY)
    paying.pay(short.session_id, "transfer_short", at=NOON - 38 * DAY)
    for saved in ALL_SAVED:
        if saved.refused_as:
            given.named_method(alice, saved.code, at=NOON - 40 * DAY)
            continue
        saved_method = given.payment_method(alice, saved.code, at=NOON - 40 * DAY)
        _charged_twice(saved_method, at=NOON - 40 * DAY)
    methods.remove(saved_method.pk, by=alice, at=NOON - 30 * DAY)
    given.settle(at=NOON - 30 * DAY)
    for code in ("4242", "5126", "5126_late"):
        held = SandboxPayment.objects.get(outcome=code, method=None).reference
        by = SYSTEM("the work ended")
        escrow_id = _escrow_of(held)
        escrow.refund(escrow_id, reason="The work ended.", by=by, at=NOON - 29 * DAY)
    given.settle(at=NOON - 28 * DAY)
    given.available_earnings(client=alice, freelancer=bob)
    for behavior, last4 in (("pays", "4471"), ("closes", "0009")):
        method = given.payout_method(bob, behavior=behavior, last4=last4)
        given.requested_payout(bob, method, EUR("100.00"))
    card = given.payout_method(bob, last4="5556", is_card=True)
    given.requested_payout(bob, card, EUR("100.00"), speed=Payout.Speed.INSTANT)
    balances.top_up("tu_1", EUR("10.00"), at=NOON)
    balances.return_top_up("tu_1", at=NOON)
    given.settle(at=NOON + DAY)
    given.settle(at=NOON + 10 * DAY)
    account = SandboxAccount.objects.get()
    onboarding.restrict(account.pk, "Details are overdue.", at=NOON + 11 * DAY)
    given.settle(at=NOON + 40 * DAY)  # What came short of a bank transfer goes back.


def _answered_and_accepted(*, at: datetime) -> None:
    """One bank hears us and believes us, the other case we give up."""
    disputed, asked = (
        SandboxDispute.objects.get(payment__outcome=code) for code in ("0259", "1976")
    )
    shown = Evidence({"service_date": "2026-01-21"})
    with clock.pinned(at):
        paper = Paper("pack.pdf", "application/pdf", "", b"%PDF-1.7")
        gateways.current().keep_paper(paper, key="paper")
        gateways.current().submit_evidence(disputed.pk, shown, submit=True, key="answer")
        gateways.current().accept_dispute(asked.pk, key="accept")


def _charged_twice(method: PaymentMethod, *, at: datetime) -> None:
    """The second time after the first has arrived, or was returned."""
    for number in (1, 2):
        asked = OffSessionCharge(
            "C0", method.customer, method.method_id, 5_000, "EUR", {"charge": "C0"}
        )
        with clock.pinned(at), suppress(Declined, NeedsAction, InvalidRequest):
            gateways.current().charge_saved(asked, key=f"{method.ref}:{number}")
        at += 5 * DAY
        deliver_due(at=at)


def _escrow_of(reference: str) -> int:
    pk: int = (
        apps.get_model("payments", "Escrow").objects.get(settlements__charge__ref=reference).pk
    )
    return pk


@pytest.mark.usefixtures("everything")
def test_every_letter_and_object_has_its_published_shape() -> None:
    spec, types = published(), spec_types()
    events = [json.loads(event.payload) for event in SandboxEvent.objects.all()]

    for event in events:
        spec.check_object("event", event)
        shown = event["data"]["object"]
        spec.check_object(shown["object"], shown)
        assert event["type"] in types

    assert {event["type"] for event in events} == EXPECTED
    assert told_anywhere() <= EXPECTED, "Each place that tells something was come to."
    assert {row.kind for row in SandboxCash.objects.all()} >= CASH


@pytest.mark.usefixtures("everything")
def test_every_kind_of_row_is_shown_as_it_is_published() -> None:
    spec = published()
    for model in _SHAPES:
        found = list(model._default_manager.all())
        assert found, f"Nothing here is a {model.__name__}."
        for row in found:
            shown = shape_of(row)
            spec.check_object(shown["object"], shown)
    for payment in SandboxPayment.objects.all():
        spec.check_object("charge", charge(payment))


@pytest.mark.usefixtures("everything")
def test_a_wrong_shape_would_be_noticed() -> None:
    shown = shape_of(SandboxSession.objects.first())

    for spoilt in (
        {**shown, "status": "done"},
        {**shown, "created": "today"},
        {name: value for name, value in shown.items() if name != "payment_status"},
    ):
        with pytest.raises(ContractError):
            published().check_object("checkout.session", spoilt)


@pytest.mark.usefixtures("everything")
def test_the_provider_keeps_2_9_percent_and_30() -> None:
    line = SandboxBalanceLine.objects.filter(kind="charge", amount=105_950).first()

    assert line is not None
    assert (line.amount, line.fee, line.net) == (105_950, 3_103, 102_847)
    assert SandboxBank.objects.filter(is_usable=False).count() == 1


def told_anywhere() -> set[str]:
    """The events that the sandbox's own code names."""
    calls = [
        call
        for path in Path(sandbox.__file__).parent.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "tell"
    ]
    named = [call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)]
    assert len(named) > len(EXPECTED)
    return {str(each) for each in named}


def spec_types() -> set[str]:
    return published().event_types()


CASH = {"funded", "applied_to_payment", "unapplied_from_payment", "return_initiated"}
EXPECTED = {
    "account.external_account.created",
    "account.updated",
    "balance.available",
    "cash_balance.funds_available",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.succeeded",
    "charge.updated",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer_cash_balance_transaction.created",
    "mandate.updated",
    "payment_intent.canceled",
    "payment_intent.partially_funded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "payment_method.attached",
    "payment_method.detached",
    "payout.created",
    "payout.failed",
    "payout.paid",
    "payout.updated",
    "radar.early_fraud_warning.created",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "setup_intent.setup_failed",
    "setup_intent.succeeded",
    "topup.reversed",
    "transfer.created",
}
