"""Schedules that cannot be, and the page of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.cadence import Rhythm
from payments.models import Payout, PayoutMethod, PayoutSchedule
from payments.services import earnings, schedules
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.scheduled import chosen
from tests.payments.visiting import fields_of, prove, text_of
from tests.signing_in import session_of, with_second_factor

WEDNESDAY = NOON + 2 * DAY  # noon itself is a Monday


class TestWhatCannotBeDone:
    def test_a_bank_that_waits_leaves_the_money_and_says_so(
        self, bob: User, method: PayoutMethod
    ) -> None:
        schedule = chosen(bob, given.payout_method(bob, at=WEDNESDAY - DAY, last4="9921"))

        for _ in range(2):
            assert schedules.withdraw_due(at=WEDNESDAY) == []

        schedule.refresh_from_db()
        assert "can be paid to from" in schedule.skipped
        assert available(bob) == EUR("881.00")
        assert (
            Letter.objects.filter(subject="Nothing was withdrawn for you on 4 March").count() == 1
        )
        assert_every_law_holds()

    def test_a_large_one_is_looked_at_first(
        self, bob: User, method: PayoutMethod, settings: Any
    ) -> None:
        settings.PAYOUT_REVIEW_FROM_MINOR = {**settings.PAYOUT_REVIEW_FROM_MINOR, "EUR": 500_00}
        chosen(bob, method)
        assert schedules.withdraw_due(at=WEDNESDAY)[0].state == "held"

    def test_only_who_may_withdraw_chooses(
        self, charlie: User, bob: User, method: PayoutMethod
    ) -> None:
        with pytest.raises(NotYours):
            schedules.choose(
                given.organization(bob),
                rhythm=Rhythm.DAILY,
                method=method,
                minimum=EUR("0.00"),
                by=charlie,
                at=NOON,
            )
        with pytest.raises(NotAllowed, match="is not a bank that you are paid to"):
            chosen(charlie, method)
        assert not PayoutSchedule.objects.exists()

    def test_by_hand_ends_it(self, bob: User, method: PayoutMethod) -> None:
        chosen(bob, method)
        assert chosen(bob, method, Rhythm.BY_HAND).next_at is None
        assert schedules.withdraw_due(at=WEDNESDAY + 30 * DAY) == []
        assert PayoutSchedule.objects.count() == 1


IMPOSSIBLE = {
    "a_schedule_has_a_known_rhythm": "UPDATE payments_payoutschedule SET rhythm = 'hourly'",
    "a_schedule_has_a_next_day_and_a_bank_unless_by_hand": "UPDATE payments_payoutschedule"
    " SET next_at = NULL",
    "a_schedule_withdraws_from_a_sum_on": "UPDATE payments_payoutschedule SET minimum = -1",
    "a_schedule_withdraws_once_a_day": "UPDATE payments_payout SET due_on = '2026-03-04'",
    "a_payout_by_schedule_names_its_day": "UPDATE payments_payout SET due_on = NULL",
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_database_refuses(alice: User, bob: User, method: PayoutMethod, name: str) -> None:
    chosen(bob, method)
    schedules.withdraw_due(at=WEDNESDAY)
    given.released(client=alice, freelancer=bob, at=NOON)
    earnings.make_available(at=WEDNESDAY + 7 * DAY)
    schedules.withdraw_due(at=WEDNESDAY + 7 * DAY)
    assert Payout.objects.count() == 2

    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(IMPOSSIBLE[name])


class TestThePage:
    @pytest.fixture(autouse=True)
    def _noon(self) -> Any:
        with clock.pinned(NOON):
            yield

    @pytest.fixture
    def as_bob(self, bob: User) -> Client:
        with_second_factor(bob)
        return session_of(bob)

    def choice(self, method: PayoutMethod) -> dict[str, str]:
        return {"rhythm": "weekly", "method": method.ref, "minimum": "0"}

    def test_it_says_what_each_costs_and_asks_for_proof(
        self, as_bob: Client, method: PayoutMethod
    ) -> None:
        url = reverse("payout-schedule")
        page = as_bob.get(url)
        assert "Every week, on Wednesday (next on Wed 4 March)" in text_of(page)
        assert "€0.99" in text_of(page)
        sent = {**fields_of(page), **self.choice(method), "minimum": "100"}

        assert as_bob.post(url, sent)["Location"].startswith(reverse("mfa_reauthenticate"))
        assert not PayoutSchedule.objects.exists()
        prove(as_bob)
        assert as_bob.post(url, sent)["Location"] == url

        assert PayoutSchedule.objects.get().minimum == EUR("100.00")
        for place in (url, reverse("payouts")):
            shown = text_of(as_bob.get(place))
            for fact in ("The next withdrawal", "4 Mar 2026, 12:00", "€880.01", "Fri 6 Mar"):
                assert fact in shown

    @pytest.mark.parametrize(
        "wrong", [{"rhythm": "hourly"}, {"minimum": "-1"}, {"method": "other"}, {"fee": "€0.00"}]
    )
    def test_what_is_wrong_is_said(
        self, as_bob: Client, method: PayoutMethod, wrong: dict[str, str]
    ) -> None:
        url = reverse("payout-schedule")
        sent = {**fields_of(as_bob.get(url)), **self.choice(method), **wrong}

        assert as_bob.post(url, sent).status_code == 422
        assert not PayoutSchedule.objects.exists()
