"""Sums to the gateway and back: what is a cent here is a cent there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from billing_site.kernel.money import EXPONENTS, from_minor, to_minor
from payments.gateways.base import InvalidRequest
from payments.gateways.stripe.amounts import STEP, theirs
from tests.payments.stripe import cases, objects
from tests.payments.stripe.provider import Provider, asked

# As the provider writes in “Supported currencies”; what it does not name there has two decimals.
WITHOUT_DECIMALS = {
    *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
    *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
}
WITH_THREE = {"BHD", "JOD", "KWD", "OMR", "TND"}


@pytest.mark.parametrize("currency", EXPONENTS)
def test_our_smallest_unit_is_theirs(currency: str) -> None:
    decimals = 0 if currency in WITHOUT_DECIMALS else 3 if currency in WITH_THREE else 2

    assert EXPONENTS[currency] == decimals


@pytest.mark.parametrize("currency", EXPONENTS)
@pytest.mark.parametrize("minor", [10, 1_230, 105_950, 99_999_990])
@pytest.mark.scenario(23)
def test_every_sum_comes_back_as_it_went(currency: str, minor: int) -> None:
    sum_ = from_minor(minor, currency)
    request = replace(cases.TRANSFER, amount=to_minor(sum_), currency=currency)
    answer = objects.transfer(amount=minor, currency=currency.lower())

    state, provider = asked({"PostTransfers": answer}, lambda g: g.transfer(request, key="k:1"))

    assert provider.last.params["amount"] == minor
    assert provider.last.params["currency"] == currency.lower()
    assert from_minor(state.amount, state.currency) == sum_


@pytest.mark.parametrize("minor", [1, 9, 5_124])
def test_a_third_decimal_is_refused_before_it_is_sent(minor: int) -> None:
    provider = Provider({})
    request = replace(cases.REFUND, amount=minor, currency="KWD")

    with pytest.raises(InvalidRequest, match="steps of 10"):
        provider.gateway.refund(request, key="k:1")
    assert provider.heard == []


def test_every_currency_with_three_decimals_goes_in_steps() -> None:
    assert set(STEP) == WITH_THREE


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_is_refused(amount: int) -> None:
    with pytest.raises(InvalidRequest, match="more than nothing"):
        theirs(amount, "EUR")
