"""Withdrawals that are paid at once: what that costs, its limits, and what becomes of it if not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as ours

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.gateways.base import GatewayError, InsufficientFunds, InvalidRequest
from payments.gateways.sandbox import faults
from payments.models import GatewayCommand, Payout, PayoutMethod
from payments.queries.payout_page import payout_page
from payments.services import outbox, sending, slowing
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held

INSTANT = Payout.Speed.INSTANT
SOON = NOON + timedelta(minutes=10)


def at_once(bob: User, method: PayoutMethod, amount: str = "500.00", **facts: Any) -> Payout:
    return given.requested_payout(bob, method, EUR(amount), speed=INSTANT, **facts)


def after(payout: Payout, *, days: int = 0) -> Payout:
    given.settle(at=SOON + days * DAY)
    return Payout.objects.get(pk=payout.pk)


@pytest.mark.scenario(12)
@pytest.mark.parametrize(("amount", "fee"), [("500.00", "5.00"), ("100.00", "2.00")])
def test_it_arrives_within_minutes_for_its_fee(
    bob: User, card: PayoutMethod, amount: str, fee: str
) -> None:
    payout = after(at_once(bob, card, amount))

    assert (payout.state, payout.net) == ("paid", EUR(amount) - EUR(fee))
    assert payout.finished_at
    assert payout.finished_at - NOON < timedelta(minutes=ours.INSTANT_MINUTES)
    assert payout.arrives_on == NOON.date()
    assert available(bob) == EUR("881.00") - EUR(amount)
    assert held("income:payout_fee") == EUR(fee)
    assert_every_law_holds()


@pytest.mark.parametrize(("behavior", "days"), [("closes", 0), ("returns", 3)])
def test_what_comes_back_brings_its_whole_fee(
    bob: User, card: PayoutMethod, behavior: str, days: int
) -> None:
    bad = given.payout_method(bob, is_card=True, last4="0002", behavior=behavior)

    payout = after(at_once(bob, bad), days=days)

    assert (payout.state, payout.speed, payout.fee_back) == ("failed", "instant", None)
    assert (available(bob), held("income:payout_fee")) == (EUR("881.00"), EUR("0.00"))
    assert_every_law_holds()


def test_the_same_form_twice_withdraws_once(bob: User, card: PayoutMethod) -> None:
    op_id = uuid4()

    first, second = (at_once(bob, card, op_id=op_id) for _ in range(2))

    assert first == second
    assert available(bob) == EUR("381.00")


class TestGoingAsOthersDo:
    REFUSALS = (
        (
            "payout",
            InvalidRequest("No.", code="instant_payouts_unsupported"),
            "Your bank or card takes nothing at once.",
        ),
        (
            "payout",
            InvalidRequest("No.", code="instant_payouts_limit_exceeded"),
            "The provider pays no more at once today.",
        ),
        ("payout", InvalidRequest("No."), "The provider could not pay it at once."),
        (
            "payout",
            InsufficientFunds("Available: 0."),
            "The provider does not have the money ready to be paid at once.",
        ),
        (
            "transfer",
            InsufficientFunds("Available: 0."),
            "The provider does not have the money ready to be paid at once.",
        ),
    )

    @pytest.mark.parametrize(("deed", "refusal", "words"), REFUSALS)
    def test_whatever_the_provider_has_against_it(
        self, bob: User, card: PayoutMethod, deed: str, refusal: GatewayError, words: str
    ) -> None:
        payout = at_once(bob, card)
        with clock.pinned(NOON):
            sending.send(payout.pk, at=NOON)
            if deed == "payout":
                outbox.run(payout.commands.get().pk, at=NOON)
            with faults.planned("before", deed, refusal):
                outbox.run(payout.commands.latest("pk").pk, at=NOON)
        payout.refresh_from_db()

        assert (payout.speed, payout.slowed_for) == ("standard", words)
        assert payout.state == ("sent" if deed == "payout" else "sending")
        assert (payout.fee_back, payout.net) == (EUR("4.01"), EUR("495.00"))
        assert payout.arrives_on == (NOON + 2 * DAY).date()
        assert (available(bob), held("income:payout_fee")) == (EUR("385.01"), EUR("0.99"))
        assert Letter.objects.filter(key__contains="payout_slowed").count() == 1
        page = payout_page(payout, viewer=bob, today=NOON.date())
        assert "Not at once after all" in [stop.words for stop in page.stops]
        assert sum((line.amount for line in page.lines), start=EUR("0.00")) == payout.net
        if deed == "payout":
            asked = payout.commands.filter(kind=GatewayCommand.Kind.PAYOUT).order_by("pk")
            assert [each.params.get("instant") for each in asked] == [True, None]

    def test_it_arrives_and_costs_what_others_cost(self, bob: User, card: PayoutMethod) -> None:
        slow = given.payout_method(bob, is_card=True, last4="0003", behavior="days")

        payout = after(at_once(bob, slow), days=5)

        assert (payout.state, payout.speed, payout.kept) == ("paid", "standard", EUR("0.99"))
        assert payout.finished_at
        assert payout.finished_at.date() == payout.arrives_on
        assert (available(bob), held("income:payout_fee")) == (EUR("385.01"), EUR("0.99"))
        assert_every_law_holds()

    def test_again_it_changes_nothing_and_coming_back_it_is_whole(
        self, bob: User, card: PayoutMethod
    ) -> None:
        payout = at_once(bob, card)
        sending.send(payout.pk, at=NOON)

        for _ in range(2):
            slowing.slow_down(payout.pk, why="It is slow.", at=NOON)
        assert available(bob) == EUR("385.01")
        assert_every_law_holds()

        sending.fail(payout.pk, problem="Its bank is closed.", at=NOON + DAY)
        assert (available(bob), held("income:payout_fee")) == (EUR("881.00"), EUR("0.00"))
        assert_every_law_holds()


class TestLimits:
    def test_a_bank_that_takes_nothing_at_once(self, bob: User, card: PayoutMethod) -> None:
        bank = given.payout_method(bob)

        with pytest.raises(NotAllowed, match="takes nothing at once"):
            at_once(bob, bank)

        assert available(bob) == EUR("881.00")

    def test_of_one_and_of_a_day(self, bob: User, card: PayoutMethod, settings: Any) -> None:
        settings.INSTANT_MOST_MINOR = {"EUR": 200_00}
        settings.INSTANT_A_DAY_MINOR = {"EUR": 300_00}

        with pytest.raises(NotAllowed, match=r"At most €200\.00 is paid at once"):
            at_once(bob, card, "200.01")
        with pytest.raises(NotAllowed, match=r"more than its fee of €2\.00"):
            at_once(bob, card, "2.00")
        after(at_once(bob, card, "200.00"))
        with pytest.raises(NotAllowed, match=r"At most €100\.00 more"):
            at_once(bob, card, "100.01", at=SOON)
        assert at_once(bob, card, "100.00", at=SOON).is_instant
        assert at_once(bob, card, "200.00", at=NOON + DAY).is_instant
        assert_every_law_holds()

    def test_what_came_back_is_not_counted(
        self, bob: User, card: PayoutMethod, settings: Any
    ) -> None:
        settings.INSTANT_A_DAY_MINOR = {"EUR": 500_00}
        bad = given.payout_method(bob, is_card=True, last4="0002", behavior="closes")
        after(at_once(bob, bad))

        assert at_once(bob, card, at=SOON).is_instant

    @pytest.mark.parametrize("currency", sorted(ours.PAYOUT_FEE_MINOR))
    def test_every_currency_has_a_fee_and_a_limit_that_nobody_has_to_look_at(
        self, currency: str
    ) -> None:
        most = ours.INSTANT_MOST_MINOR[currency]

        assert ours.PAYOUT_FEE_MINOR[currency] < ours.INSTANT_FEE_LEAST_MINOR[currency] < most
        assert most <= ours.INSTANT_A_DAY_MINOR[currency]
        assert most < ours.PAYOUT_REVIEW_FROM_MINOR[currency]
        assert Money(most, currency)
