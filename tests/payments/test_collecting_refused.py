"""A client whose methods are all refused, or who is asked by the bank: asked again, paid once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.kernel.transitions import NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter, Notice
from payments.gateways.sandbox import paying
from payments.models import Charge, ChargeAttempt, Collection, Escrow, GatewayCommand
from payments.services import collecting, outbox
from tests import given_payments as given
from tests.factories.people import MembershipFactory, UserFactory
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.collected import assert_funded_once, collected, paid_by_page, settled, tries


class TestAllAreRefused:
    @pytest.fixture
    def refused(self, alice: User, bob: User) -> Charge:
        for code in ("0341", "9995"):
            given.payment_method(alice, code)
        return settled(collected(alice, bob))

    def test_it_waits_and_says_what_was_tried(self, alice: User, refused: Charge) -> None:
        assert refused.state == "begun"
        assert Escrow.objects.get().state == "expected"
        assert tries() == [(0, "0341", "refused"), (0, "9995", "refused")]
        letter = Letter.objects.get(about_type="charge")
        assert letter.subject == "€1,059.50 could not be charged"
        for said in ("Visa •••• 0341", "Visa •••• 9995", "Tuesday, 3 March 2026, 12:00 UTC"):
            assert said in letter.text
        assert refused.get_absolute_url() in letter.text
        assert Notice.objects.filter(text__contains="could not be charged").count() == 1
        assert_every_law_holds()

    def test_it_is_tried_five_times_in_a_week_and_then_waits_for_a_person(
        self, alice: User, refused: Charge
    ) -> None:
        charge = settled(refused, at=NOON + 30 * DAY)

        begun = ChargeAttempt.objects.order_by("pk").values_list("round", "begun_at")
        rounds = dict(reversed(begun))
        hours = [(at - NOON) / timedelta(hours=1) for _, at in sorted(rounds.items())]
        assert [round(each) for each in hours] == [0, 24, 72, 120, 168]
        assert len(tries()) == 10
        assert (charge.state, Collection.objects.get().next_try_at) == ("begun", None)
        letters = Letter.objects.filter(about_type="charge").order_by("pk")
        assert letters.count() == 5
        assert "We do not try again by ourselves" in letters[4].text
        assert_every_law_holds()

    def test_a_better_card_saved_meanwhile_pays_in_the_next_round(
        self, alice: User, refused: Charge
    ) -> None:
        given.payment_method(alice, "4242", at=NOON + 2 * SOON)

        charge = settled(refused, at=NOON + DAY + SOON)

        assert_funded_once(charge)
        assert tries()[-1] == (1, "4242", "paid")

    def test_or_at_once_if_they_ask_for_it(self, alice: User, refused: Charge) -> None:
        given.payment_method(alice, "4242", at=NOON + 2 * SOON)
        at = NOON + 4 * SOON

        collecting.try_again(refused.pk, at=at, by=alice)

        assert_funded_once(settled(refused, at=at + SOON))

    def test_paid_by_page_it_is_paid_once_and_not_tried_again(
        self, alice: User, refused: Charge
    ) -> None:
        paid_by_page(refused, alice, at=NOON + 2 * SOON)

        charge = settled(refused, at=NOON + 10 * DAY)

        assert_funded_once(charge)
        assert len(tries()) == 2
        assert charge.problem == ""

    def test_while_a_page_is_open_nothing_is_tried(self, alice: User, refused: Charge) -> None:
        with clock.pinned(NOON + 2 * SOON):
            page = outbox.open_page_of_collected(refused.pk, by=alice, at=NOON + 2 * SOON)
        assert page
        with clock.pinned(NOON + DAY):
            collecting.try_due(at=NOON + DAY)

        assert len(tries()) == 2
        assert Collection.objects.get().next_try_at == page.expires_at
        settled(refused, at=page.expires_at + SOON)
        assert len(tries()) == 4  # the page expired, and the rounds went on
        assert Charge.objects.get().state == "begun"
        assert_every_law_holds()

    def test_asking_for_the_page_twice_gives_the_same_page(
        self, alice: User, refused: Charge
    ) -> None:
        with clock.pinned(NOON + 2 * SOON) as at:
            one = outbox.open_page_of_collected(refused.pk, by=alice, at=at)
            other = outbox.open_page_of_collected(refused.pk, by=alice, at=at)

        assert one == other
        assert GatewayCommand.objects.filter(kind="start_checkout").count() == 1

    def test_an_expired_page_is_followed_by_a_new_one(self, alice: User, refused: Charge) -> None:
        at = NOON + 20 * DAY
        settled(refused, at=at)
        paid_by_page(refused, alice, at=at, outcome="0002")
        given.settle(at=at + 2 * DAY)

        paid_by_page(refused, alice, at=at + 3 * DAY)

        assert_funded_once(Charge.objects.get())

    def test_a_page_paid_by_a_debit_that_comes_back_leaves_it_waiting(
        self, alice: User, refused: Charge
    ) -> None:
        at = NOON + 20 * DAY
        settled(refused, at=at)
        before = Letter.objects.filter(about_type="charge").count()
        paid_by_page(refused, alice, at=at, outcome="debit_returned")
        charge = settled(refused, at=at + 5 * DAY)

        assert charge.state == "begun"
        assert Escrow.objects.get().state == "expected"
        assert Letter.objects.filter(about_type="charge").count() == before + 1
        assert_every_law_holds()

    def test_who_may_not_pay_may_not_ask(self, alice: User, bob: User, refused: Charge) -> None:
        viewer = UserFactory.create(name="Emil", email="emil@example.org")
        MembershipFactory.create(user=viewer, organization=given.organization(alice), role="viewer")

        for somebody in (viewer, bob):
            with pytest.raises(NotYours):
                collecting.try_again(refused.pk, at=NOON, by=somebody)
            with pytest.raises(NotYours):
                collecting.ask_for_page(refused.pk, by=somebody, at=NOON)
        assert len(tries()) == 2


class TestTheBankWantsToSeeThem:
    @pytest.fixture
    def waiting(self, alice: User, bob: User) -> Charge:
        given.payment_method(alice, "3155")
        given.payment_method(alice, "4242")
        return settled(collected(alice, bob))

    def test_they_are_asked_and_nothing_else_is_charged(self, waiting: Charge) -> None:
        assert tries() == [(0, "3155", "to_confirm")]
        assert waiting.state == "begun"
        letter = Letter.objects.get(about_type="charge")
        assert letter.subject == "Please confirm the payment of €1,059.50"
        assert "we try your backups" in letter.text

    @pytest.mark.scenario(17)
    def test_confirmed_on_a_page_it_is_paid_once(self, alice: User, waiting: Charge) -> None:
        at = NOON + 2 * SOON
        with clock.pinned(at):
            page = outbox.open_page_of_collected(waiting.pk, by=alice, at=at)
        assert page
        paying.pay(page.session_id, "3155", at=at)
        given.settle(at=at + SOON)
        assert Charge.objects.get().state == "action_needed"
        paying.confirm(page.session_id, agrees=True, at=at + SOON)

        assert_funded_once(settled(waiting, at=NOON + 10 * DAY))
        assert len(tries()) == 1

    def test_left_unconfirmed_on_the_page_the_rounds_go_on(
        self, alice: User, waiting: Charge
    ) -> None:
        at = NOON + 2 * SOON
        with clock.pinned(at):
            page = outbox.open_page_of_collected(waiting.pk, by=alice, at=at)
        assert page
        paying.pay(page.session_id, "3155", at=at)

        assert_funded_once(settled(waiting, at=NOON + 3 * DAY))
        assert tries()[-1] == (1, "4242", "paid")

    def test_a_day_later_the_backup_is_tried(self, waiting: Charge) -> None:
        assert_funded_once(settled(waiting, at=NOON + DAY + SOON))
        assert tries() == [(0, "3155", "to_confirm"), (1, "4242", "paid")]


class TestNothingIsSaved:
    def test_they_are_asked_to_pay_on_a_page(self, alice: User, bob: User) -> None:
        charge = settled(collected(alice, bob))

        assert (charge.state, tries()) == ("begun", [])
        letter = Letter.objects.get(about_type="charge")
        assert letter.subject == "€1,059.50 is to be paid"
        assert charge.get_absolute_url() in letter.text
        paid_by_page(charge, alice, at=NOON + DAY)
        assert_funded_once(Charge.objects.get())
