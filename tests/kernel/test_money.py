from __future__ import annotations

from decimal import Decimal

import pytest
from djmoney.money import Money
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_site.kernel import money
from billing_site.kernel.money import (
    COINS,
    EXPONENTS,
    about,
    coin,
    converted,
    for_minutes,
    from_minor,
    is_movable,
    share,
    show,
    split,
    to_minor,
)

CURRENCIES = st.sampled_from(sorted(EXPONENTS))


@given(minor=st.integers(-(10**14), 10**14), currency=CURRENCIES)
def test_minor_units_round_trip(minor: int, currency: str) -> None:
    assert to_minor(from_minor(minor, currency)) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("10.05", "EUR", 1005), ("1200", "JPY", 1200), ("1.234", "KWD", 1234), ("0", "USD", 0)],
)
def test_each_currency_has_its_own_smallest_coin(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Money(Decimal(amount), currency)) == minor


@pytest.mark.parametrize(
    ("amount", "currency"), [("10.005", "EUR"), ("0.5", "JPY"), ("1.0001", "KWD")]
)
def test_a_fraction_of_the_smallest_coin_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(money.NotWholeMinorUnits):
        to_minor(Money(Decimal(amount), currency))


@pytest.mark.parametrize(
    ("price", "fee", "net"),
    [
        ("266.64", "26.66", "239.98"),  # 12 h at 22.22
        ("333.36", "33.34", "300.02"),  # 12 h at 27.78
        ("0.05", "0.01", "0.04"),  # half a cent goes up
    ],
)
def test_a_tenth_is_rounded_once_and_the_rest_is_what_remains(
    price: str, fee: str, net: str
) -> None:
    whole = Money(price, "EUR")
    part = share(whole, basis_points=1_000)
    assert (part, whole - part) == (Money(fee, "EUR"), Money(net, "EUR"))


@settings(max_examples=10_000, deadline=None)
@given(
    minor=st.integers(0, 10**12),
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any),
    currency=CURRENCIES,
)
def test_parts_add_up_to_the_whole(minor: int, weights: list[int], currency: str) -> None:
    least = COINS.get(currency, 1)
    minor *= least
    parts = [to_minor(part) for part in split(from_minor(minor, currency), weights)]
    assert sum(parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        exact = minor * weight / sum(weights)
        assert part % least == 0
        assert abs(part - exact) < least + abs(exact) * 1e-9


def test_what_no_coin_makes_stays_with_the_largest_part() -> None:
    assert split(Money("0.034", "KWD"), [1, 2]) == [Money("0.010", "KWD"), Money("0.024", "KWD")]


@pytest.mark.parametrize(
    ("money", "basis_points", "part"),
    [
        (Money("12.340", "KWD"), 500, Money("0.620", "KWD")),  # 0.617
        (Money("1.100", "KWD"), 1_250, Money("0.140", "KWD")),  # 0.1375
        (Money("0.900", "KWD"), 500, Money("0.050", "KWD")),  # 0.045: half a coin goes up
        (Money(1_010, "JPY"), 500, Money(51, "JPY")),  # 50.5
    ],
)
def test_shares_are_whole_coins(money: Money, basis_points: int, part: Money) -> None:
    assert share(money, basis_points=basis_points) == part


@pytest.mark.parametrize("currency", EXPONENTS)
def test_what_we_make_of_a_sum_can_be_moved(currency: str) -> None:
    whole = about(1_234, currency)
    made = [share(whole, basis_points=bps) for bps in (1, 33, 500, 1_999)]
    made += [*split(whole, [1, 1, 1]), coin(currency), for_minutes(7, rate=whole)]
    made += [
        converted(about(77, other), rate=Decimal("0.9871"), into=currency) for other in EXPONENTS
    ]
    assert [each for each in made if not is_movable(each)] == []


@pytest.mark.parametrize(
    ("units", "currency", "sum_"),
    [(250, "EUR", "250"), (250, "SEK", "2500"), (250, "JPY", "25000"), (5, "KWD", "1.5")],
)
def test_limits_are_of_about_the_same_worth(units: int, currency: str, sum_: str) -> None:
    assert about(units, currency) == Money(sum_, currency)


@given(minor=st.integers(1, 10**9), k=st.integers(1, 40))
def test_nobody_gains_by_splitting_a_sum_in_equal_parts(minor: int, k: int) -> None:
    parts = split(from_minor(minor, "EUR"), [1] * k)
    assert max(parts) - min(parts) <= Money("0.01", "EUR")


def test_a_third_goes_to_the_largest_remainder() -> None:
    assert split(Money("1000.00", "EUR"), [1, 2]) == [
        Money("333.33", "EUR"),
        Money("666.67", "EUR"),
    ]


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (100_000, "EUR", "€1,000.00"),
        (-500, "GBP", "−£5.00"),
        (1_200, "JPY", "¥1,200"),
        (1_234, "KWD", "KWD\N{NO-BREAK SPACE}1.234"),
    ],
)
def test_money_is_shown_as_it_is_read(minor: int, currency: str, words: str) -> None:
    assert show(from_minor(minor, currency)) == words
