"""Sums to the gateway and back: what is a cent here is a cent there, in every currency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from billing_site.kernel.money import COINS, EXPONENTS, coin, from_minor, to_minor
from payments.gateways import sums
from payments.gateways.base import CheckoutLine, InvalidRequest, Kind
from payments.gateways.stripe import lines as balance
from payments.gateways.stripe.gateway import StripeGateway
from payments.gateways.sums import LEAST, MOST, PAYOUT_STEP, SCALE, STEP, ours, problem_with, theirs
from tests.contract.examples import listed
from tests.payments.stripe import objects, requested
from tests.payments.stripe.provider import Provider, asked, made

# As the provider writes in “Supported currencies”; what it does not name there has two decimals.
WITHOUT_DECIMALS = {
    *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
    *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
}
WITH_THREE = {"BHD", "JOD", "KWD", "OMR", "TND"}
SIZES = [1_000, 12_345, 105_957, MOST]  # as near as the currency and its way allow

Ask = Callable[[StripeGateway, int, str], Any]
# Each call that says how much, and the object that it is answered with.
CALLS: dict[str, tuple[Ask, Callable[..., Any]]] = {
    "PostTransfers": (
        lambda g, n, c: g.transfer(replace(requested.TRANSFER, amount=n, currency=c), key="k:1"),
        objects.transfer,
    ),
    "PostPaymentIntents": (
        lambda g, n, c: g.charge_saved(replace(requested.SAVED, amount=n, currency=c), key="k:1"),
        objects.intent,
    ),
    "PostPaymentIntents, of a bank transfer": (
        lambda g, n, c: g.draw_cash(replace(requested.CASH, amount=n, currency=c), key="k:1"),
        objects.intent,
    ),
    "PostRefunds": (
        lambda g, n, c: g.refund(replace(requested.REFUND, amount=n, currency=c), key="k:1"),
        objects.refund,
    ),
    "PostPayouts": (
        lambda g, n, c: g.payout(replace(requested.PAYOUT, amount=n, currency=c), key="k:1"),
        objects.payout,
    ),
}


@pytest.mark.parametrize("currency", EXPONENTS)
def test_our_smallest_unit_is_theirs(currency: str) -> None:
    decimals = 0 if currency in WITHOUT_DECIMALS else 3 if currency in WITH_THREE else 2

    assert EXPONENTS[currency] == decimals
    assert COINS.get(currency, 1) == STEP.get(currency, 1), "We make no sums that cannot be moved."
    assert problem_with(coin(currency), way="payout") == ""
    assert LEAST[currency] % COINS.get(currency, 1) == 0
    assert currency not in SCALE


@pytest.mark.parametrize("currency", [*EXPONENTS, "ISK", "UGX"])
@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.scenario(23)
def test_every_sum_comes_back_as_it_went(operation: str, currency: str) -> None:
    ask, answer = CALLS[operation]
    operation, _, _ = operation.partition(",")
    scale = 100 if currency in {"ISK", "UGX"} else 1
    step = STEP.get(currency, PAYOUT_STEP.get(currency, 1))
    for minor in [each // scale // step * step for each in SIZES]:
        body = answer(amount=minor * scale, currency=currency.lower())
        if "amount_received" in body:
            body["amount_received"] = minor * scale

        state, provider = asked({operation: body}, lambda g, n=minor: ask(g, n, currency))  # type: ignore[misc]

        assert provider.last.params["amount"] == minor * scale
        assert provider.last.params.get("currency", currency.lower()) == currency.lower()
        assert (state.amount, state.currency) == (minor, currency)
        if currency in EXPONENTS:
            assert to_minor(from_minor(state.amount, state.currency)) == minor


# What each is asked for by, what it is answered with, and where a sum of ours is in what we read.
READ: dict[str, tuple[Kind, Callable[[int, str], dict[str, Any]], Callable[[Any], int]]] = {
    "a page": (
        Kind.CHECKOUT,
        lambda n, c: {
            "GetCheckoutSessionsSession": objects.session(
                payment_intent=objects.intent(amount=n, amount_received=n, currency=c)
            )
        },
        lambda state: state.payment.amount,
    ),
    "what is missing of a bank transfer": (
        Kind.PAYMENT,
        lambda n, c: {"GetPaymentIntentsIntent": waits_for(n, c)},
        lambda state: state.missing,
    ),
    "a dispute": (
        Kind.DISPUTE,
        lambda n, c: {"GetDisputesDispute": objects.dispute(amount=n, currency=c)},
        lambda state: state.amount,
    ),
    "what came back of a transfer": (
        Kind.TRANSFER,
        lambda n, c: {
            "GetTransfersTransfer": objects.transfer(amount=n, amount_reversed=n, currency=c)
        },
        lambda state: state.reversed,
    ),
}


def waits_for(amount: int, currency: str) -> dict[str, Any]:
    """A payment of twice as much, of which half has come."""
    told = {"type": "display_bank_transfer_instructions"}
    wire = {"type": "eu_bank_transfer", "amount_remaining": amount, "currency": currency}
    return objects.intent(
        status="requires_action",
        amount=2 * amount,
        amount_received=0,
        currency=currency,
        latest_charge=None,
        next_action={**told, "display_bank_transfer_instructions": wire},
    )


@pytest.mark.parametrize("currency", [*EXPONENTS, "ISK", "UGX"])
@pytest.mark.parametrize("what", READ)
@pytest.mark.scenario(23)
def test_every_sum_that_is_read_is_ours(what: str, currency: str) -> None:
    kind, answers, sum_of = READ[what]
    scale = SCALE.get(currency, 1)
    for minor in (1, 12_345, 105_957):
        state, _ = asked(answers(minor * scale, currency.lower()), lambda g: g.fetch(kind, "x_1"))

        assert sum_of(state) == minor


@pytest.mark.parametrize("currency", [*EXPONENTS, "ISK", "UGX"])
def test_what_is_there_is_counted_as_we_count(currency: str) -> None:
    """Our balance, and what a customer has sent."""
    scale = SCALE.get(currency, 1)
    funds = {"amount": 12_345 * scale, "currency": currency.lower(), "source_types": {}}
    found = made("balance", available=[funds], pending=[])
    there, _ = asked({"GetBalance": found}, lambda g: g.balance())
    assert there.available == {currency: 12_345}

    state, _ = asked(
        {
            "GetCustomersCustomerCashBalanceTransactionsTransaction": objects.cash(
                net_amount=12_345 * scale, currency=currency.lower()
            ),
            "GetCustomersCustomerCashBalance": made(
                "cash_balance", available={currency.lower(): 4_051 * scale}
            ),
        },
        lambda g: g.fetch(Kind.CASH, "cus_1/ccsbtxn_1"),
    )
    assert (state.amount, state.available, state.currency) == (12_345, 4_051, currency)


@pytest.mark.parametrize("currency", [*EXPONENTS, "ISK"])
def test_a_page_and_a_balance_count_alike(currency: str) -> None:
    scale = SCALE.get(currency, 1)
    lines = (CheckoutLine("Logo", 12_340), CheckoutLine("Fee", 500))
    page = objects.session()

    _, provider = asked(
        {
            "PostCheckoutSessions": page,
            "GetCustomers": listed(),
            "PostCustomers": made("customer"),
        },
        lambda g: g.start_checkout(
            replace(requested.CHECKOUT, lines=lines, currency=currency, closes_at=requested.NOON),
            key="k:1",
        ),
    )
    assert provider.last.params["expires_at"] == int(requested.NOON.timestamp())
    asked_for = [each["price_data"] for each in provider.last.params["line_items"]]
    assert [each["unit_amount"] for each in asked_for] == [12_340 * scale, 500 * scale]

    entry = objects.booked(amount=12_840 * scale, fee=30 * scale, currency=currency.lower())
    line = balance.line(SimpleNamespace(**entry))
    assert line
    assert (line.amount, line.cost, line.currency) == (12_840, 30, currency)


@pytest.mark.parametrize("minor", [201, 5_124])
def test_a_third_decimal_is_refused_before_it_is_sent(minor: int) -> None:
    provider = Provider({})
    for ask, _ in CALLS.values():
        with pytest.raises(InvalidRequest, match="steps of 10"):
            ask(provider.gateway, minor, "KWD")
    assert provider.heard == []
    assert "steps of KWD\N{NO-BREAK SPACE}0.010" in problem_with(from_minor(minor, "KWD"))


def test_every_currency_with_three_decimals_goes_in_steps() -> None:
    assert set(STEP) == WITH_THREE


@pytest.mark.parametrize("currency", PAYOUT_STEP)
def test_what_is_charged_to_the_hundredth_is_paid_out_whole(currency: str) -> None:
    assert theirs(1_045, currency)["amount"] == 1_045
    with pytest.raises(InvalidRequest, match="steps of 100"):
        theirs(1_045, currency, way="payout")
    assert theirs(1_000, currency, way="payout")["amount"] == 1_000


def test_what_has_no_fractions_is_sent_with_two_zeros() -> None:
    assert theirs(5, "ISK") == {"amount": 500, "currency": "isk"}
    assert ours(500, "isk") == 5


@pytest.mark.parametrize(("currency", "least"), LEAST.items())
def test_too_little_and_too_much_is_said_and_refused(currency: str, least: int) -> None:
    step = STEP.get(currency, 1)
    assert problem_with(from_minor(least, currency)) == ""
    assert "at least" in problem_with(from_minor(least - step, currency))
    assert "at most" in problem_with(from_minor(MOST + 1, currency))
    for minor, code in [(least - step, "amount_too_small"), (MOST + 1, "amount_too_large")]:
        with pytest.raises(InvalidRequest) as refused:
            theirs(minor, currency)
        assert refused.value.code == code
    assert theirs(least - step, currency, way="refund"), "What goes back may be small."


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_is_refused(amount: int) -> None:
    with pytest.raises(InvalidRequest, match="more than nothing"):
        sums.theirs(amount, "EUR")
