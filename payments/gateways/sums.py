"""Which sums can be moved, as Stripe publishes it by currency; the sandbox keeps to the same.

Here and in the books a sum is whole minor units of ISO 4217. Theirs are mostly the same, with a
few habits: https://docs.stripe.com/currencies (minor units, special cases, minimum amounts).
"""

from __future__ import annotations

from typing import Literal

from billing_site.kernel.money import Money, currency_of, from_minor, show, to_minor
from payments.gateways.errors import InvalidRequest

Way = Literal["payment", "refund", "transfer", "payout"]

# What is one here is so many there: two places that mean nothing, kept from older days.
SCALE = {"ISK": 100, "UGX": 100}
# Of currencies with three decimals the last one has to be a zero: KWD 5.124 does not exist there.
STEP = {"BHD": 10, "JOD": 10, "KWD": 10, "OMR": 10, "TND": 10}
# Charged to the hundredth, and paid out in whole units.
PAYOUT_STEP = {"HUF": 100, "TWD": 100}
# The least that a payment may be; dinars have none of their own, and 0.200 is above the dollar's.
LEAST = {
    "CHF": 50,
    "EUR": 50,
    "GBP": 30,
    "JPY": 50,
    "KWD": 200,
    "SEK": 300,
    "USD": 50,
}
# In which of them the provider gives a payer an account to send bank transfers to.
BY_TRANSFER = {"EUR", "GBP", "JPY", "USD"}
MOST = 99_999_999  # eight digits, whatever they count


def theirs(amount: int, currency: str, *, way: Way = "payment") -> dict[str, int | str]:
    """Return the two parameters that say how much.

    :raises InvalidRequest: it is nothing, or not a sum that can be moved in this currency.
    """
    step, scale = _step(currency, way), SCALE.get(currency, 1)
    if amount <= 0:
        raise InvalidRequest("A sum is more than nothing.", param="amount")
    if amount % step:
        raise InvalidRequest(
            f"Sums in {currency} go in steps of {step} of its smallest unit.",
            param="amount",
            code="invalid_amount",
        )
    if way == "payment" and amount < LEAST.get(currency, 1):
        raise InvalidRequest(
            f"A payment in {currency} is too small.", param="amount", code="amount_too_small"
        )
    if amount * scale > MOST and way == "payment":
        raise InvalidRequest(
            f"A payment in {currency} is too large.", param="amount", code="amount_too_large"
        )
    return {"amount": amount * scale, "currency": currency.lower()}


def ours(amount: int, currency: str) -> int:
    """Return a sum of theirs as we count it."""
    whole, rest = divmod(amount, SCALE.get(currency.upper(), 1))
    assert not rest, f"{currency} has no fractions: {amount}"
    return whole


def least_payment(currency: str) -> Money:
    return from_minor(LEAST.get(currency, 1), currency)


def is_too_little(money: Money) -> bool:
    """Whether it is something, and less than can be paid at once."""
    return money.amount > 0 and money < least_payment(currency_of(money))


def problem_with(money: Money, *, way: Way = "payment") -> str:
    """Say why *money* cannot be moved, before anybody commits to it; empty: it can be."""
    currency, minor = currency_of(money), to_minor(money)
    step = _step(currency, way)
    if minor % step:
        return f"Sums in {currency} are moved in steps of {show(from_minor(step, currency))}."
    if way == "payment" and minor < LEAST.get(currency, 1):
        return f"A payment is {show(least_payment(currency))} at least, and this is {show(money)}."
    most = MOST // SCALE.get(currency, 1)
    if way == "payment" and minor > most:
        return f"One payment is {show(from_minor(most, currency))} at most: pay it in parts."
    return ""


def _step(currency: str, way: Way) -> int:
    return max(STEP.get(currency, 1), PAYOUT_STEP.get(currency, 1) if way == "payout" else 1)
