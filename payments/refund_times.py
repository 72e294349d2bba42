"""How soon what is sent back is seen, by the way it was paid: what the provider publishes.

Stripe says, read in November 2026:

- 5 to 10 business days, depending on the customer's bank, with no difference between cards and
  banks: https://support.stripe.com/questions/customer-refund-processing-time
- typically three business days where an American account was debited (ACH):
  https://support.stripe.com/questions/refunds-for-ach-direct-debit-payments
- no number of days for bank transfers, but that it asks their sender by mail for an account where
  it knows none, and waits 45 days: https://docs.stripe.com/payments/customer-balance/refunding

For SEPA and Bacs debits it publishes none of its own, so the general figure is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable

GENERAL = "cards and banks show it after 5 to 10 business days"
BY_WAY = {  # the provider's words, as in Charge.way
    "us_bank_account": "banks usually show it after three business days",
    "customer_balance": (
        "banks show it after 5 to 10 business days; where the provider does not know the account,"
        " it asks for it by mail first, and waits 45 days"
    ),
}


def seen_after(way: str) -> str:
    """Return the words for a payment by *way*, to go on with or to begin with."""
    return BY_WAY.get(way, GENERAL)


def all_seen_after(ways: Iterable[str]) -> list[str]:
    """Return the words for payments by several *ways*, each once."""
    return sorted({seen_after(way) for way in ways})
