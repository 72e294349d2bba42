"""Earnings of one currency are withdrawn in another, by a quote that was seen before."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from billing_site.kernel.money import Money, converted
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from ledger.models import Entry
from ledger.services.posting import KeyReused
from payments.models import Payout, PayoutMethod, Quote
from payments.models.quote import RateIsOver
from payments.queries.conversion import shown
from payments.services import converting, exchange_rates, payouts
from payments.tasks import expire_quotes, next_due
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held

MINUTE = timedelta(minutes=1)
SENT = NOON + timedelta(hours=1)


def USD(units: str) -> Money:
    return Money(Decimal(units), "USD")


@pytest.fixture
def bob(db: None) -> User:
    return given.worker("bob", currency="USD")


@pytest.fixture
def method(alice: User, bob: User) -> PayoutMethod:
    """Bob has €881.00 available, and a bank that takes dollars."""
    given.available_earnings(client=alice, freelancer=bob)
    return given.payout_method(bob)


@pytest.fixture
def quote(bob: User, method: PayoutMethod) -> Quote:
    return given.quoted(bob, method, EUR("500.00"))


def in_dollars(user: User) -> Money:
    return held(f"freelancer:{given.organization(user).pk}:available", "USD")


class TestAQuote:
    def test_it_says_what_is_got(self, quote: Quote) -> None:
        assert (quote.amount, quote.margin, quote.exchanged) == (
            EUR("500.00"), EUR("5.00"), EUR("495.00")
        )  # fmt: skip
        assert (quote.rate, quote.into) == (Decimal("1.087"), USD("538.07"))  # 538.065
        assert (quote.rate_source, quote.rate_on) == ("table", NOON.date())
        assert quote.valid_until == NOON + 15 * MINUTE

    def test_it_moves_nothing(self, bob: User, quote: Quote) -> None:
        assert available(bob) == EUR("881.00")
        assert not Entry.objects.filter(kind="convert_payout").exists()
        assert_every_law_holds()

    @pytest.mark.parametrize(
        ("amount", "why"),
        [
            (EUR("881.01"), "at most €881.00"),
            (EUR("0.91"), "more than its fee of \\$0.99"),
            (Money("100.00", "GBP"), "at most £0.00"),
        ],
    )
    def test_what_cannot_be_withdrawn_is_not_quoted(
        self, bob: User, method: PayoutMethod, amount: Money, why: str
    ) -> None:
        with pytest.raises(NotAllowed, match=why):
            given.quoted(bob, method, amount)
        assert not Quote.objects.exists()

    def test_without_a_rate_there_is_none(self, bob: User, method: PayoutMethod) -> None:
        with pytest.raises(NotAllowed, match="no rate for USD"):
            converting.quote(
                organization=given.organization(bob),
                method=method,
                amount=EUR("1.00"),
                by=bob,
                at=NOON,
            )

    def test_an_old_rate_makes_none(self, bob: User, method: PayoutMethod) -> None:
        exchange_rates.fetch_when_due(at=NOON - 6 * DAY)
        with pytest.raises(NotAllowed, match="24 February 2026, which is too old"):
            converting.quote(
                organization=given.organization(bob),
                method=method,
                amount=EUR("1.00"),
                by=bob,
                at=NOON,
            )

    def test_it_is_not_for_others(self, alice: User, bob: User, method: PayoutMethod) -> None:
        with pytest.raises(NotYours):
            converting.quote(
                organization=given.organization(bob),
                method=method,
                amount=EUR("1.00"),
                by=alice,
                at=NOON,
            )

    def test_somebody_elses_bank(self, bob: User, charlie: User, method: PayoutMethod) -> None:
        given.payout_method(charlie, last4="7777")
        with pytest.raises(NotAllowed, match="cannot be paid now"):
            given.quoted(bob, PayoutMethod.objects.get(last4="7777"), EUR("1.00"))

    @pytest.mark.parametrize(
        ("amount", "into", "rate", "got"),
        [
            (EUR("495.00"), "JPY", "161.25", Money(79_819, "JPY")),  # 79,818.75
            (Money(79_819, "JPY"), "EUR", "0.006201550388", EUR("495.00")),
            (EUR("1.00"), "KWD", "0.3341", Money("0.330", "KWD")),  # ten fils are the smallest
            (Money("1.010", "KWD"), "JPY", "482.639928164023", Money(487, "JPY")),
            (Money(3, "JPY"), "KWD", "0.002071937984", Money("0.010", "KWD")),
        ],
    )
    def test_it_is_rounded_once_to_the_smallest_coin(
        self, amount: Money, into: str, rate: str, got: Money
    ) -> None:
        assert converted(amount, rate=Decimal(rate), into=into) == got


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


class TestTheTreasury:
    def test_an_exchange_is_noted_once(self, quote: Quote) -> None:
        for _ in range(2):
            call_command("exchange", "FX-1", "EUR:100.00", "USD:109.00")
        assert held("provider:balance", "USD") == USD("-109.00")
        assert held("fx:USD", "USD") == USD("109.00")
        assert_every_law_holds()

    def test_another_sum_by_the_same_name_is_refused(self, quote: Quote) -> None:
        facts: dict[str, Any] = {"exchange": "X", "sold": EUR("1.00"), "at": NOON}
        converting.exchanged(bought=USD("1.09"), **facts)
        with pytest.raises(KeyReused):
            converting.exchanged(bought=USD("1.10"), **facts)

    @pytest.mark.parametrize("sums", [("EUR:1.00", "EUR:1.00"), ("EUR:1.005", "USD:1.00")])
    def test_sums_that_cannot_be(self, db: None, sums: tuple[str, str]) -> None:
        with pytest.raises(CommandError):
            call_command("exchange", "FX-1", *sums)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("1.087000000000", "1.087"),
        ("0.002071937984", "0.00207194"),
        ("161.25", "161.25"),
        ("482.639928164023", "482.64"),
        ("17893.5", "17,893.5"),
        ("1600000", "1,600,000"),
    ],
)
def test_a_rate_has_six_digits_that_mean_something(rate: str, words: str) -> None:
    assert shown(Decimal(rate)) == words
