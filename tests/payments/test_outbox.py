"""Commands: written down before they are called, and called so that twice is once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Notice
from payments.gateways.base import Busy, OutcomeUnknown
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.models import SandboxPayout, SandboxRefund, SandboxTransfer
from payments.models import Charge, GatewayCommand, Payout, Refund
from payments.models.gateway_command import SUBJECTS
from payments.services import charging, outbox
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds
from tests.payments.reading import command_of, run


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


@pytest.mark.scenario(52)
def test_nobody_asks_again_before_its_turn(refund: Refund) -> None:
    with faults.planned("before", "refund", Busy("429")):
        run(command_of(refund))

    assert outbox.run_stuck(at=NOON + DAY + timedelta(seconds=9)) == []
    assert command_of(refund).attempts == 1
    with clock.pinned(NOON + DAY + timedelta(seconds=10)) as later:
        assert len(outbox.run_stuck(at=later)) == 1
    assert (command_of(refund).state, command_of(refund).attempts) == ("done", 2)
    assert SandboxRefund.objects.count() == 1


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
