"""A business of every kind, through Stripe: both gateways tell the same of all that came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from payments import gateways
from payments.gateways.base import Gateway, Kind, PaymentState
from payments.gateways.sandbox import disputing, models, paying
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.outcomes import BY_CODE
from payments.gateways.sandbox.shapes.payments import setup_id
from payments.models import BankDetails, Charge, FraudWarning, GatewayCommand
from payments.services import bank_details, escrow
from payments.services.calls import CALLS
from payments.services.looking_up import REPEATABLE, LooksUp
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.collected import collected, settled
from tests.payments.sent_by_bank import sent
from tests.payments.stripe.test_both_gateways import THE_END

pytestmark = [
    pytest.mark.usefixtures("gateway"),
    pytest.mark.parametrize("gateway", ["stripe"], indirect=True),  # The other one is asked, too.
]
WAYS = ["4242", "0002", "debit", "bacs", "debit_taken_back", "transfer", "link", "wallet", "5423"]
DEBITS = {"debit", "bacs", "debit_taken_back"}
END = NOON + 4 * DAY + SOON


@pytest.fixture
def business(alice: User, bob: User) -> None:
    """Payments in every way, one of them sent back and one suspected; cash; a withdrawal."""
    given.available_earnings(client=alice, freelancer=bob)
    given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))
    for code in WAYS:
        charge = given.begun_charge(client=alice, freelancer=bob)
        paying.pay(charge.session_id, code, at=NOON)
    for code in ("4242", "sepa"):
        given.payment_method(alice, code)
    settled(collected(alice, bob))
    held = given.escrow_of(given.paid(given.begun_charge(client=alice, freelancer=bob)))
    wallet = models.SandboxPayment.objects.get(outcome="wallet")
    disputing.dispute(wallet, at=NOON + DAY, amount=100)
    escrow.refund(held.pk, reason="The work ended.", by=THE_END, at=NOON + 2 * SOON)
    given.settle(at=END - DAY)
    with clock.pinned(END - DAY):
        assert bank_details.learn(given.organization(alice), by=alice, at=END - DAY)
    sent(BankDetails.objects.get(), "12.50", "Order 4711", at=END - DAY)
    given.settle(at=END)


def both_say(kind: Kind, object_id: str, account: str | None = None) -> tuple[object, object]:
    one, other = (
        each.fetch(kind, object_id, account) for each in (SandboxGateway(), gateways.current())
    )
    return one, other


@pytest.mark.scenario(4, 5, 6, 7, 42, 49, 51)
def test_both_say_the_same_of_all_that_happened(business: None) -> None:
    assert FraudWarning.objects.count() == 1
    assert_every_law_holds()
    assert_every_object_is_told_alike()
    assert_balances_are_told_alike()
    assert_every_call_is_found_by_its_key()


def assert_every_object_is_told_alike() -> None:
    for payment in models.SandboxPayment.objects.all():
        ours, theirs = both_say(Kind.PAYMENT, payment.pk)
        assert isinstance(ours, PaymentState)
        assert isinstance(theirs, PaymentState)
        assert replace(ours, method="") == replace(theirs, method="")  # each has its own words
    for kind, object_id, account in named():
        ours, theirs = both_say(kind, object_id, account)
        assert ours == theirs


def assert_balances_are_told_alike() -> None:
    [account] = models.SandboxAccount.objects.all()
    for whose in (None, account.pk):
        with clock.pinned(END):
            ours, theirs = (each.balance(whose) for each in (SandboxGateway(), gateways.current()))
        assert ours == theirs
        assert set(ours.available) == {"EUR"}


def assert_every_call_is_found_by_its_key() -> None:
    """As if none of them had been answered, and all of their keys were forgotten."""
    done = GatewayCommand.objects.exclude(kind__in=REPEATABLE)
    assert {each.kind for each in done} == set(GatewayCommand.Kind) - REPEATABLE

    for command in done:
        assert command.gateway_object
        found = looked_up(gateways.current(), command, command.key)
        assert command.gateway_object in (found if isinstance(found, str) else repr(found))
        assert looked_up(gateways.current(), command, f"{command.key}0") is None


def looked_up(gateway: Gateway, command: GatewayCommand, key: str) -> object:
    assert command.first_sent_at
    looks: object = LooksUp(gateway, since=command.first_sent_at)
    return CALLS[command.kind].ask(looks, command.params, key)  # type: ignore[arg-type] # it stands there


def named() -> Iterator[tuple[Kind, str, str | None]]:
    for kind, model in (
        (Kind.REFUND, models.SandboxRefund),
        (Kind.TRANSFER, models.SandboxTransfer),
        (Kind.DISPUTE, models.SandboxDispute),
        (Kind.METHOD, models.SandboxMethod),
        (Kind.WARNING, models.SandboxWarning),
        (Kind.PAYEE, models.SandboxAccount),
    ):
        rows = list(model._default_manager.all())
        assert rows, f"There is a {kind}."
        yield from ((kind, row.pk, None) for row in rows)
    for payout in models.SandboxPayout.objects.all():
        yield Kind.PAYOUT, payout.pk, payout.account_id
    for cash in models.SandboxCash.objects.all():
        yield Kind.CASH, f"{cash.customer_id}/{cash.pk}", None
    for method in models.SandboxMethod.objects.select_related("session"):
        if method.expires_on is None:  # It is a bank that is mandated.
            yield Kind.MANDATE, method.mandate_id, None
        yield Kind.SETUP, setup_id(method.session), None
        yield Kind.CHECKOUT, method.session.pk, None


@pytest.mark.scenario(5, 6, 9, 20, 41)
def test_how_it_is_paid_is_known_from_the_first(alice: User, bob: User) -> None:
    """Debits cool for longer, come back otherwise, and are told from cards by nothing else."""
    charges = [given.begun_charge(client=alice, freelancer=bob) for _ in WAYS]
    for charge, code in zip(charges, WAYS, strict=True):
        paying.pay(charge.session_id, code, at=NOON)
    given.settle(at=NOON + SOON)

    found = {}
    charges = [Charge.objects.get(pk=each.pk) for each in charges]
    for payment in models.SandboxPayment.objects.all():
        _, state = both_say(Kind.PAYMENT, payment.pk)
        assert isinstance(state, PaymentState)
        found[payment.outcome] = state.kind
    ways = {each.way for each, code in zip(charges, WAYS, strict=True) if code in DEBITS}

    assert found == {code: BY_CODE[code].method for code in WAYS}
    assert ways == {BY_CODE[code].method for code in DEBITS}, "It is not forgotten on the way."
