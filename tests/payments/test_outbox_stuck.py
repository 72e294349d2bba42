"""Calls that got stuck, were forgotten or were refused: asked for, once, by whoever may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Letter
from payments.gateways.base import Declined, GatewayError, InvalidRequest, OutcomeUnknown
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.keys import once
from payments.gateways.sandbox.models import SandboxRefund, SandboxTransfer
from payments.models import Charge, Escrow, GatewayCommand, Payout, Refund
from payments.queries.money_health import money_health
from payments.services import charging, commands, outbox, refusal_words
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.reading import command_of, run


@pytest.mark.scenario(51)
def test_51_what_the_gateway_may_have_forgotten_is_looked_up_and_not_sent_again(
    refund: Refund,
) -> None:
    with faults.planned("after", "refund", OutcomeUnknown("no answer")):
        run(command_of(refund))

    for _ in range(2):
        outbox.run_stuck(at=NOON + 2 * DAY)

    command = command_of(refund)
    assert (command.state, command.is_stuck) == ("done", False)
    assert command.gateway_object == SandboxRefund.objects.get().pk
    given.settle(at=NOON + 3 * DAY)
    assert Refund.objects.get().state == "succeeded"
    assert_every_law_holds()


def test_51_what_was_never_done_is_asked_for_anew_under_another_key(refund: Refund) -> None:
    with faults.planned("before", "refund", OutcomeUnknown("no answer")):
        run(command_of(refund))

    for _ in range(2):
        outbox.run_stuck(at=NOON + 2 * DAY)

    told = refund.commands.order_by("pk").values_list("generation", "state")
    assert list(told) == [(1, "refused"), (2, "done")]
    assert SandboxRefund.objects.count() == 1
    given.settle(at=NOON + 3 * DAY)
    assert_every_law_holds()


@pytest.mark.scenario(50)
def test_other_parameters_under_the_same_key_alarm_and_send_nothing(
    refund: Refund, caplog: pytest.LogCaptureFixture
) -> None:
    command, later = command_of(refund), NOON + 2 * DAY
    with clock.pinned(NOON + DAY):
        once(command.key, "refund", "another request", lambda: "re_of_another")
    assert money_health(at=NOON + DAY)["calls_are_answered"]

    run(command)

    command.refresh_from_db()
    assert (command.state, command.is_stuck) == ("unknown", True)
    assert "asks something else under the same key" in caplog.text
    assert not money_health(at=NOON + DAY)["calls_are_answered"]
    with clock.pinned(later):
        assert outbox.run_stuck(at=later) == []
    assert not SandboxRefund.objects.exists()


@pytest.mark.parametrize("refusal", [Declined("card_declined"), InvalidRequest("not possible")])
@pytest.mark.scenario(27)
def test_a_refused_transfer_gives_the_money_back(
    alice: User, bob: User, refusal: GatewayError
) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))

    with faults.planned("before", "transfer", refusal):
        given.settle(at=NOON + timedelta(hours=1))

    payout = Payout.objects.get()
    assert (payout.state, payout.problem) == ("failed", refusal_words.of_payout(refusal))
    assert payout.problem
    told = Letter.objects.get(key__contains=payout.ref)
    assert payout.problem in told.text
    assert available(bob) == EUR("881.00")
    assert Escrow.objects.get().state == "released"
    assert not SandboxTransfer.objects.exists()
    assert_every_law_holds()


@pytest.mark.scenario(25)
def test_a_transfer_waits_until_the_balance_has_settled(alice: User, bob: User) -> None:
    """The card's money is on our balance only two days after it was paid."""
    method = given.payout_method(bob)
    made = given.released(client=alice, freelancer=bob, at=NOON)
    from payments.services import earnings

    earnings.make_available(at=made.available_at)
    due = made.available_at
    given.requested_payout(bob, method, EUR("100.00"), at=due)
    from payments.gateways.sandbox.models import SandboxBalanceLine

    SandboxBalanceLine.objects.filter(kind="charge").update(available_at=due + DAY)

    given.settle(at=due + timedelta(hours=1))
    assert Payout.objects.get().state == "sending"
    told = GatewayCommand.objects.filter(kind="transfer").values_list("state", "last_error")
    assert [(state, error[:17]) for state, error in told.order_by("pk")] == [
        ("refused", "InsufficientFunds"),
        ("queued", "InsufficientFunds"),
    ]

    with clock.pinned(due + DAY + timedelta(hours=1)) as later:
        outbox.run_stuck(at=later)
    assert Payout.objects.get().state == "sent"
    given.settle(at=due + 5 * DAY)
    assert Payout.objects.get().state == "paid"
    assert SandboxTransfer.objects.count() == 1
    assert_every_law_holds()


def test_a_refused_page_drops_what_it_was_for(alice: User, bob: User) -> None:
    charge = charging.begin(
        payer=given.organization(alice), escrows=[given.terms(bob)], by=alice, at=NOON
    )

    with faults.planned("before", "start_checkout", InvalidRequest("not possible")):
        assert outbox.open_page(charge.pk, at=NOON) is None

    assert Charge.objects.get().state == "cancelled"
    assert Escrow.objects.get().state == "dropped"


def test_a_stuck_call_is_made_again_when_finance_says_so(refund: Refund) -> None:
    """Two of the same key: what is mended is called once more, and the health page is well."""
    why = "The adapter asks the same as before again."
    GatewayCommand.objects.filter(refund=refund).update(is_stuck=True, state="unknown", attempts=9)
    command, later = command_of(refund), NOON + 2 * DAY
    finn = UserFactory.create(name="Finn", roles=["finance"])
    assert not money_health(at=later)["calls_are_answered"]
    assert outbox.run_stuck(at=later) == []

    with pytest.raises(NotYours):
        commands.try_again(
            command.pk, reason=why, by=UserFactory.create(roles=["mediator"]), at=later
        )
    commands.try_again(command.pk, reason=why, by=finn, at=later)
    with pytest.raises(WrongState):
        commands.try_again(command.pk, reason=why, by=finn, at=later)

    with clock.pinned(later):
        outbox.run_stuck(at=later)
        outbox.run_stuck(at=later)
    assert money_health(at=later)["calls_are_answered"]
    assert command_of(refund).state == "done"
    assert SandboxRefund.objects.count() == 1
    [said] = AuditEvent.objects.filter(deed="command.tried_again")
    assert (said.user_id, said.facts["reason"]) == (finn.pk, why)
    assert_every_law_holds()
