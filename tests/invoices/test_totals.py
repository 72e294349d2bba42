"""What lines come to, by example and by law (reference: billing rules 2, 5.3 and 12.4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_site.kernel.money import (
    COINS,
    EXPONENTS,
    CurrencyMismatch,
    Money,
    from_minor,
    to_minor,
    zero,
)
from invoices.totals import Discount, DiscountTooLarge, Line, total
from tests.given import EUR

CASES = settings(max_examples=2_000, deadline=None)
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])
RATES = st.sampled_from(
    [("standard", 2_000), ("standard", 1_000), ("standard", 550), ("exempt", 0)]
)


def line(quantity: str, price: Money, bps: int = 2_000, **facts: Any) -> Line:
    return Line(Decimal(quantity), price, "standard" if bps else "exempt", bps, **facts)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Lines in one currency with discounts of both kinds, and one on the whole."""
    currency = draw(CURRENCIES)

    least = COINS.get(currency, 1)

    def discount(whole: int) -> Discount:
        if draw(st.booleans()):
            return Discount(bps=draw(st.integers(0, 10_000)))
        return Discount(amount=from_minor(draw(st.integers(0, whole // least)) * least, currency))

    lines = []
    for _ in range(draw(st.integers(1, 8))):
        quantity = Decimal(draw(st.integers(1, 10**7))).scaleb(-4)
        price = from_minor(draw(st.integers(0, 10**7)) * least, currency)
        listed = int(Fraction(quantity) * to_minor(price))
        lines.append(Line(quantity, price, *draw(RATES), discount=discount(listed)))
    inclusive = draw(st.booleans())
    sums = [each.amount for each in total(lines, inclusive=inclusive).lines]
    whole = discount(sum(to_minor(each) for each in sums))
    return {"lines": lines, "discount": whole, "inclusive": inclusive}


@CASES
@given(documents())
def test_the_parts_are_the_whole(document: dict[str, Any]) -> None:
    sums = total(**document)
    nothing = zero(sums.currency)

    assert sums.lines_net - sums.discount == sums.net
    assert sums.net + sums.tax == sums.gross
    assert sum((tax.gross for tax in sums.taxes), nothing) == sums.gross
    assert all(tax.net >= nothing and tax.tax >= nothing for tax in sums.taxes)
    assert all(tax.discount >= nothing for tax in sums.taxes)
    for each in sums.lines:
        assert nothing <= each.net <= each.amount
        assert each.discount >= nothing


@CASES
@given(documents())
def test_each_line_bears_its_part_of_the_discount(document: dict[str, Any]) -> None:
    sums = total(**document)
    shares = sums.discount_shares([each.tax_kind for each in document["lines"]])

    assert sum(shares, zero(sums.currency)) == sums.discount
    assert all(
        zero(sums.currency) <= share <= each.net
        for share, each in zip(shares, sums.lines, strict=True)
    )


@CASES
@given(documents())
def test_each_figure_is_less_than_one_coin_from_exact(document: dict[str, Any]) -> None:
    sums = total(**document)
    least = COINS.get(sums.currency, 1)

    for asked, got in zip(document["lines"], sums.lines, strict=True):
        assert abs(to_minor(got.amount) - asked.exact) < least
    for tax in sums.taxes:
        whole = 10_000 + tax.bps if document["inclusive"] else 10_000
        base = tax.gross if document["inclusive"] else tax.net
        exact = Fraction(to_minor(base) * tax.bps, whole)
        assert abs(to_minor(tax.tax) - exact) <= Fraction(least, 2)


@CASES
@given(documents(), st.data())
def test_splitting_a_line_gains_nothing(document: dict[str, Any], data: st.DataObject) -> None:
    """Neither in many lines of a fraction of a cent, nor in two that both round up."""
    i = data.draw(st.integers(0, len(document["lines"]) - 1))
    whole = document["lines"][i]
    lines = list(document["lines"])
    lines[i] = replace(whole, discount=Discount(1_000))
    pieces = data.draw(st.integers(2, 6))
    ten_thousandths = int(whole.quantity.scaleb(4))
    cuts = sorted(data.draw(st.integers(1, ten_thousandths)) for _ in range(pieces - 1))
    sizes = [b - a for a, b in zip([0, *cuts], [*cuts, ten_thousandths], strict=True) if b > a]
    quantities = [Decimal(size).scaleb(-4) for size in sizes]
    cut = [replace(lines[i], quantity=quantity) for quantity in quantities]
    terms = {"discount": Discount(bps=333), "inclusive": document["inclusive"]}

    once = total(lines, **terms)
    often = total([*lines[:i], *cut, *lines[i + 1 :]], **terms)

    assert (often.net, often.tax, often.gross) == (once.net, once.tax, once.gross)


@CASES
@given(documents())
def test_prices_with_tax_come_to_what_was_entered(document: dict[str, Any]) -> None:
    sums = total(**document | {"inclusive": True})
    entered = sum((each.amount for each in sums.lines), zero(sums.currency))

    assert sums.gross == entered - sums.entered_discount
    if document["discount"].amount:
        assert sums.entered_discount == document["discount"].amount


@given(coins=st.integers(0, 10**9), currency=st.sampled_from(sorted(EXPONENTS)))
def test_one_thing_with_tax_costs_what_its_label_says(coins: int, currency: str) -> None:
    minor = coins * COINS.get(currency, 1)
    assert total([line("1", from_minor(minor, currency))], inclusive=True).gross == from_minor(
        minor, currency
    )


@pytest.mark.parametrize(("hours", "net"), [("22.22", "266.64"), ("27.78", "333.36")])
def test_twelve_hours(hours: str, net: str) -> None:
    assert total([line("12", EUR(hours))]).net == EUR(net)


def test_an_invoice_with_two_rates_and_a_discount_on_the_whole() -> None:
    sums = total(
        [
            line("12.5", EUR("80.00"), discount=Discount(bps=1_000)),  # 1,000 less 100
            line("3", EUR("33.35"), 1_000, discount=Discount(amount=EUR("0.05"))),  # 100.00
        ],
        discount=Discount(amount=EUR("10.00")),
    )

    assert [(each.amount + each.discount, each.discount, each.net) for each in sums.lines] == [
        (EUR("1000.00"), EUR("100.00"), EUR("900.00")),
        (EUR("100.05"), EUR("0.05"), EUR("100.00")),
    ]
    assert [(tax.bps, tax.discount, tax.net, tax.tax) for tax in sums.taxes] == [
        (2_000, EUR("9.00"), EUR("891.00"), EUR("178.20")),
        (1_000, EUR("1.00"), EUR("99.00"), EUR("9.90")),
    ]
    assert (sums.net, sums.tax, sums.gross) == (EUR("990.00"), EUR("188.10"), EUR("1178.10"))


def test_tax_is_rounded_once_per_rate_and_not_per_line() -> None:
    sums = total([line("1", EUR("0.02"))] * 10)  # 0.004 each would be nothing

    assert sums.tax == EUR("0.04")


def test_a_third_carried_on_ends_at_the_whole() -> None:
    sums = total(
        [line("0.3333", EUR("1.00")), line("0.3333", EUR("1.00")), line("0.3334", EUR("1.00"))]
    )

    assert [each.net for each in sums.lines] == [EUR("0.33"), EUR("0.34"), EUR("0.33")]
    assert sums.net == EUR("1.00")


def test_yen_have_no_fraction_and_dinars_three_places() -> None:
    yen = total([line("1.5", Money(333, "JPY"), 1_000)])
    dinars = total([line("1.5", Money("0.330", "KWD"), 500)])  # 0.495, and 0.025 of tax

    assert (yen.net, yen.tax) == (Money(500, "JPY"), Money(50, "JPY"))
    assert (dinars.net, dinars.tax) == (Money("0.500", "KWD"), Money("0.030", "KWD"))


def test_a_discount_takes_off_what_there_is_and_no_more() -> None:
    too_much = Discount(amount=EUR("1.01"))
    all_of_it = total([line("1", EUR("10.00"))], discount=Discount(bps=10_000))
    assert all_of_it.gross == EUR("0.00")

    with pytest.raises(DiscountTooLarge) as too_large:
        total(
            [line("1", EUR("1.00")), line("1", EUR("1.00"), discount=Discount(amount=EUR("1.01")))]
        )
    assert too_large.value.line == 1
    with pytest.raises(DiscountTooLarge) as too_large:
        total([line("1", EUR("1.00"))], discount=too_much)
    assert too_large.value.line is None


@pytest.mark.parametrize(
    ("lines", "discount"),
    [
        ([line("1", EUR("1.00")), line("1", Money(1, "USD"))], Discount()),
        ([line("1", EUR("1.00"))], Discount(amount=Money(1, "JPY"))),
        ([line("1", EUR("1.00"), discount=Discount(amount=Money(1, "KWD")))], Discount()),
    ],
)
def test_two_currencies_do_not_meet_on_one_document(lines: list[Line], discount: Discount) -> None:
    with pytest.raises(CurrencyMismatch):
        total(lines, discount=discount)
