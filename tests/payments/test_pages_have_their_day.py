"""A page that nobody pays on stops nothing for ever, and each button says what it did."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, ChargeAttempt, Collection, OpenItem
from payments.services import charging, collecting
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.collected import charged
from tests.payments.test_unpaid_restrictions import owe
from tests.payments.visiting import text_of
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
LATER = NOON + 2 * SOON


def page_for(item: OpenItem, amount: str, *, by: User, at: datetime) -> Charge:
    payer = given.organization(by)
    charge = charging.begin(payer=payer, purposes=[(item, EUR(amount))], by=by, at=at)
    with clock.pinned(at):
        return given.opened(charge, at=at)


def sweep(*, at: datetime) -> None:
    with clock.pinned(at):
        collecting.collect_all_owed(at=at)
        collecting.try_due(at=at)
    given.settle(at=at)


@pytest.mark.parametrize("pays", [False, True])
def test_a_page_for_a_part_each_day_makes_nobody_less_late(
    alice: User, bob: User, pays: bool
) -> None:
    """Who pays on it as it is closed has paid, and is charged for the rest alone."""
    given.payment_method(alice)
    item = given.open_item(client=alice, freelancer=bob)
    page_for(item, "0.50", by=alice, at=NOON - SOON)
    sweep(at=NOON)
    given.settle(at=NOON + DAY - 2 * SOON)
    page = page_for(item, "0.50", by=alice, at=NOON + DAY - 2 * SOON)
    assert charged() == []

    at = NOON + DAY
    if pays:
        paying.pay(page.session_id, "4242", at=at)
    for minutes in range(4):
        sweep(at=at + minutes * SOON)

    assert Charge.objects.get(pk=page.pk).state == ("succeeded" if pays else "cancelled")
    item.refresh_from_db()
    assert not item.is_open
    amounts = SandboxPayment.objects.filter(status="succeeded").values_list("amount", flat=True)
    assert sorted(amounts) == ([50, 105_900] if pays else [105_950])
    assert_every_law_holds()


def test_a_page_each_day_keeps_no_round_from_its_turn(alice: User, bob: User) -> None:
    charge = owe(alice, bob)
    given.payment_method(alice, at=LATER)
    item = OpenItem.objects.get()
    for day in (1, 2):
        page_for(item, "0.50", by=alice, at=NOON + day * DAY - SOON)
        sweep(at=NOON + day * DAY)
        assert Collection.objects.get(charge=charge).rounds == 1
        given.settle(at=NOON + (day + 1) * DAY - 2 * SOON)
    for hours in range(4):
        sweep(at=NOON + 2 * DAY + hours * SOON)

    assert Charge.objects.get(pk=charge.pk).state == "succeeded"
    assert_every_law_holds()


@pytest.mark.parametrize("is_late", [False, True])
def test_a_bank_that_did_not_pay_after_all_leaves_a_page_its_day(
    alice: User, bob: User, *, is_late: bool
) -> None:
    item = OpenItem.objects.get(settlements__charge=owe(alice, bob)) if is_late else None
    item = item or given.open_item(client=alice, freelancer=bob)
    debit = page_for(item, "1059.50", by=alice, at=LATER)
    given.paid(debit, "debit_returned", at=LATER)
    if not is_late:
        given.payment_method(alice, "0341", at=LATER)
    sweep(at=NOON + DAY)
    failed = LATER + 4 * DAY
    page = page_for(item, "500.00", by=alice, at=failed - SOON)
    given.settle(at=failed + SOON)
    assert Charge.objects.get(pk=debit.pk).state == "failed"
    sweep(at=failed + 2 * SOON)
    assert Charge.objects.get(pk=page.pk).state == "begun"
    before = ChargeAttempt.objects.count()
    for hours in (26, 27, 28):
        sweep(at=failed + hours * SOON)
    assert Charge.objects.get(pk=page.pk).state == "cancelled"
    assert ChargeAttempt.objects.count() > before


def pressed(alice: User, name: str, charge: Charge, *, at: datetime = LATER) -> str:
    with clock.pinned(at):
        url = reverse(f"payment-{name}", args=[charge.ref])
        return text_of(session_of(alice).post(url, follow=True))


class TestButtons:
    @pytest.fixture
    def late(self, alice: User, bob: User) -> Charge:
        return owe(alice, bob)

    def test_while_another_page_is_open_both_lead_there_or_say_so(
        self, alice: User, late: Charge
    ) -> None:
        given.payment_method(alice, at=NOON + SOON)
        other = page_for(OpenItem.objects.get(), "500.00", by=alice, at=LATER)

        led_to = pressed(alice, "page", late)
        assert "€500.00 for the same can be paid here, on a page that is open until" in led_to
        assert "Go to the payment page" in led_to
        assert other.ref in led_to
        said = pressed(alice, "attempt", late)
        assert "on a page, which is open until 3 March, 14:00 UTC" in said
        assert "We are trying it now" not in said
        assert ChargeAttempt.objects.count() == 1

    def test_a_bank_that_wants_to_see_its_customer_is_not_gone_around(
        self, alice: User, bob: User
    ) -> None:
        given.payment_method(alice, "3155")
        item = given.open_item(client=alice, freelancer=bob)
        late = collecting.collect_owed(item.pk, at=NOON)
        assert late
        given.settle(at=NOON + SOON)

        assert "can be charged without you: pay it on a page" in pressed(alice, "attempt", late)
        assert Collection.objects.get().rounds == 1

    def test_what_is_promised_is_given_up_first(self, alice: User, late: Charge) -> None:
        given.payment_method(alice, at=NOON + SOON)
        with clock.pinned(LATER):
            page = collecting.ask_for_page(late.pk, by=alice, at=LATER)
        given.paid(given.opened(page, at=LATER), "transfer_never", at=LATER)

        at = LATER + 2 * SOON
        assert "is being given up first" in pressed(alice, "attempt", late, at=at)
        given.settle(at=at)
        sweep(at=at + SOON)
        sweep(at=at + 2 * SOON)
        assert Charge.objects.get(pk=late.pk).state == "succeeded"
        assert_every_law_holds()
