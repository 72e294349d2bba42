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
# What it costs to be paid at once: a part of the sum, in basis points, and at least so much.
INSTANT_FEE_BPS = 100
INSTANT_FEE_LEAST_MINOR = {
    "EUR": 200,
    "GBP": 200,
    "USD": 200,
    "CHF": 200,
    "SEK": 2200,
    "JPY": 320,
    "KWD": 660,
}
# So much can be paid at once, by one withdrawal and by all of a day (UTC). Above it, and where the
# provider would not, a withdrawal goes as others do.
INSTANT_MOST_MINOR = {
    "EUR": 5_000_00,
    "GBP": 5_000_00,
    "USD": 5_000_00,
    "CHF": 5_000_00,
    "SEK": 50_000_00,
    "JPY": 750_000,
    "KWD": 1_500_000,
}
INSTANT_A_DAY_MINOR = {currency: 2 * most for currency, most in INSTANT_MOST_MINOR.items()}
# Banks and cards have it within so many minutes, as far as the provider promises.
INSTANT_MINUTES = 30
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
# What is kept of each payment that becomes available while its freelancer owes us something, in
# basis points: the rest stays theirs to withdraw.
DEBT_KEPT_BPS = 2_500
# What a conversion costs, in basis points of the sum that is converted.
CONVERSION_MARGIN_BPS = 100
# How long a quote stands, and how old a rate may be: longer than the longest bank holidays.
QUOTE_MINUTES = 15
RATES_GOOD_FOR_DAYS = 5
# By what a bank finds a withdrawal is known within so many days of its arrival, if ever.
TRACED_WITHIN_DAYS = 10
