"""More situations through both gateways: saved ways to pay, banks, and what was missed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from payments import gateways
from payments.gateways.base import Busy, Kind
from payments.gateways.sandbox import disputing, faults, paying
from payments.gateways.sandbox.delivery import deliver_due
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxDispute, SandboxPayment, SandboxRefund
from payments.models import (
    Charge,
    ChargeAttempt,
    Chargeback,
    Escrow,
    GatewayCommand,
    GatewayEvent,
    PaymentMethod,
    ReconciliationDifference,
)
from payments.services import answering, escrow, gaps, matching, methods, outbox
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.collected import collected, settled
from tests.payments.given_chargebacks import decided, taken
from tests.payments.stripe.test_both_gateways import THE_END, named_bank
from tests.payments.test_answering_banks import answers
from tests.payments.test_gaps import swallow

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.mark.parametrize(
    ("code", "state", "outcome"),
    [
        ("4242", "succeeded", "paid"),
        ("9995", "begun", "refused"),
        ("3155", "begun", "to_confirm"),
        ("sepa", "processing", "on_its_way"),
    ],
)
@pytest.mark.scenario(3, 6, 16, 17)
def test_a_saved_way_to_pay_is_charged(
    alice: User, bob: User, code: str, state: str, outcome: str
) -> None:
    given.payment_method(alice, code)

    charge = settled(collected(alice, bob))

    assert charge.state == state
    assert ChargeAttempt.objects.get().outcome == outcome
    assert SandboxPayment.objects.count() == 1
    assert_every_law_holds()


@pytest.mark.scenario(19, 20)
def test_a_debit_that_comes_back_leaves_it_owed(alice: User, bob: User) -> None:
    given.payment_method(alice, "sepa_returned")

    charge = settled(collected(alice, bob), at=NOON + 5 * DAY)

    tried = ChargeAttempt.objects.order_by("pk").values_list("outcome", flat=True)
    assert (charge.state, list(tried)) == ("processing", ["refused", "on_its_way"])
    assert Escrow.objects.get().state == "expected"


def test_a_way_to_pay_is_let_go_of(alice: User, bob: User) -> None:
    method = given.payment_method(alice)
    given.payment_method(alice, "4444")

    methods.remove(method.pk, by=alice, at=NOON)
    given.settle(at=NOON + SOON)

    assert [each.last4 for each in PaymentMethod.objects.present()] == ["4444"]


@pytest.mark.scenario(15, 37)
@pytest.mark.parametrize("won", [True, False])
def test_a_bank_decides(alice: User, bob: User, *, won: bool) -> None:
    held = given.held_escrow(client=alice, freelancer=bob)

    case = decided(taken(held), won=won, at=NOON + 3 * DAY)

    assert case.state == ("won" if won else "lost")
    assert Escrow.objects.get().state == ("held" if won else "lost")
    assert_every_law_holds()


@pytest.mark.scenario(38)
def test_a_bank_only_asks(alice: User, bob: User) -> None:
    held = given.held_escrow(client=alice, freelancer=bob)

    case = taken(held, inquiry=True)
    assert (case.state, case.taken_at) == ("inquiry", None)
    given.settle(at=NOON + 9 * DAY)

    assert Chargeback.objects.get().state == "opened"
    assert_every_law_holds()


@pytest.mark.scenario(41)
def test_a_debit_is_taken_back_and_that_is_final(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob)

    disputing.take_back_debit(SandboxPayment.objects.get(), at=NOON + 2 * DAY)
    given.settle(at=NOON + 2 * DAY + SOON)

    assert (Chargeback.objects.get().state, Escrow.objects.get().state) == ("lost", "lost")
    assert_every_law_holds()


@pytest.mark.scenario(39)
@pytest.mark.parametrize("gives_up", [False, True])
def test_a_bank_is_answered_once(alice: User, bob: User, *, gives_up: bool) -> None:
    case = taken(given.held_escrow(client=alice, freelancer=bob))
    finn = answers(UserFactory.create(name="Finn", is_staff=True, roles=["finance"]))
    at, why = NOON + 2 * DAY, "It was delivered and approved."

    if gives_up:
        fay = answers(UserFactory.create(name="Fay", is_staff=True, roles=["finance"]))
        answering.accept(case.pk, reason=why, by=fay, at=at)
        answering.accept(case.pk, reason=why, by=finn, at=at)
    else:
        answering.draft(case.pk, reason=why, by=finn, at=at)
        given.settle(at=at)
        answering.submit(case.pk, reason=why, by=finn, at=at)
    given.settle(at=at + SOON)

    assert Chargeback.objects.get().state == ("lost" if gives_up else "responded")
    row = SandboxDispute.objects.get()
    assert bool(row.submitted_at) is not gives_up
    ours, theirs = (
        each.fetch(Kind.DISPUTE, row.pk) for each in (SandboxGateway(), gateways.current())
    )
    assert ours == theirs
    assert_every_law_holds()


@pytest.mark.scenario(52)
def test_who_is_too_busy_is_asked_again_after_a_pause(alice: User, bob: User) -> None:
    held = given.held_escrow(client=alice, freelancer=bob)
    escrow.refund(held.pk, reason="The work ended.", by=THE_END, at=NOON + DAY)
    command = GatewayCommand.objects.get(kind="refund")

    with faults.planned("before", "refund", Busy("Too many requests.")), clock.pinned(NOON + DAY):
        outbox.run(command.pk, at=NOON + DAY)
        assert outbox.run(command.pk, at=NOON + DAY) is None, "Not before its turn."
    command.refresh_from_db()
    assert (command.state, command.attempts) == ("unknown", 1)  # It says nothing of another one.
    assert command.last_error == "Busy: Too many requests."
    with clock.pinned(NOON + DAY + SOON):
        outbox.run_stuck(at=NOON + DAY + SOON)

    command.refresh_from_db()
    assert (command.state, command.attempts) == ("done", 2)
    assert SandboxRefund.objects.count() == 1
    assert_every_law_holds()


@pytest.mark.scenario(48)
def test_what_never_came_is_listed(alice: User, bob: User, gateway: str) -> None:
    named_bank(bob)
    charge = given.begun_charge(client=alice, freelancer=bob)
    paying.pay(charge.session_id, "4242", at=NOON)
    late = NOON + 2 * DAY
    with clock.pinned(late):
        deliver_due(at=late, post=swallow)
        assert gaps.fill_when_due(at=late) == 4
        assert gaps.fill(at=late + timedelta(hours=1)) == 0
    given.settle(at=late + SOON)

    assert Charge.objects.get().state == "succeeded"
    assert {each.gateway for each in GatewayEvent.objects.all()} == {gateway}
    assert Entry.objects.count() == 2
    assert_every_law_holds()


@pytest.mark.scenario(53)
def test_every_line_of_the_balance_is_ours(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    given.requested_payout(bob, named_bank(bob), given.EUR("100.00"))
    given.settle(at=NOON + 10 * DAY)
    at = NOON + 11 * DAY

    with clock.pinned(at):
        found = matching.compare(at=at)

    assert found.read >= 4
    assert not ReconciliationDifference.objects.exists()
