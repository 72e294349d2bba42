"""Commands: written down before they are called, and called so that twice is once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing_site.kernel.transitions import SYSTEM, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Notice
from payments.gateways.base import Busy, Declined, GatewayError, InvalidRequest, OutcomeUnknown
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.models import SandboxPayout, SandboxRefund, SandboxTransfer
from payments.models import Charge, Escrow, GatewayCommand, Payout, Refund
from payments.models.gateway_command import SUBJECTS
from payments.queries.money_health import money_health
from payments.services import charging, commands, escrow, outbox
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available

THE_END = SYSTEM("the contract ended")


@pytest.fixture
def refund(alice: User, bob: User) -> Refund:
    held = given.held_escrow(client=alice, freelancer=bob)
    return escrow.refund(held.pk, reason="The work ended.", by=THE_END, at=NOON + DAY)


def command_of(refund: Refund) -> GatewayCommand:
    return GatewayCommand.objects.get(refund=refund)


def run(command: GatewayCommand, *, at: object = NOON + DAY) -> object:
    with clock.pinned(at):  # type: ignore[arg-type] # a moment
        return outbox.run(command.pk, at=at)  # type: ignore[arg-type] # likewise


def test_a_key_names_what_the_call_is_about(refund: Refund) -> None:
    command = command_of(refund)

    assert command.key == f"refund:{refund.ref}:1"
    assert command.params["amount"] == 105_950


def test_an_answer_is_recorded_with_its_consequence(refund: Refund) -> None:
    run(command_of(refund))

    command = command_of(refund)
    assert (command.state, command.attempts) == ("done", 1)
    assert command.gateway_object == SandboxRefund.objects.get().pk
    assert Refund.objects.get().state == "sent"


def test_what_is_done_is_not_called_again(refund: Refund) -> None:
    run(command_of(refund))

    assert run(command_of(refund)) is None
    assert command_of(refund).attempts == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.scenario(49)
def test_silence_is_asked_again_with_the_same_key_and_done_once(refund: Refund, when: str) -> None:
    with faults.planned(when, "refund", OutcomeUnknown("no answer")):
        assert run(command_of(refund)) is None

    command = command_of(refund)
    assert (command.state, command.last_error) == ("unknown", "OutcomeUnknown: no answer")
    assert SandboxRefund.objects.count() == (when == "after")
    assert Refund.objects.get().state == "requested"  # never shown as failure

    with clock.pinned(NOON + DAY + timedelta(minutes=1)) as later:
        outbox.run_stuck(at=later)
    assert command_of(refund).state == "done"
    assert SandboxRefund.objects.count() == 1
    given.settle(at=NOON + 2 * DAY)
    assert_every_law_holds()


def test_nobody_asks_again_before_its_turn(refund: Refund) -> None:
    with faults.planned("before", "refund", Busy("429")):
        run(command_of(refund))

    assert outbox.run_stuck(at=NOON + DAY + timedelta(seconds=9)) == []
    assert command_of(refund).attempts == 1


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
def test_other_parameters_under_the_same_key_alarm_and_send_nothing(refund: Refund) -> None:
    command = command_of(refund)
    with faults.planned("after", "refund", OutcomeUnknown("no answer")):
        run(command)
    with clock.pinned(NOON + DAY):
        from payments.gateways.sandbox.keys import once

        with pytest.raises(GatewayError, match="another request"):
            once(command.key, "refund", "another request", lambda: "re_2")

    assert SandboxRefund.objects.count() == 1


@pytest.mark.parametrize("refusal", [Declined("card_declined"), InvalidRequest("not possible")])
@pytest.mark.scenario(27)
def test_a_refused_transfer_gives_the_money_back(
    alice: User, bob: User, refusal: GatewayError
) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))

    with faults.planned("before", "transfer", refusal):
        given.settle(at=NOON + timedelta(hours=1))

    assert Payout.objects.get().state == "failed"
    assert available(bob) == EUR("881.00")
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
    assert GatewayCommand.objects.get(kind="transfer").last_error.startswith("InsufficientFunds")

    with clock.pinned(due + DAY + timedelta(hours=1)) as later:
        outbox.run_stuck(at=later)
    assert Payout.objects.get().state == "sent"


def test_a_refused_page_drops_what_it_was_for(alice: User, bob: User) -> None:
    charge = charging.begin(
        payer=given.organization(alice), escrows=[given.terms(bob)], by=alice, at=NOON
    )

    with faults.planned("before", "start_checkout", InvalidRequest("not possible")):
        assert outbox.open_page(charge.pk, at=NOON) is None

    assert Charge.objects.get().state == "cancelled"
    assert Escrow.objects.get().state == "dropped"


def test_a_slow_page_is_opened_by_the_worker(alice: User, bob: User) -> None:
    charge = charging.begin(
        payer=given.organization(alice), escrows=[given.terms(bob)], by=alice, at=NOON
    )
    with clock.pinned(NOON):
        with faults.planned("after", "start_checkout", OutcomeUnknown("no answer")):
            assert outbox.open_page(charge.pk, at=NOON) is None
        outbox.run_stuck(at=NOON + timedelta(minutes=1))
        page = outbox.open_page(charge.pk, at=NOON)

    assert page
    assert page.url == Charge.objects.get().page_url
    assert Charge.objects.get().commands.count() == 1


def test_a_double_press_opens_one_page(alice: User, bob: User) -> None:
    charge = given.begun_charge(client=alice, freelancer=bob)

    with clock.pinned(NOON):
        assert outbox.open_page(charge.pk, at=NOON)

    assert charge.commands.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_gateway_is_never_called_inside_a_transaction() -> None:
    alice, bob = given.payer(), given.worker()
    charge = charging.begin(
        payer=given.organization(alice), escrows=[given.terms(bob)], by=alice, at=NOON
    )

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        outbox.open_page(charge.pk, at=NOON)

    assert GatewayCommand.objects.get().attempts == 0


def test_a_payout_is_transferred_and_paid_once_when_answers_get_lost(
    alice: User, bob: User
) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))
    lost = OutcomeUnknown("no answer")

    with faults.planned("after", "transfer", lost), faults.planned("after", "payout", lost):
        given.settle(at=NOON + timedelta(hours=1))
    for minutes in (62, 65, 70, 80):
        given.settle(at=NOON + timedelta(minutes=minutes))
        with clock.pinned(NOON + timedelta(minutes=minutes)) as later:
            outbox.run_stuck(at=later)
    given.settle(at=NOON + 3 * DAY)

    assert Payout.objects.get().state == "paid"
    assert SandboxTransfer.objects.count() == SandboxPayout.objects.count() == 1
    assert_every_law_holds()


def test_a_command_knows_everything_that_it_can_be_about() -> None:
    fields = [it for it in GatewayCommand._meta.concrete_fields if it.is_relation]
    assert {it.name for it in fields} == set(SUBJECTS)
    for field in fields:
        assert field.related_model
        thing = field.related_model()
        assert GatewayCommand(**{field.name: thing}).subject is thing


def test_a_command_goes_to_the_gateway_that_it_was_written_for(
    refund: Refund, settings: Any
) -> None:
    """Settings name Stripe by now, which knows nothing of a payment at the sandbox."""
    settings.PAYMENTS_SANDBOX, settings.STRIPE_SECRET_KEY = False, "sk_test_0000000000"
    command = command_of(refund)
    assert command.gateway == "sandbox"

    assert run(command) is None
    with clock.pinned(NOON + 3 * DAY):
        outbox.run_stuck(at=NOON + 3 * DAY)
    assert (command_of(refund).state, command_of(refund).attempts) == ("queued", 0)

    settings.PAYMENTS_SANDBOX, settings.STRIPE_SECRET_KEY = True, ""
    with clock.pinned(NOON + 3 * DAY):
        outbox.run_stuck(at=NOON + 3 * DAY)
    assert command_of(refund).state == "done"
    with pytest.raises(IntegrityError, match="a_command_knows_its_gateway"):
        GatewayCommand.objects.update(gateway="")


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


def test_who_was_not_led_to_the_page_hears_when_it_is_there(alice: User, bob: User) -> None:
    """The provider was too slow for the page; a job asks with the same key, and says so, once."""
    charge = charging.begin(
        payer=given.organization(alice), escrows=[given.terms(bob)], by=alice, at=NOON
    )
    silence = faults.planned("before", "start_checkout", OutcomeUnknown("no answer in time"))
    with silence, clock.pinned(NOON):
        assert outbox.open_page(charge.pk, at=NOON) is None
    for minute in (2, 4):
        later = NOON + timedelta(minutes=minute)
        with clock.pinned(later):
            outbox.run_stuck(at=later)

    assert Charge.objects.get().is_payable
    told = Notice.objects.filter(text__contains="the payment page is there").get()
    assert (told.user_id, told.url) == (alice.pk, charge.get_absolute_url())
