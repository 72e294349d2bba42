"""What was given up because less is owed leads on to what took its place, also where it is slow."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.base import OutcomeUnknown
from payments.gateways.sandbox import faults, paying
from payments.models import Charge, ChargeAttempt, OpenItem
from payments.services import collecting, outbox
from tests import given_payments as given
from tests.given_payments import EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.test_pages_of_collected import LATER, MINUTE, credited, led_to
from tests.payments.visiting import text_of
from tests.signing_in import session_of

LEFT = EUR("529.75")
SLOW = OutcomeUnknown("no answer in time")


def refused(alice: User, bob: User) -> Charge:
    given.payment_method(alice, "0341")
    item = given.open_item(client=alice, freelancer=bob)
    collecting.collect_owed(item.pk, at=NOON)
    given.settle(at=NOON + SOON)
    return Charge.objects.get()


@pytest.fixture
def charge(alice: User, bob: User) -> Charge:
    """Their card was refused for all of it, and half of it is not owed any more."""
    charge = refused(alice, bob)
    credited(OpenItem.objects.get(), "500.00")
    return charge


def page_of(alice: User, charge: Charge, *, at: Any = LATER) -> Any:
    with clock.pinned(at):
        return session_of(alice).get(charge.get_absolute_url())


def test_while_the_provider_is_slow_each_press_leads_to_what_is_payable_now(
    alice: User, charge: Charge
) -> None:
    with faults.planned("before", "start_checkout", SLOW):
        led = [led_to(alice, charge) for _ in range(2)]

    rest = Charge.objects.get(replaces=charge)
    assert led == [rest.get_absolute_url()] * 2
    assert (rest.amount, rest.state) == (LEFT, "begun")
    waits = page_of(alice, rest)
    assert "has not answered yet" in text_of(waits)
    assert 'http-equiv="refresh"' in waits.content.decode()
    assert "Pay it on a page" not in text_of(waits)
    old = page_of(alice, charge)
    assert "Less was owed by then. €529.75 is left, and is paid as another payment." in text_of(old)
    assert f'href="{rest.get_absolute_url()}"' in old.content.decode()

    with clock.pinned(LATER + MINUTE):
        outbox.run_stuck(at=LATER + MINUTE)
    assert "/sandbox/checkout/" in led_to(alice, charge)
    paying.pay(Charge.objects.get(pk=rest.pk).session_id, "4242", at=LATER + MINUTE)
    given.settle(at=LATER + SOON)
    assert "€529.75 was left, and is paid." in text_of(page_of(alice, charge))
    assert not OpenItem.objects.get().is_open
    assert Charge.objects.count() == 2
    assert_every_law_holds()


def test_trying_again_is_for_what_is_left_too(alice: User, charge: Charge) -> None:
    rest = collecting.review(charge.pk, at=LATER)
    given.settle(at=LATER + SOON)
    given.payment_method(alice, "4242", at=LATER + SOON)

    with clock.pinned(LATER + 2 * SOON):
        answer = session_of(alice).post(reverse("payment-attempt", args=[charge.ref]))

    assert answer["Location"] == rest.get_absolute_url()
    given.settle(at=LATER + 3 * SOON)
    given.settle(at=LATER + 4 * SOON)
    assert Charge.objects.get(pk=rest.pk).state == "succeeded"
    outcomes = ChargeAttempt.objects.filter(collection__charge=rest).order_by("pk")
    assert list(outcomes.values_list("outcome", flat=True)) == ["refused", "paid"]
    assert_every_law_holds()


def test_where_nothing_is_left_nothing_takes_its_place(alice: User, bob: User) -> None:
    charge = refused(alice, bob)
    credited(OpenItem.objects.get(), "1000.00")

    assert led_to(alice, charge) == charge.get_absolute_url()

    assert "No money moved." in text_of(page_of(alice, charge))
    assert not Charge.objects.filter(replaces__isnull=False).exists()


def test_what_the_database_refuses(alice: User, charge: Charge) -> None:
    led_to(alice, charge)
    rest = Charge.objects.get(replaces=charge)
    copied = "ref, client_id, currency, amount, credit, refunded, taken_back, method, way,"
    copied += " statement, return_path, session_id, page_url, payment_id, problem, begun_at, state"
    values = copied.replace("ref,", "'000000000000',", 1).replace("session_id", "''")
    illegal = {
        f"UPDATE payments_charge SET replaces_id = NULL WHERE id = {rest.pk}": "is final",
        f"UPDATE payments_charge SET replaces_id = {rest.pk} WHERE id = {charge.pk}": "is final",
        f"INSERT INTO payments_charge (replaces_id, {copied}) SELECT {rest.pk}, {values}"
        f" FROM payments_charge WHERE id = {rest.pk}": "one of its client that was given up",
        f"INSERT INTO payments_charge (replaces_id, {copied}) SELECT {charge.pk}, {values}"
        f" FROM payments_charge WHERE id = {rest.pk}": "replaces_id",
    }
    for sql, why in illegal.items():
        with pytest.raises(DatabaseError, match=why), transaction.atomic():
            connection.cursor().execute(sql)
