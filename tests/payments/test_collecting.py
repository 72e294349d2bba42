"""Charging a client who is not there: whatever the banks say, it is paid once or it waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter, Notice
from ledger.models import Entry
from payments.gateways.base import OutcomeUnknown
from payments.gateways.sandbox import faults, paying
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import (
    Charge,
    ChargeAttempt,
    Collection,
    Escrow,
    GatewayCommand,
    OpenItem,
    Refund,
    StrayPayment,
)
from payments.services import charging, collecting, methods, open_items, outbox
from tests import given_payments as given
from tests.factories.people import MembershipFactory, UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held, pending

HOURS = SYSTEM("its week was locked")


def collected(alice: User, bob: User, *, at: datetime = NOON) -> Charge:
    """Begun, and nothing that follows from it has happened yet."""
    return collecting.collect(
        payer=given.organization(alice), escrows=[given.terms(bob)], by=HOURS, at=at
    )


def settled(charge: Charge, *, at: datetime = NOON + SOON) -> Charge:
    """What follows by itself until then, the product's sweep included."""
    moment = charge.begun_at
    while moment < at:
        moment = min(moment + DAY / 2, at)
        given.settle(at=moment)
        with clock.pinned(moment):
            collecting.try_due(at=moment)
    given.settle(at=at + SOON)
    return Charge.objects.get(pk=charge.pk)


def paid_by_page(charge: Charge, by: User, *, at: datetime, outcome: str = "4242") -> None:
    with clock.pinned(at):
        page = outbox.open_page_of_collected(charge.pk, by=by, at=at)
    assert page, "The sandbox always has a page."
    paying.pay(page.session_id, outcome, at=at)
    given.settle(at=at + SOON)


def tries() -> list[tuple[int, str, str]]:
    found = ChargeAttempt.objects.select_related("method").order_by("pk")
    return [(each.round, each.method.last4, each.outcome) for each in found]


def charged() -> list[tuple[str, str]]:
    """What the provider was asked for, and what became of it."""
    return list(SandboxPayment.objects.order_by("created_at").values_list("outcome", "status"))


def assert_funded_once(charge: Charge) -> None:
    assert charge.state == "succeeded"
    assert held(f"escrow:{Escrow.objects.get().ref}") == EUR("1000.00")
    assert Entry.objects.filter(kind="fund_escrow").count() == 1
    assert not StrayPayment.objects.exists()
    assert_every_law_holds()


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


class TestWhatIsOwed:
    @pytest.fixture
    def item(self, alice: User, bob: User) -> OpenItem:
        return given.open_item(client=alice, freelancer=bob)

    def sweep(self, *, at: datetime) -> None:
        with clock.pinned(at):
            collecting.collect_all_owed(at=at)
            collecting.collect_all_owed(at=at)  # twice is once
        given.settle(at=at + SOON)
        given.settle(at=at + 2 * SOON)

    def test_it_is_charged_on_its_day(self, alice: User, bob: User, item: OpenItem) -> None:
        given.payment_method(alice)

        self.sweep(at=NOON)

        item.refresh_from_db()
        assert item.closed_at == NOON
        assert charged() == [("4242", "succeeded")]
        assert pending(bob) == EUR("881.00")
        assert_every_law_holds()

    def test_given_up_while_a_card_is_charged_it_is_tried_with_no_other(
        self, alice: User, bob: User, item: OpenItem
    ) -> None:
        for code in ("0341", "4242"):
            given.payment_method(alice, code)
        with transaction.atomic():
            collecting.collect_owed(item.pk, at=NOON)
            open_items.write_off(OpenItem.objects.lock(item.pk), ref="W1", at=NOON)

        given.settle(at=NOON + SOON)
        with clock.pinned(NOON + DAY):
            collecting.try_due(at=NOON + DAY)
        self.sweep(at=NOON + DAY)

        assert Charge.objects.get().state == "cancelled"
        assert tries() == [(0, "0341", "refused")]
        assert not Letter.objects.filter(about_type="charge").exists()

    def test_and_not_before(self, alice: User, bob: User) -> None:
        given.payment_method(alice, at=NOON - 3 * DAY)
        given.open_item(client=alice, freelancer=bob)

        self.sweep(at=NOON - DAY)

        assert not Charge.objects.exists()

    def test_who_has_saved_nothing_has_the_day_to_pay(self, item: OpenItem) -> None:
        self.sweep(at=NOON)
        assert not Charge.objects.exists()

        self.sweep(at=NOON + DAY)
        assert Charge.objects.get().state == "begun"
        assert Letter.objects.get(about_type="charge").subject == "€1,059.50 is to be paid"

    def test_what_somebody_pays_at_this_moment_is_left_to_them(
        self, alice: User, item: OpenItem
    ) -> None:
        given.payment_method(alice)
        page = charging.begin(
            payer=given.organization(alice), purposes=[(item, item.owed)], by=alice, at=NOON
        )
        with clock.pinned(NOON):
            given.opened(page)
        self.sweep(at=NOON)
        assert Charge.objects.count() == 1

        given.settle(at=page.begun_at + DAY + SOON)  # its page expired unused
        self.sweep(at=NOON + DAY + 2 * SOON)
        item.refresh_from_db()
        assert not item.is_open

    def test_a_part_paid_by_page_leaves_the_rest_to_be_collected(
        self, alice: User, bob: User, item: OpenItem
    ) -> None:
        given.payment_method(alice, "0341")
        self.sweep(at=NOON)
        first = Charge.objects.get()

        given.part_paid(item, EUR("500.00"), by=alice, at=NOON + 3 * SOON)
        given.settle(at=NOON + 5 * SOON)

        assert Charge.objects.get(pk=first.pk).state == "cancelled"
        rest = Charge.objects.latest("pk")
        assert (rest.state, rest.amount) == ("begun", EUR("559.50"))
        assert rest.collection.late_since == first.collection.late_since
        paid_by_page(rest, alice, at=NOON + 6 * SOON)
        given.settle(at=NOON + 8 * SOON)
        item.refresh_from_db()
        assert (item.paid, item.is_open) == (EUR("1059.50"), False)
        assert pending(bob) == EUR("881.00")
        assert_every_law_holds()

    def test_a_page_is_closed_with_the_charge_that_it_was_for(
        self, alice: User, item: OpenItem
    ) -> None:
        given.payment_method(alice, "0341")
        self.sweep(at=NOON)
        at = NOON + 3 * SOON
        with clock.pinned(at):
            page = outbox.open_page_of_collected(Charge.objects.get().pk, by=alice, at=at)
        assert page

        given.part_paid(item, item.owed, by=alice, at=at)  # somebody else had another one open
        given.settle(at=at + 2 * SOON)

        assert Charge.objects.get(session_id=page.session_id).state == "cancelled"
        with pytest.raises(NotAllowed, match="expired"):
            paying.pay(page.session_id, "4242", at=at + 3 * SOON)
        assert_every_law_holds()

    def test_all_paid_by_another_page_ends_it(self, alice: User, item: OpenItem) -> None:
        given.payment_method(alice, "0341")
        self.sweep(at=NOON)

        given.part_paid(item, item.owed, by=alice, at=NOON + 3 * SOON)
        given.settle(at=NOON + 5 * SOON)

        assert list(Charge.objects.order_by("pk").values_list("state", flat=True)) == [
            "cancelled",
            "succeeded",
        ]
        self.sweep(at=NOON + 3 * DAY)
        assert Charge.objects.count() == 2
        assert_every_law_holds()
