from __future__ import annotations

from decimal import Decimal

import pytest
from djmoney.money import Money
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_site.kernel import money
from billing_site.kernel.money import EXPONENTS, from_minor, share, show, split, to_minor

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
    parts = [to_minor(part) for part in split(from_minor(minor, currency), weights)]
    assert sum(parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        exact = minor * weight / sum(weights)
        assert abs(part - exact) < 1 + abs(exact) * 1e-9


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
