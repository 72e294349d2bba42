"""Earnings of one currency are withdrawn in another, by a quote that was seen before."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing_site.kernel.money import Money, converted
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from ledger.models import Entry
from ledger.services.posting import KeyReused
from payments.models import PayoutMethod, Quote
from payments.queries.conversion import shown
from payments.services import converting, exchange_rates
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held
from tests.payments.own_currency import USD

MINUTE = timedelta(minutes=1)
SENT = NOON + timedelta(hours=1)


@pytest.fixture
def bob(db: None) -> User:
    return given.worker("bob", currency="USD")


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
