"""The same situations through both gateways end in the same states, and every law holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.base import OutcomeUnknown
from payments.gateways.sandbox import faults, onboarding
from payments.gateways.sandbox.models import (
    SandboxLogin,
    SandboxOnboarding,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxTransfer,
)
from payments.models import (
    Charge,
    Escrow,
    GatewayCommand,
    GatewayEvent,
    Payout,
    PayoutMethod,
    Refund,
)
from payments.services import earnings, escrow, outbox, payee_pages
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, available

THE_END = SYSTEM("the contract ended")


pytestmark = pytest.mark.usefixtures("gateway")


def named_bank(bob: User, *, behavior: str = "pays", **facts: Any) -> PayoutMethod:
    at = NOON - 20 * DAY
    with clock.pinned(at):
        assert outbox.open_onboarding(given.organization(bob), by=bob, at=at)
    link = SandboxOnboarding.objects.get()
    onboarding.complete(
        link.pk, bank_name="Example", last4="4471", behavior=behavior, at=at, **facts
    )
    given.settle(at=at + SOON)
    return PayoutMethod.objects.get()


@pytest.mark.parametrize("code", ["4242", "0002", "9995"])
def test_a_card(alice: User, bob: User, gateway: str, code: str) -> None:
    charge = given.begun_charge(client=alice, freelancer=bob)

    charge = given.paid(charge, code)

    is_paid = code == "4242"
    assert charge.state == ("succeeded" if is_paid else "begun")
    assert bool(charge.problem) is not is_paid
    assert Escrow.objects.get().state == ("held" if is_paid else "expected")
    assert {each.gateway for each in GatewayEvent.objects.all()} == {gateway}
    assert not GatewayEvent.objects.filter(handled_at=None).exists()
    assert_every_law_holds()


def test_a_refused_card_and_then_another(alice: User, bob: User) -> None:
    charge = given.begun_charge(client=alice, freelancer=bob)

    given.paid(charge, "0002")
    charge = given.paid(charge, "4242", at=NOON + 2 * SOON)

    assert (charge.state, charge.problem) == ("succeeded", "")
    assert_every_law_holds()


@pytest.mark.scenario(23)
@pytest.mark.parametrize(
    ("own", "price", "moved"),
    [
        ("EUR", Money("1000.00", "USD"), (98_455, 49_228)),  # half is 492.275
        ("JPY", Money("300.000", "KWD"), (154_957, 77_481)),
        ("KWD", Money(50_000, "JPY"), (110_870, 55_440)),
        ("JPY", Money(50_000, "JPY"), (52_975, 26_488)),
    ],
)
def test_the_clients_own_currency_goes_and_comes(
    alice: User, bob: User, own: str, price: Money, moved: tuple[int, int]
) -> None:
    client = given.organization(alice)
    client.currency = own
    client.save()
    if own == str(price.currency):
        charge = given.begun_charge(client=alice, freelancer=bob, price=price)
    else:
        charge = given.begun_by_quote(client=alice, freelancer=bob, price=price)

    held = given.escrow_of(given.paid(charge))
    escrow.refund(
        held.pk, reason="The work ended.", by=THE_END, at=NOON + DAY, gross=held.gross / 2
    )
    given.settle(at=NOON + DAY)  # it is asked for,
    given.settle(at=NOON + 2 * DAY)  # and sent

    payment, refund = SandboxPayment.objects.get(), SandboxRefund.objects.get()
    assert (payment.currency, (payment.amount, refund.amount)) == (own, moved)
    assert Refund.objects.get().state == "succeeded"
    assert_every_law_holds()


def test_a_page_that_nobody_used(alice: User, bob: User) -> None:
    given.begun_charge(client=alice, freelancer=bob)

    given.settle(at=NOON + 2 * DAY)

    assert Charge.objects.get().state == "cancelled"
    assert Escrow.objects.get().state == "dropped"


@pytest.mark.parametrize(("code", "state"), [("4242", "succeeded"), ("5126", "failed")])
def test_a_refund(alice: User, bob: User, code: str, state: str) -> None:
    charge = given.paid(given.begun_charge(client=alice, freelancer=bob), code)
    held = given.escrow_of(charge)

    escrow.refund(held.pk, reason="The work ended.", by=THE_END, at=NOON + DAY)
    given.settle(at=NOON + 60 * DAY)

    assert Refund.objects.get().state == state
    assert SandboxRefund.objects.count() == 1
    assert_every_law_holds()


@pytest.mark.parametrize(
    ("behavior", "state"), [("pays", "paid"), ("closes", "failed"), ("returns", "failed")]
)
def test_a_withdrawal(alice: User, bob: User, behavior: str, state: str) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    before = available(bob)

    given.requested_payout(bob, named_bank(bob, behavior=behavior), EUR("100.00"))
    given.settle(at=NOON + 10 * DAY)

    payout = Payout.objects.get()
    assert payout.state == state
    assert before - available(bob) == (EUR("100.00") if state == "paid" else EUR("0.00"))
    assert (SandboxTransfer.objects.count(), SandboxPayout.objects.count()) == (1, 1)
    assert_every_law_holds()


@pytest.mark.parametrize("is_card", [True, False])
def test_another_holder_is_doubted(bob: User, *, is_card: bool) -> None:
    method = named_bank(bob, is_card=is_card, holder="Mallory Thief")

    assert (method.holder, method.state) == ("Mallory Thief", "doubted")


def test_a_payee_looks_at_their_account(alice: User, bob: User) -> None:
    named_bank(bob)

    with clock.pinned(NOON):
        pages = [
            payee_pages.open_dashboard(given.organization(bob), by=bob, at=NOON) for _ in range(2)
        ]

    assert len({page.url for page in pages if page}) == SandboxLogin.objects.count() == 2


@pytest.mark.scenario(12)
@pytest.mark.parametrize(
    ("behavior", "state", "costs"),
    [("pays", "paid", "100.00"), ("closes", "failed", "0.00"), ("days", "paid", "98.99")],
)
def test_a_withdrawal_that_is_to_be_paid_at_once(
    alice: User, bob: User, behavior: str, state: str, costs: str
) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    before, method = available(bob), named_bank(bob, behavior=behavior, is_card=True)
    assert method.takes_instant

    given.requested_payout(bob, method, EUR("100.00"), speed=Payout.Speed.INSTANT)
    given.settle(at=NOON + 10 * DAY)

    payout, sent = Payout.objects.get(), SandboxPayout.objects.get()
    assert (payout.state, before - available(bob)) == (state, EUR(costs))
    assert (sent.is_instant, sent.amount) == (behavior != "days", 98_00)
    assert_every_law_holds()


def test_a_balance_that_has_not_settled_is_waited_for(alice: User, bob: User) -> None:
    method = named_bank(bob)
    made = given.released(client=alice, freelancer=bob)
    due = made.available_at
    earnings.make_available(at=due)
    given.requested_payout(bob, method, EUR("100.00"), at=due)
    from payments.gateways.sandbox.models import SandboxBalanceLine

    SandboxBalanceLine.objects.filter(kind="charge").update(available_at=due + DAY)
    given.settle(at=due + timedelta(hours=1))

    command = GatewayCommand.objects.get(kind="transfer", state="queued")
    assert (command.state, command.last_error.split(":")[0]) == ("queued", "InsufficientFunds")
    assert Payout.objects.get().state == "sending"


@pytest.mark.parametrize("when", ["before", "after"])
def test_silence_is_asked_again_and_done_once(alice: User, bob: User, when: str) -> None:
    held = given.held_escrow(client=alice, freelancer=bob)
    escrow.refund(held.pk, reason="The work ended.", by=THE_END, at=NOON + DAY)
    command = GatewayCommand.objects.get(kind="refund")

    with faults.planned(when, "refund", OutcomeUnknown("no answer")), clock.pinned(NOON + DAY):
        assert outbox.run(command.pk, at=NOON + DAY) is None
    command.refresh_from_db()
    assert command.state == "unknown"
    with clock.pinned(NOON + DAY + timedelta(minutes=1)) as later:
        outbox.run_stuck(at=later)
    given.settle(at=NOON + 3 * DAY)

    assert Refund.objects.get().state == "succeeded"
    assert SandboxRefund.objects.count() == 1
    assert_every_law_holds()
