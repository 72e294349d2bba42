"""What withdrawals cost, and which of them somebody looks at first. Operators change this."""

from __future__ import annotations

# What a withdrawal costs, in minor units of its currency.
PAYOUT_FEE_MINOR = {
    "EUR": 99,
    "GBP": 89,
    "USD": 99,
    "CHF": 99,
    "SEK": 1100,
    "JPY": 160,
    "KWD": 330,
}
# A bank may still take a debit back: so many days after it arrived, what was paid with it can be
# withdrawn at the earliest.
DEBIT_COOLING_DAYS = {
    "us_bank_account": 7,
    "sepa_debit": 5,
    "bacs_debit": 5,
}
# From which sum on finance operations look at a withdrawal before it is sent.
PAYOUT_REVIEW_FROM_MINOR = {
    "EUR": 25_000_00,
    "GBP": 25_000_00,
    "USD": 25_000_00,
    "CHF": 25_000_00,
    "SEK": 250_000_00,
    "JPY": 4_000_000,
    "KWD": 8_000_000,
}
# What a conversion costs, in basis points of the sum that is converted.
CONVERSION_MARGIN_BPS = 100
# How long a quote stands, and how old a rate may be: longer than the longest bank holidays.
QUOTE_MINUTES = 15
RATES_GOOD_FOR_DAYS = 5
