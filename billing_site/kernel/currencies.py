"""The currencies that are enabled. Settings read this: nothing here may need them."""

from __future__ import annotations

# By ISO 4217's code, the places after the point.
EXPONENTS = {"EUR": 2, "GBP": 2, "USD": 2, "CHF": 2, "SEK": 2, "JPY": 0, "KWD": 3}
