"""Who wants to pay on a page is led to it, hears of it, or reads why not; no card is charged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Notice
from payments.gateways.base import HostedPage, OutcomeUnknown
from payments.gateways.sandbox import faults, paying
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, ChargeAttempt, Collection, GatewayCommand, OpenItem
from payments.services import breaker, charging, collecting, outbox
from payments.services.taking_back import take_back
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.own_currency import chosen, collected
from tests.payments.visiting import text_of
from tests.signing_in import session_of

LATER = NOON + 2 * SOON
MINUTE = timedelta(minutes=1)


@pytest.fixture
def item(alice: User, bob: User) -> OpenItem:
    """Their card was refused for it, and they have saved another one since."""
    given.payment_method(alice, "0341")
    item = given.open_item(client=alice, freelancer=bob)
    collecting.collect_owed(item.pk, at=NOON)
    given.settle(at=NOON + SOON)
    given.payment_method(alice, "4242", at=NOON + SOON)
    return item


@pytest.fixture
def charge(item: OpenItem) -> Charge:
    return Charge.objects.get()


def credited(item: OpenItem, gross: str) -> None:
    with transaction.atomic():
        taken = take_back(
            EUR(gross), documents=["I1"], item_id=item.pk, because=("credit_note", "N1"), at=LATER
        )
    assert not taken.movements


def led_to(alice: User, charge: Charge) -> Any:
    with clock.pinned(LATER):
        return session_of(alice).post(reverse("payment-page", args=[charge.ref]))["Location"]


def pages() -> int:
    return GatewayCommand.objects.filter(kind="start_checkout").count()


def told() -> list[str]:
    found = Notice.objects.filter(text__contains="the payment page is there").order_by("pk")
    return list(found.values_list("text", flat=True))


class TestLessIsOwedByThen:
    def test_the_page_is_for_what_is_left_and_no_card_is_charged(
        self, alice: User, item: OpenItem, charge: Charge
    ) -> None:
        planned = charge.collection.next_try_at
        credited(item, "500.00")

        assert "/sandbox/checkout/" in led_to(alice, charge)

        rest = Charge.objects.latest("pk")
        assert (rest.state, rest.amount) == ("begun", EUR("529.75"))
        assert Charge.objects.get(pk=charge.pk).state == "cancelled"
        assert rest.collection.next_try_at == planned == NOON + DAY
        assert ChargeAttempt.objects.count() == 1
        paying.pay(rest.session_id, "4242", at=LATER)
        given.settle(at=LATER + SOON)
        item.refresh_from_db()
        assert not item.is_open
        assert SandboxPayment.objects.get(status="succeeded").amount == 52_975
        assert Collection.objects.filter(next_try_at__isnull=False).count() == 0
        assert_every_law_holds()

    def test_where_nothing_is_left_they_read_so(
        self, alice: User, item: OpenItem, charge: Charge
    ) -> None:
        credited(item, "1000.00")

        assert led_to(alice, charge) == charge.get_absolute_url()
        with clock.pinned(LATER):
            page = text_of(session_of(alice).get(charge.get_absolute_url()))

        assert "cancelled" in page
        assert Charge.objects.get().state == "cancelled"
        assert pages() == 0
        assert_every_law_holds()

    @pytest.mark.parametrize("credit", ["", "500.00"])
    def test_while_anothers_page_is_open_there_is_no_second_one(
        self, alice: User, item: OpenItem, charge: Charge, credit: str
    ) -> None:
        with transaction.atomic():
            other = charging.begin(
                payer=given.organization(alice),
                purposes=[(item, EUR("300.00"))],
                by=alice,
                at=LATER,
            )
        with clock.pinned(LATER):
            given.opened(other, at=LATER)
        if credit:
            credited(item, credit)

        led = led_to(alice, charge)

        left = Charge.objects.last_in_place_of(charge)
        assert led == other.get_absolute_url(), "That is where it is paid."
        assert (left == charge) is not bool(credit)
        assert pages() == 1
        assert ChargeAttempt.objects.count() == 1


def test_a_page_that_is_over_is_nobodys_way_to_pay(alice: User, bob: User) -> None:
    charge = given.begun_charge(client=alice, freelancer=bob)
    assert charge.page_expires_at

    with clock.pinned(charge.page_expires_at):
        assert outbox.open_page(charge.pk, at=charge.page_expires_at - MINUTE)
        assert outbox.open_page(charge.pk, at=charge.page_expires_at) is None


class TestWhoWasPromisedWord:
    def test_hears_where_the_provider_was_not_even_called(self, alice: User, bob: User) -> None:
        for _ in range(breaker.SILENCES):
            with pytest.raises(OutcomeUnknown), breaker.listening("sandbox", at=NOON):
                raise OutcomeUnknown("no answer")
        terms = [given.terms(bob)]
        charge = charging.begin(payer=given.organization(alice), escrows=terms, by=alice, at=NOON)
        with clock.pinned(NOON):
            assert outbox.open_page(charge.pk, at=NOON) is None

        with clock.pinned(NOON + 2 * MINUTE) as later:
            outbox.run_stuck(at=later)

        assert GatewayCommand.objects.get().attempts == 1
        assert told() == ["You can pay €1,059.50 now: the payment page is there."]

    def test_who_is_led_there_at_once_hears_nothing(self, alice: User, bob: User) -> None:
        given.begun_charge(client=alice, freelancer=bob)

        assert told() == []

    def test_hears_of_each_page_in_the_currency_that_they_pay(self, alice: User, bob: User) -> None:
        given.payment_method(alice, "0341")
        chosen(alice)
        charge = collected(alice, bob)
        given.settle(at=NOON + SOON)
        silence = OutcomeUnknown("no answer in time")
        for hours in (2, 4):  # At a locked rate, a page is open for an hour.
            at = NOON + timedelta(hours=hours)
            with clock.pinned(at), faults.planned("before", "start_checkout", silence):
                assert outbox.open_page_of_collected(charge.pk, by=alice, at=at) is None
            with clock.pinned(at + 2 * MINUTE):
                outbox.run_stuck(at=at + 2 * MINUTE)
            given.settle(at=at + 1.5 * SOON)

        assert told() == ["You can pay €984.55 now: the payment page is there."] * 2

    @pytest.mark.parametrize(
        ("outcome", "state", "closed"),
        [("4242", "succeeded", 1), ("debit_returned", "failed", 1), ("debit", "processing", 0)],
    )
    def test_hears_nothing_of_one_for_what_is_paid_or_over(
        self, alice: User, bob: User, outcome: str, state: str, closed: int
    ) -> None:
        charge = given.paid(given.begun_charge(client=alice, freelancer=bob), outcome)
        at = NOON + (SOON if state == "processing" else 10 * DAY)
        given.settle(at=at)
        assert Charge.objects.get().state == state
        page = HostedPage("https://pay.example.com/2", "cs_second", at + DAY)

        charging.page_opened(charge.pk, page, at=at, is_late=True)

        assert told() == []
        closing = GatewayCommand.objects.filter(kind="expire_checkout")
        assert [each.params["session_id"] for each in closing] == ["cs_second"] * closed
