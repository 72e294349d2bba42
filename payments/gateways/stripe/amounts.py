"""Sums as the provider counts them: whole minor units, and a few habits of its own."""

from __future__ import annotations

from payments.gateways.base import InvalidRequest

# Of currencies with three decimals the last one has to be a zero: KWD 5.124 does not exist there.
STEP = {"BHD": 10, "JOD": 10, "KWD": 10, "OMR": 10, "TND": 10}


def theirs(amount: int, currency: str) -> dict[str, int | str]:
    """Return the two parameters that say how much.

    :raises InvalidRequest: it is nothing, or not a sum that can be paid in this currency.
    """
    if amount <= 0:
        raise InvalidRequest("A sum is more than nothing.", param="amount")
    step = STEP.get(currency, 1)
    if amount % step:
        raise InvalidRequest(
            f"Sums in {currency} go in steps of {step} of its smallest unit.",
            param="amount",
            code="invalid_amount",
        )
    return {"amount": amount, "currency": currency.lower()}
