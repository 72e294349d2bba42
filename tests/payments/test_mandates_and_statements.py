"""A bank lets us debit no more; the last way to pay stays; a card's statement says what it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments import gateways, statement
from payments.gateways.base import Kind, MandateState
from payments.models import Charge, ChargeAttempt, GatewayCommand, PaymentMethod
from payments.queries.methods_page import methods_page
from payments.services import collecting, method_news, methods
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds
from tests.payments.collected import collected, settled


class TestMandates:
    @pytest.fixture
    def ended(self, alice: User, bob: User) -> PaymentMethod:
        """Its first debit was refused by the bank, and it is the last that the bank looks at."""
        method = given.payment_method(alice, "bacs_ended")
        given.payment_method(alice)
        settled(collected(alice, bob), at=NOON + 5 * DAY)
        method.refresh_from_db()
        return method

    @pytest.mark.scenario(20)
    def test_the_next_charge_goes_to_the_backup(
        self, alice: User, bob: User, ended: PaymentMethod
    ) -> None:
        assert ended.unusable_since == NOON + 3 * DAY
        first = PaymentMethod.objects.filter(organization=ended.organization).present().first()
        assert first
        assert (first.last4, first.is_primary, ended.is_primary) == ("4242", True, False)
        letter = Letter.objects.get(key__contains="payment_method_ended")
        assert "Visa •••• 4242 is charged first from now on" in letter.text

        item = given.open_item(client=alice, freelancer=bob, at=NOON + 6 * DAY)
        charge = collecting.collect_owed(item.pk, at=NOON + 6 * DAY)
        assert charge
        settled(charge, at=NOON + 7 * DAY)

        tries = ChargeAttempt.objects.filter(collection__charge=charge)
        assert [each.method.last4 for each in tries] == ["4242"]
        assert Charge.objects.get(pk=charge.pk).state == "succeeded"
        assert_every_law_holds()

    def test_learning_of_it_again_tells_nobody_again(self, ended: PaymentMethod) -> None:
        mandate = ended.method_id.replace("pm_", "mandate_")
        state = gateways.current().fetch(Kind.MANDATE, mandate)
        assert state == MandateState(mandate, ended.method_id, is_active=False)

        for days in (6, 7):
            method_news.follow_mandate(state, at=NOON + days * DAY)

        assert Letter.objects.filter(key__contains="payment_method_ended").count() == 1

    def test_it_is_not_charged_first_and_stands_behind_what_is_saved_later(
        self, alice: User, ended: PaymentMethod
    ) -> None:
        with pytest.raises(NotAllowed, match="lets us debit it no more"):
            methods.make_primary(ended.pk, by=alice, at=NOON)
        given.payment_method(alice, "4444", at=NOON + 8 * DAY)

        with clock.pinned(NOON + 9 * DAY):
            page = methods_page(
                ended.organization, may_change=True, came_back=False, at=NOON + 9 * DAY
            )
        assert [(row.place, row.words) for row in page.rows] == [
            ("Charged first", "ready"),
            ("Backup 1", "ready"),
            ("Not charged: save it anew to use it", "ended by its bank"),
        ]

    def test_a_bank_that_lets_us_again_makes_it_a_backup(self, ended: PaymentMethod) -> None:
        state = MandateState("mandate_1", ended.method_id, is_active=True)

        method_news.follow_mandate(state, at=NOON + 8 * DAY)

        ended.refresh_from_db()
        assert (ended.is_usable, ended.position) == (True, 1)


class TestTheLastOne:
    def test_it_stays_while_something_is_to_be_paid(self, alice: User, bob: User) -> None:
        first = given.payment_method(alice)
        second = given.payment_method(alice, "sepa")
        item = given.open_item(client=alice, freelancer=bob)
        methods.remove(first.pk, by=alice, at=NOON)

        with pytest.raises(NotAllowed, match=r"€1,059\.50 is to be paid by 2 March 2026"):
            methods.remove(second.pk, by=alice, at=NOON)

        given.part_paid(item, EUR("1059.50"), by=alice)
        methods.remove(second.pk, by=alice, at=NOON + DAY)
        assert not PaymentMethod.objects.present().exists()


class TestStatements:
    def test_what_is_asked_for_is_what_is_shown_and_stays(
        self, alice: User, bob: User, settings: Any
    ) -> None:
        charge = given.begun_charge(client=alice, freelancer=bob)
        asked = GatewayCommand.objects.get(kind="start_checkout").params["statement"]
        assert charge.statement == f"COUNTRSIGN* {asked}" == f"COUNTRSIGN* P-{charge.ref[:8]}"

        settings.STATEMENT_NAME = "OTHER"

        assert given.paid(charge).on_statement == f"COUNTRSIGN* {asked}"

    def test_what_is_collected_asks_for_it_too(self, alice: User, bob: User) -> None:
        given.payment_method(alice)
        charge = settled(collected(alice, bob), at=NOON + timedelta(hours=1))

        asked = GatewayCommand.objects.get(kind="charge_saved").params["statement"]
        assert charge.on_statement.endswith(asked)

    @pytest.mark.parametrize(
        ("words", "is_allowed"),
        [
            ("COUNTRSIGN", True),
            ("P-12345678", True),
            ("7K", True),
            ("COUNTERSIGN", False),
            ("1234567890", False),
            ("A", False),
            ("MÜLLER", False),
            ("O'NEIL", False),
            ("A*B", False),
            ("A\nB", False),
        ],
    )
    def test_names_within_the_providers_rules(
        self, words: str, is_allowed: bool, settings: Any
    ) -> None:
        assert statement.is_allowed(words) == is_allowed
        settings.STATEMENT_NAME = words
        if is_allowed:
            call_command("check")
        else:
            with pytest.raises(SystemCheckError, match="STATEMENT_NAME"):
                call_command("check")

    def test_no_reference_makes_it_longer_than_a_statement(self) -> None:
        assert statement.is_allowed(statement.suffix_of("0" * 12))
        assert len(statement.statement_of("0" * 12)) == 22
