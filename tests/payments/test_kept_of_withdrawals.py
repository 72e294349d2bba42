"""What a bank may get does not slip out through what is withdrawn, and is kept when it is back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from ledger.queries.balances import balance, spendable
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Escrow, Payout
from payments.services import chargebacks, reviewing, sending, setting_aside, slowing
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.given_chargebacks import decided, heard_of, taken
from tests.payments.visiting import text_of
from tests.signing_in import session_of, with_second_factor

HOUR = timedelta(hours=1)
SENT = NOON + HOUR
LATER = NOON + 6 * DAY


def free(bob: User) -> Money:
    return spendable(f"freelancer:{given.organization(bob).pk}:available", "EUR")


@pytest.fixture
def wanted_one(alice: User, bob: User) -> Escrow:
    """Bob has €1,762.00 available, of two payments of one half each."""
    given.available_earnings(client=alice, freelancer=bob)
    made = given.available_earnings(client=alice, freelancer=bob)
    assert made.lot.escrow, "It was held before it was released."
    return made.lot.escrow


def test_what_was_not_sent_is_called_off_as_far_as_it_is_missing(
    wanted_one: Escrow, alice: User, bob: User
) -> None:
    """Of three withdrawals the newest hold more than is missing: the first one goes its way."""
    method = given.payout_method(bob)
    first, held, last = (
        given.requested_payout(bob, method, EUR(amount))
        for amount in ("400.00", "700.00", "500.00")
    )
    reviewing.hold(held.pk, reason="We look.", review_on=LATER.date(), by=sending.ITS_HOUR, at=NOON)

    taken(wanted_one, at=NOON + timedelta(minutes=5))

    states = dict(Payout.objects.values_list("pk", "state"))
    assert states == {first.pk: "sent", held.pk: "cancelled", last.pk: "cancelled"}
    assert (available(bob), free(bob)) == (EUR("1362.00"), EUR("481.00"))
    letters = Letter.objects.filter(subject__contains="was called off")
    assert sorted(each.about_ref for each in letters) == sorted([held.ref, last.ref])
    given.settle(at=LATER)
    with_second_factor(bob)
    with clock.pinned(LATER):
        page = text_of(session_of(bob).get(reverse("payout", args=[last.ref])))
    client = given.organization(alice)
    assert f"The bank of {client} wants a payment back, so it was not sent." in unescape(page)
    assert Payout.objects.get(pk=first.pk).state == "paid"
    assert_every_law_holds()


def fails(payout: Payout) -> None:
    sending.fail(payout.pk, problem="The account is closed.", at=LATER)


def returns(payout: Payout) -> None:
    given.settle(at=LATER)
    assert Payout.objects.get().state == "paid"
    fails(payout)


def is_called_off(payout: Payout) -> None:
    sending.called_off(payout.pk, problem="It was stopped.", at=LATER)


def is_slowed(payout: Payout) -> None:
    slowing.slow_down(payout.pk, why="No.", at=LATER)


@pytest.mark.parametrize(
    ("comes_back", "there"),
    [(fails, "881.00"), (returns, "881.00"), (is_called_off, "881.00"), (is_slowed, "187.01")],
)
def test_what_comes_back_is_kept_as_far_as_it_is_wanted(
    alice: User, bob: User, comes_back: Callable[[Payout], None], there: str
) -> None:
    """It was sent before the bank wanted half of 881: 181 of that are there."""
    at_once = comes_back is is_slowed
    made = given.available_earnings(client=alice, freelancer=bob)
    assert made.lot.escrow, "It was held before it was released."
    speed = Payout.Speed.INSTANT if at_once else Payout.Speed.STANDARD
    method = given.payout_method(bob, is_card=at_once)
    payout = given.requested_payout(bob, method, EUR("700.00"), speed=speed)
    if at_once:
        sending.send(payout.pk, at=SENT)
    else:
        given.settle(at=SENT)
    case = heard_of(made.lot.escrow.funded_by, at=SENT, amount=EUR("529.75"))
    stake = case.stakes.get().amount
    assert (available(bob), free(bob), stake) == (EUR("181.00"), EUR("0.00"), EUR("440.50"))

    comes_back(payout)

    assert available(bob) == EUR(there)
    assert free(bob) == max(EUR(there) - stake, EUR("0.00"))
    assert_every_law_holds()


def test_what_one_case_lets_go_another_one_keeps(wanted_one: Escrow, bob: User) -> None:
    """The first case has all that is left; when it is won, the other payment's case has it."""
    method = given.payout_method(bob)
    given.requested_payout(bob, method, EUR("881.00"))
    given.settle(at=LATER)
    first = taken(Escrow.objects.exclude(pk=wanted_one.pk).get(), at=LATER)
    second = taken(wanted_one, at=LATER + DAY)
    assert free(bob) == EUR("0.00")

    decided(first, won=True, at=LATER + 2 * DAY)

    assert (available(bob), free(bob)) == (EUR("881.00"), EUR("0.00"))
    assert second.stakes.get().amount == EUR("881.00")
    assert_every_law_holds()


def test_what_is_called_off_is_kept_for_the_case_that_called_it_off(
    wanted_one: Escrow, alice: User, bob: User
) -> None:
    """An older case misses what was sent long ago: it has no part in what came in since."""
    method = given.payout_method(bob)
    given.requested_payout(bob, method, EUR("1762.00"))
    given.settle(at=LATER)
    older = taken(wanted_one, at=LATER)
    since = given.available_earnings(client=alice, freelancer=bob).lot
    first, last = (
        given.requested_payout(bob, method, EUR(amount), at=LATER + DAY)
        for amount in ("300.00", "400.00")
    )
    assert since.escrow, "It was held before it was released."

    case = heard_of(since.escrow.funded_by, at=LATER + DAY, amount=EUR("529.75"))

    kept = [setting_aside.kept_of(each.stakes.get()) for each in (older, case)]
    assert kept == [EUR("0.00"), EUR("440.50")]
    assert free(bob) == EUR("140.50"), "What is left of the newest is free."
    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.state, last.state) == ("requested", "cancelled")
    assert_every_law_holds()


def test_what_is_lost_at_once_calls_off_what_was_not_sent(wanted_one: Escrow, bob: User) -> None:
    """Prevented, and sent back: the bank has it before anybody has kept anything."""
    method = given.payout_method(bob)
    first, last = (given.requested_payout(bob, method, EUR(sum_)) for sum_ in ("700.00", "900.00"))
    assert wanted_one.funded_by
    row = disputing.dispute(SandboxPayment.objects.get(pk=wanted_one.funded_by.payment_id), at=NOON)
    state = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
    assert isinstance(state, DisputeState)

    for _ in range(2):
        chargebacks.follow(wanted_one.funded_by.pk, replace(state, status="prevented"), at=NOON)

    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.state, last.state) == ("requested", "cancelled")
    assert (available(bob), free(bob)) == (EUR("181.00"), EUR("181.00"))
    assert balance(f"freelancer:{given.organization(bob).pk}:debt", "EUR") == EUR("0.00")
    assert_every_law_holds()


def test_what_was_set_apart_without_a_stake_is_let_go(wanted_one: Escrow, bob: User) -> None:
    """Cases that began before there were stakes end as well."""
    case = taken(wanted_one, at=NOON)
    case.stakes.all().delete()

    decided(case, won=True, at=LATER)

    assert free(bob) == EUR("1762.00")
    assert_every_law_holds()


def test_the_database_keeps_one_stake_of_something(wanted_one: Escrow) -> None:
    case = taken(wanted_one, at=NOON)
    again = (
        "INSERT INTO payments_stake (chargeback_id, freelancer_id, currency, amount)"
        " SELECT chargeback_id, freelancer_id, currency, amount FROM payments_stake"
    )
    assert case.stakes.count() == 1
    for statement, name in (
        (again, "a_case_has_one_stake_in_what_a_freelancer_has"),
        ("UPDATE payments_stake SET amount = 0", "a_stake_is_something"),
    ):
        with (
            pytest.raises(IntegrityError, match=name),
            transaction.atomic(),
            connection.cursor() as sql,
        ):
            sql.execute(statement)
