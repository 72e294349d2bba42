"""How a client pays: saved on the gateway's page, in an order, warned of in time, let go of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import Organization, User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Letter, Notice
from payments import gateways
from payments.gateways.base import Kind
from payments.gateways.sandbox import saving
from payments.gateways.sandbox.models import SandboxMethod, SandboxSession
from payments.models import GatewayCommand, GatewayEvent, PaymentMethod
from payments.services import method_news, methods, outbox
from tests import given_payments as given
from tests.factories.people import MembershipFactory, UserFactory
from tests.given_payments import DAY, NOON
from tests.payments.books import assert_every_law_holds
from tests.payments.reading import read_due
from tests.payments.saved import order


class TestSaving:
    def test_the_first_is_the_primary_and_the_others_are_backups(
        self, alice: User, three: list[PaymentMethod]
    ) -> None:
        assert [method.position for method in three] == [0, 1, 2]
        assert [method.is_primary for method in three] == [True, False, False]
        assert str(three[0]) == "Visa •••• 4242"
        assert (three[2].kind, three[2].expires_on) == ("sepa_debit", None)
        assert_every_law_holds()

    def test_the_gateways_customer_is_kept_for_the_charges(self, alice: User) -> None:
        method = given.payment_method(alice)

        saved = SandboxMethod.objects.get()
        assert (method.method_id, method.customer) == (saved.pk, saved.customer_id)

    def test_learning_of_it_again_keeps_it_once(self, alice: User) -> None:
        method = given.payment_method(alice)
        GatewayEvent.objects.update(handled_at=None, next_try_at=NOON)

        read_due(at=NOON)

        assert PaymentMethod.objects.get() == method
        assert not GatewayEvent.objects.unhandled().exists()

    def test_everybody_who_may_pay_is_told_and_nobody_else(self, alice: User) -> None:
        for name, role in (("dora", "finance"), ("emil", "viewer")):
            user = UserFactory.create(name=name, email=f"{name}@example.org")
            MembershipFactory.create(user=user, organization=given.organization(alice), role=role)

        given.payment_method(alice)

        told = set(Letter.objects.values_list("email", flat=True))
        assert told == {"alice@example.org", "dora@example.org"}
        assert Notice.objects.count() == 2
        assert "charged first" in Letter.objects.filter(email="alice@example.org").get().text

    def test_a_page_that_nobody_used_saves_nothing(self, alice: User) -> None:
        with clock.pinned(NOON):
            assert outbox.open_method_setup(given.organization(alice), by=alice, at=NOON)

        given.settle(at=NOON + 2 * DAY)

        assert SandboxSession.objects.get().status == "expired"
        assert not PaymentMethod.objects.exists()
        assert not GatewayEvent.objects.unhandled().exists()

    def test_a_page_saves_once(self, alice: User) -> None:
        given.payment_method(alice)

        with pytest.raises(NotAllowed, match="saved before"):
            saving.keep(SandboxSession.objects.get().pk, "4242", at=NOON)

    def test_it_is_not_for_others(self, alice: User, bob: User) -> None:
        with pytest.raises(NotYours):
            methods.begin_setup(given.organization(alice), by=bob, at=NOON)
        assert not GatewayCommand.objects.exists()


class TestOrder:
    def test_another_becomes_the_primary(self, alice: User, three: list[PaymentMethod]) -> None:
        methods.make_primary(three[2].pk, by=alice, at=NOON)

        assert order(alice) == ["3000", "4242", "4444"]
        assert AuditEvent.objects.filter(deed="payment_method.primary").count() == 1
        assert_every_law_holds()

    def test_a_backup_moves_up(self, alice: User, three: list[PaymentMethod]) -> None:
        methods.move_up(three[2].pk, by=alice, at=NOON)

        assert order(alice) == ["4242", "3000", "4444"]

    @pytest.mark.parametrize("place", [0, 1])
    def test_nobody_moves_above_the_primary(
        self, alice: User, three: list[PaymentMethod], place: int
    ) -> None:
        with pytest.raises(NotAllowed, match="cannot move up"):
            methods.move_up(three[place].pk, by=alice, at=NOON)
        assert order(alice) == ["4242", "4444", "3000"]

    def test_the_database_knows_one_primary(self, three: list[PaymentMethod]) -> None:
        with (
            pytest.raises(IntegrityError, match="one_payment_method_at_each_place"),
            transaction.atomic(),
        ):
            PaymentMethod.objects.filter(pk=three[1].pk).update(position=0)


class TestRemoving:
    def test_the_next_becomes_the_primary(self, alice: User, three: list[PaymentMethod]) -> None:
        methods.remove(three[0].pk, by=alice, at=NOON)
        given.settle(at=NOON + DAY)

        assert order(alice) == ["4444", "3000"]
        assert PaymentMethod.objects.get(last4="4444").is_primary
        assert SandboxMethod.objects.get(pk=three[0].method_id).detached_at
        assert GatewayCommand.objects.get(kind="detach_method").state == "done"
        assert_every_law_holds()

    def test_twice_is_refused_in_words(self, alice: User, three: list[PaymentMethod]) -> None:
        methods.remove(three[1].pk, by=alice, at=NOON)

        with pytest.raises(NotAllowed, match="was removed on 2 March 2026"):
            methods.remove(three[1].pk, by=alice, at=NOON + DAY)
        assert GatewayCommand.objects.filter(kind="detach_method").count() == 1

    def test_the_primary_stays_while_charges_are_expected(
        self, alice: User, three: list[PaymentMethod], settings: Any
    ) -> None:
        settings.CHARGES_EXPECTED = ["tests.payments.test_methods.hours_are_being_worked"]

        with pytest.raises(NotAllowed, match="because hours are being worked"):
            methods.remove(three[0].pk, by=alice, at=NOON)
        methods.remove(three[1].pk, by=alice, at=NOON)
        methods.make_primary(three[2].pk, by=alice, at=NOON)
        methods.remove(three[0].pk, by=alice, at=NOON)

        assert order(alice) == ["3000"]

    def test_what_the_provider_let_go_of_is_charged_no_more(
        self, alice: User, three: list[PaymentMethod]
    ) -> None:
        with clock.pinned(NOON):
            gateways.current().detach_method(three[0].method_id, key="by hand")
        given.settle(at=NOON + DAY)

        assert order(alice) == ["4444", "3000"]

    def test_it_is_not_for_viewers(self, alice: User, three: list[PaymentMethod]) -> None:
        viewer = UserFactory.create(name="Emil", email="emil@example.org")
        MembershipFactory.create(user=viewer, organization=given.organization(alice), role="viewer")

        for deed in (methods.remove, methods.make_primary, methods.move_up):
            with pytest.raises(NotYours):
                deed(three[2].pk, by=viewer, at=NOON)
        assert order(alice) == ["4242", "4444", "3000"]


def hours_are_being_worked(_organization: Organization) -> str:
    return "hours are being worked"


class TestExpiry:
    def test_letters_come_30_14_7_and_1_days_before(self, alice: User) -> None:
        method = given.payment_method(alice, "4444", at=NOON - 2 * DAY)
        assert method.expires_on == date(2026, 3, 31)
        before = Letter.objects.count()

        sent = {}
        for days in range(40):
            at = NOON - 2 * DAY + days * DAY
            methods.warn_due(at=at)
            methods.warn_due(at=at)  # twice is once
            sent[at.date()] = Letter.objects.count() - before

        told_on = [day for day in sent if sent[day] != sent.get(day - timedelta(days=1), 0)]
        assert told_on == [date(2026, 3, day) for day in (1, 17, 24, 30)]
        assert Letter.objects.latest("pk").subject == "Mastercard •••• 4444 expires tomorrow"
        method.refresh_from_db()
        assert method.warn_at is None

    def test_after_a_pause_one_letter_says_how_it_is_now(self, alice: User) -> None:
        given.payment_method(alice, "4444", at=NOON - 20 * DAY)
        before = Letter.objects.count()

        methods.warn_due(at=NOON + 25 * DAY)

        assert Letter.objects.count() == before + 1
        assert "expires in 4 days" in Letter.objects.latest("pk").subject

    def test_a_card_that_its_bank_renewed_is_warned_of_later(self, alice: User) -> None:
        method = given.payment_method(alice, "4444")
        SandboxMethod.objects.update(expires_on=date(2030, 5, 31))

        state = gateways.current().fetch(Kind.METHOD, method.method_id)
        method_news.follow(state, at=NOON)  # type: ignore[arg-type] # of a method
        methods.warn_due(at=NOON + 28 * DAY)

        method.refresh_from_db()
        assert method.expires_on == date(2030, 5, 31)
        assert not Letter.objects.filter(subject__contains="expires").exists()
