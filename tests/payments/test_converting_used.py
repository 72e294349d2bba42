"""A quote that is used, or not in time, and what becomes of the money afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from payments.models import Payout, PayoutMethod, Quote
from payments.models.quote import RateIsOver
from payments.services import converting, exchange_rates, payouts
from payments.tasks import expire_quotes, next_due
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held
from tests.payments.own_currency import USD

MINUTE = timedelta(minutes=1)


@pytest.fixture
def bob(db: None) -> User:
    return given.worker("bob", currency="USD")


def in_dollars(user: User) -> Money:
    return held(f"freelancer:{given.organization(user).pk}:available", "USD")


class TestUsingIt:
    def test_it_converts_and_withdraws_by_exactly_that(self, bob: User, quote: Quote) -> None:
        payout = converting.withdraw(quote.pk, by=bob, at=NOON + 14 * MINUTE)

        assert (payout.amount, payout.fee, payout.net) == (
            USD("538.07"), USD("0.99"), USD("537.08")
        )  # fmt: skip
        assert payout.taken == EUR("500.00")
        assert (available(bob), in_dollars(bob)) == (EUR("381.00"), USD("0.00"))
        assert held("income:fx_margin") == EUR("5.00")
        assert (held("fx:EUR"), held("fx:USD", "USD")) == (EUR("495.00"), USD("-538.07"))
        assert Quote.objects.get().state == "used"
        assert_every_law_holds()

    def test_a_rate_that_moved_since_changes_nothing(
        self, bob: User, quote: Quote, settings: Any
    ) -> None:
        settings.CONVERSION_MARGIN_BPS = 500
        payout = converting.withdraw(quote.pk, by=bob, at=NOON)
        assert payout.amount == USD("538.07")

    def test_once(self, bob: User, quote: Quote) -> None:
        converting.withdraw(quote.pk, by=bob, at=NOON)
        with pytest.raises(WrongState, match="since Bob was faster"):
            converting.withdraw(quote.pk, by=bob, at=NOON)
        assert available(bob) == EUR("381.00")

    def test_the_same_form_twice_withdraws_once(self, bob: User, quote: Quote) -> None:
        op_id = uuid4()
        first = converting.withdraw(quote.pk, by=bob, at=NOON, op_id=op_id)
        again = converting.withdraw(quote.pk, by=bob, at=NOON + DAY, op_id=op_id)

        assert first == again
        assert available(bob) == EUR("381.00")

    @pytest.mark.parametrize("late", [15 * MINUTE, DAY])
    def test_its_time_is_over_before_the_sweep_says_so(
        self, bob: User, quote: Quote, late: timedelta
    ) -> None:
        with pytest.raises(RateIsOver, match=r"locked until 12:15 UTC\."):
            converting.withdraw(quote.pk, by=bob, at=NOON + late)
        assert available(bob) == EUR("881.00")
        assert_every_law_holds()

    def test_what_was_withdrawn_meanwhile(
        self, alice: User, bob: User, quote: Quote, method: PayoutMethod
    ) -> None:
        other = given.quoted(bob, method, EUR("600.00"))
        converting.withdraw(other.pk, by=bob, at=NOON)
        with pytest.raises(NotAllowed, match="at most €281"):
            converting.withdraw(quote.pk, by=bob, at=NOON)
        assert Quote.objects.get(pk=quote.pk).state == "open"

    def test_a_bank_that_was_removed_meanwhile(
        self, bob: User, quote: Quote, method: PayoutMethod
    ) -> None:
        PayoutMethod.objects.filter(pk=method.pk).update(removed_at=NOON)
        with pytest.raises(NotAllowed):
            converting.withdraw(quote.pk, by=bob, at=NOON)
        assert available(bob) == EUR("881.00")

    def test_it_is_not_for_others(self, alice: User, quote: Quote) -> None:
        with pytest.raises(NotYours):
            converting.withdraw(quote.pk, by=alice, at=NOON)


class TestRunningOut:
    def test_it_expires_as_of_its_moment_once(self, quote: Quote) -> None:
        expire_quotes(at=NOON + 14 * MINUTE)
        assert Quote.objects.get().state == "open"
        assert next_due(after=NOON) == NOON + 15 * MINUTE

        expire_quotes(at=NOON + DAY)
        expire_quotes(at=NOON + DAY)
        assert Quote.objects.get().state == "expired"
        assert [change.at for change in quote.changes.all()] == [NOON + 15 * MINUTE]

    def test_the_next_one_is_at_the_rate_of_then(self, bob: User, quote: Quote) -> None:
        exchange_rates.fetch_when_due(at=NOON + DAY)
        new = converting.renew(quote.pk, by=bob, at=NOON + DAY)
        assert (new.amount, new.rate_on) == (EUR("500.00"), (NOON + DAY).date())


class TestAfterwards:
    @pytest.fixture
    def payout(self, bob: User, quote: Quote) -> Payout:
        given.exchanged(EUR("495.00"), USD("540.00"))
        return converting.withdraw(quote.pk, by=bob, at=NOON)

    def test_it_arrives(self, bob: User, payout: Payout) -> None:
        given.settle(at=NOON + 3 * DAY)

        assert Payout.objects.get().state == "paid"
        assert held(f"payout:{payout.ref}", "USD") == USD("0.00")
        assert held("fx:USD", "USD") == USD("1.93")  # what the exchange brought more
        assert_every_law_holds()

    def test_what_is_cancelled_stays_converted(self, bob: User, payout: Payout) -> None:
        payouts.cancel(payout.pk, by=bob, at=NOON + MINUTE)

        assert (available(bob), in_dollars(bob)) == (EUR("381.00"), USD("538.07"))
        assert held("income:payout_fee", "USD") == USD("0.00")
        assert held("income:fx_margin") == EUR("5.00")
        assert_every_law_holds()

    def test_what_failed_is_withdrawn_again_without_a_margin(
        self, bob: User, method: PayoutMethod, quote: Quote
    ) -> None:
        given.exchanged(EUR("495.00"), USD("540.00"))
        closed = given.payout_method(bob, behavior="closes", last4="0009")
        closing = given.quoted(bob, closed, EUR("500.00"))
        converting.withdraw(closing.pk, by=bob, at=NOON)
        given.settle(at=NOON + 3 * DAY)
        assert Payout.objects.get().state == "failed"
        assert in_dollars(bob) == USD("538.07")

        given.requested_payout(bob, method, USD("538.07"), at=NOON + 3 * DAY)
        given.settle(at=NOON + 7 * DAY)

        assert Payout.objects.latest("pk").state == "paid"
        assert in_dollars(bob) == USD("0.00")
        assert held("income:fx_margin") == EUR("5.00")
        assert_every_law_holds()
