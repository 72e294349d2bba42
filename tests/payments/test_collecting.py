"""Charging a client who is not there: whatever the banks say, it is paid once or it waits."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from ledger.models import Entry
from payments.gateways.base import OutcomeUnknown
from payments.gateways.sandbox import faults, paying
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, ChargeAttempt, Escrow, GatewayCommand, Refund, StrayPayment
from payments.services import collecting, methods, outbox
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.collected import assert_funded_once, charged, collected, settled, tries


class TestThePrimaryPays:
    @pytest.mark.scenario(3)
    def test_it_is_paid_without_the_client(self, alice: User, bob: User) -> None:
        given.payment_method(alice)

        charge = settled(collected(alice, bob))

        assert_funded_once(charge)
        assert tries() == [(0, "4242", "paid")]
        assert charge.method == "Visa •••• 4242"
        assert not Letter.objects.filter(about_type="charge").exists()

    def test_a_backup_is_left_alone(self, alice: User, bob: User) -> None:
        for code in ("4242", "4444"):
            given.payment_method(alice, code)

        settled(collected(alice, bob))

        assert charged() == [("4242", "succeeded")]

    @pytest.mark.scenario(6)
    def test_a_bank_debit_is_on_its_way_and_then_paid(self, alice: User, bob: User) -> None:
        given.payment_method(alice, "sepa")

        charge = settled(collected(alice, bob))
        assert (charge.state, tries()) == ("processing", [(0, "3000", "on_its_way")])
        assert Escrow.objects.get().state == "expected"

        charge = settled(charge, at=NOON + 5 * DAY)
        assert_funded_once(charge)

    def test_being_answered_twice_pays_once(self, alice: User, bob: User) -> None:
        given.payment_method(alice)
        charge = collected(alice, bob)
        command = GatewayCommand.objects.get(kind="charge_saved")

        with clock.pinned(NOON):
            outbox.run(command.pk, at=NOON)
            outbox.run(command.pk, at=NOON)
        charge = settled(charge)
        GatewayCommand.objects.filter(pk=command.pk).update(state="unknown", next_try_at=NOON)
        with clock.pinned(NOON + 2 * SOON):
            outbox.run(command.pk, at=NOON + 2 * SOON)

        assert_funded_once(settled(charge, at=NOON + 3 * SOON))
        assert SandboxPayment.objects.count() == 1

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_silence_is_asked_again_with_the_same_key_and_charged_once(
        self, alice: User, bob: User, when: str
    ) -> None:
        given.payment_method(alice)
        given.payment_method(alice, "4444")
        charge = collected(alice, bob)

        with faults.planned(when, "charge_saved", OutcomeUnknown("no answer")):
            given.settle(at=NOON)
        assert len(tries()) == 1  # never gone around by another method
        with clock.pinned(NOON + SOON):
            outbox.run_stuck(at=NOON + SOON)
        charge = settled(charge, at=NOON + 2 * SOON)

        assert_funded_once(charge)
        assert charged() == [("4242", "succeeded")]
        assert GatewayCommand.objects.filter(kind="charge_saved").count() == 1

    def test_the_event_may_be_faster_than_the_answer(self, alice: User, bob: User) -> None:
        given.payment_method(alice)
        charge = collected(alice, bob)
        with faults.planned("after", "charge_saved", OutcomeUnknown("no answer")):
            given.settle(at=NOON + SOON)
        assert Charge.objects.get(pk=charge.pk).state == "succeeded"
        assert tries() == [(0, "4242", "paid")]

        with clock.pinned(NOON + 2 * SOON):
            outbox.run_stuck(at=NOON + 2 * SOON)

        assert_funded_once(settled(charge, at=NOON + 3 * SOON))
        assert GatewayCommand.objects.get(kind="charge_saved").state == "done"


class TestTheBackup:
    @pytest.mark.parametrize(
        ("code", "words"), [("0341", "refused the payment"), ("9995", "not enough money")]
    )
    def test_it_is_tried_at_once_with_a_key_of_its_own(
        self, alice: User, bob: User, code: str, words: str
    ) -> None:
        given.payment_method(alice, code)
        given.payment_method(alice, "4242")

        charge = settled(collected(alice, bob))

        assert_funded_once(charge)
        assert tries() == [(0, code, "refused"), (0, "4242", "paid")]
        assert words in ChargeAttempt.objects.earliest("pk").words
        keys = GatewayCommand.objects.filter(kind="charge_saved").order_by("pk")
        assert [each.key for each in keys] == [
            f"charge_saved:{charge.ref}:1",
            f"charge_saved:{charge.ref}:2",
        ]
        assert not Letter.objects.filter(about_type="charge").exists()

    def test_an_expired_card_is_refused_and_the_next_pays(self, alice: User, bob: User) -> None:
        given.payment_method(alice, "4444", at=NOON - 90 * DAY)
        given.payment_method(alice, "4242")

        assert_funded_once(settled(collected(alice, bob)))
        assert "expired" in ChargeAttempt.objects.earliest("pk").words

    def test_a_debit_that_comes_back_is_followed_by_the_backup(
        self, alice: User, bob: User
    ) -> None:
        given.payment_method(alice, "sepa_returned")
        given.payment_method(alice, "4242")

        charge = settled(collected(alice, bob), at=NOON + 5 * DAY)

        assert_funded_once(charge)
        assert tries() == [(0, "3002", "refused"), (0, "4242", "paid")]
        assert [each.step for each in charge.changes.order_by("pk")] == [
            "submit",
            "reopen",
            "submit",
            "succeed",
        ]

    @pytest.mark.scenario(20)
    def test_a_mandate_that_ended_is_refused_the_next_time(self, alice: User, bob: User) -> None:
        given.payment_method(alice, "bacs_ended")
        charge = settled(collected(alice, bob), at=NOON + 8 * DAY)

        assert charge.state == "begun"
        said = list(ChargeAttempt.objects.order_by("pk").values_list("words", flat=True))
        assert said == ["Your bank takes no more debits from us."]
        assert SandboxPayment.objects.count() == 1

    def test_one_that_was_removed_meanwhile_is_not_charged(self, alice: User, bob: User) -> None:
        first = given.payment_method(alice, "4242")
        given.payment_method(alice, "4444")
        charge = collected(alice, bob)
        methods.remove(first.pk, by=alice, at=NOON)
        with clock.pinned(NOON):
            outbox.run(GatewayCommand.objects.get(kind="detach_method").pk, at=NOON)

        assert_funded_once(settled(charge))
        assert tries() == [(0, "4242", "refused"), (0, "4444", "paid")]


class TestWhatMustNeverBe:
    def test_nobody_pays_on_a_page_what_is_being_charged(self, alice: User, bob: User) -> None:
        given.payment_method(alice, "sepa")
        charge = collected(alice, bob)

        for at in (NOON, NOON + SOON):  # asked, then on its way
            with pytest.raises(NotAllowed, match="SEPA debit •••• 3000 is being charged"):
                collecting.ask_for_page(charge.pk, by=alice, at=at)
            with pytest.raises(NotAllowed, match="being charged"):
                collecting.try_again(charge.pk, at=at, by=alice)
            given.settle(at=at + SOON)

    def test_nobody_pays_twice(self, alice: User, bob: User) -> None:
        given.payment_method(alice)
        charge = settled(collected(alice, bob))

        with pytest.raises(NotAllowed, match="Nothing is to be paid here: it is paid"):
            collecting.ask_for_page(charge.pk, by=alice, at=NOON + DAY)

    def test_a_page_that_was_open_all_the_same_is_a_stray_and_goes_back(
        self, alice: User, bob: User
    ) -> None:
        """Somebody pays on an open page in the moment in which a debit is on its way."""
        given.payment_method(alice, "0341")
        charge = settled(collected(alice, bob))
        with clock.pinned(NOON + 2 * SOON) as at:
            page = outbox.open_page_of_collected(charge.pk, by=alice, at=at)
        assert page
        Charge.objects.update(page_url="")  # as if it had never been noted
        given.payment_method(alice, "4242", at=NOON + 3 * SOON)
        collecting.try_again(charge.pk, at=NOON + 5 * SOON, by=alice)
        paying.pay(page.session_id, "wallet", at=NOON + 5 * SOON)

        charge = settled(charge, at=NOON + 2 * DAY)

        assert charge.state == "succeeded"
        assert Entry.objects.filter(kind="fund_escrow").count() == 1
        assert StrayPayment.objects.get().amount == EUR("1059.50")
        assert Refund.objects.get().state == "succeeded"
        assert_every_law_holds()

    def test_the_database_knows_one_try_at_a_time(self, alice: User, bob: User) -> None:
        given.payment_method(alice)
        other = given.payment_method(alice, "4444")
        collected(alice, bob)
        attempt = ChargeAttempt.objects.get()

        with (
            pytest.raises(IntegrityError, match="one_method_at_a_time"),
            transaction.atomic(),
        ):
            ChargeAttempt.objects.create(
                collection=attempt.collection,
                method=other,
                command=GatewayCommand.objects.exclude(pk=attempt.command_id).latest("pk"),
                round=0,
                begun_at=NOON,
            )


def test_what_is_collected_by_somebody_is_within_their_limit(alice: User, bob: User) -> None:
    facts: Any = {"payer": given.organization(alice), "escrows": [given.terms(bob)], "at": NOON}

    with pytest.raises(NotYours):
        collecting.collect(by=bob, **facts)
    assert not Charge.objects.exists()
