"""Money at the edges is `Money`; in the books it is whole minor units."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from djmoney.money import Money

from billing_site.kernel.currencies import EXPONENTS

__all__ = [
    "EXPONENTS",
    "CurrencyMismatch",
    "Money",
    "NotWholeMinorUnits",
    "about",
    "coin",
    "converted",
    "currency_of",
    "for_minutes",
    "from_minor",
    "included",
    "is_movable",
    "proportion",
    "proportion_minor",
    "rounded",
    "share",
    "show",
    "split",
    "to_minor",
    "zero",
]

# Where banks and cards move no less than several minor units: ten fils, not one.
COINS = {"KWD": 10}
# What a round sum of euros is in a currency, for limits: a round sum, too.
ABOUT = {"SEK": Decimal(10), "JPY": Decimal(100), "KWD": Decimal("0.3")}
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}

WHOLE = 10_000  # basis points
HOUR = 60  # minutes


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum."""


class NotWholeMinorUnits(ValueError):
    """A sum has a fraction of a cent (or of whatever its currency's smallest coin is)."""


def currency_of(money: Money) -> str:
    return str(money.currency)


def to_minor(money: Money) -> int:
    """Return *money* in whole minor units: EUR 10.05 is 1005, JPY 10 is 10.

    :raises NotWholeMinorUnits: the sum cannot be paid in this currency.
    """
    minor = money.amount.scaleb(EXPONENTS[currency_of(money)])
    if minor != minor.to_integral_value():
        raise NotWholeMinorUnits(f"{money.amount} {money.currency}")
    return int(minor)


def from_minor(minor: int, currency: str) -> Money:
    return Money(Decimal(minor).scaleb(-EXPONENTS[currency]), currency)


def zero(currency: str) -> Money:
    return from_minor(0, currency)


def coin(currency: str) -> Money:
    """Return the smallest sum that can be paid: EUR 0.01, JPY 1, KWD 0.010."""
    return from_minor(COINS.get(currency, 1), currency)


def is_movable(money: Money) -> bool:
    """Tell whether banks and cards can move *money*: it is a whole number of coins."""
    return money.amount % coin(currency_of(money)).amount == 0


def about(units: int, currency: str) -> Money:
    """Return a limit of *units* euros as a sum of about as much: EUR 250, JPY 25,000, KWD 75."""
    return Money(units * ABOUT.get(currency, Decimal(1)), currency)


def rounded(minor: Fraction, currency: str) -> Money:
    """Return an exact number of minor units as a sum that can be paid, half a coin rounded up.

    There is one rounding in the product and this is it: take the rest by
    subtraction, so that the parts always add up to the whole.
    """
    return _rounded(minor.numerator, minor.denominator, currency)


def proportion(money: Money, part: int, whole: int) -> Money:
    """Return *part* / *whole* of *money*, rounded."""
    return _rounded(to_minor(money) * part, whole, currency_of(money))


def proportion_minor(minor: int, part: int, whole: int, currency: str) -> int:
    """The same of whole minor units, where many sums follow from one another."""
    return _rounded_minor(minor * part, whole, currency)


def share(money: Money, *, basis_points: int) -> Money:
    """Return a part of *money* in basis points, rounded."""
    return proportion(money, basis_points, WHOLE)


def included(money: Money, *, basis_points: int) -> Money:
    """Return the tax that is in *money*, rounded: 20 of a gross of 120 at 20 %."""
    return proportion(money, basis_points, WHOLE + basis_points)


def converted(money: Money, *, rate: Decimal | Fraction, into: str) -> Money:
    """Return what *money* is in another currency, rounded; one of it is *rate* of that."""
    places = EXPONENTS[into] - EXPONENTS[currency_of(money)]
    return rounded(to_minor(money) * Fraction(rate) * Fraction(10) ** places, into)


def for_minutes(minutes: int, *, rate: Money) -> Money:
    """Return what *minutes* cost at *rate* an hour, rounded.

    Ask for all minutes of a line together: entries priced one by one would not add up.
    """
    assert minutes >= 0, "Time does not run backward."
    return rounded(Fraction(to_minor(rate) * minutes, HOUR), currency_of(rate))


def split(money: Money, weights: Sequence[int]) -> list[Money]:
    """Divide *money* in proportion to *weights*; what is left over goes to the largest remainders.

    The parts add up to *money* exactly. Between equal remainders the earlier part wins.
    """
    least, total = COINS.get(currency_of(money), 1), sum(weights)
    assert total > 0, "Somebody has to get something."
    assert min(weights) >= 0, "A weight is not a debt."
    coins, rest = divmod(to_minor(money), least)
    parts = [coins * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(coins * weights[i] % total), i))
    for i in by_remainder[: coins - sum(parts)]:
        parts[i] += 1
    minor = [part * least for part in parts]
    minor[weights.index(max(weights))] += rest  # less than a coin: only a provider makes such
    return [from_minor(part, currency_of(money)) for part in minor]


def show(money: Money) -> str:
    """Return *money* as a person reads it: “€1,000.00”, “−CHF 5.00”, “¥1,200”."""
    currency = currency_of(money)
    sign = "−" if money.amount < 0 else ""
    digits = f"{abs(money.amount):,.{EXPONENTS[currency]}f}"
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{digits}" if symbol else f"{sign}{currency}\N{NO-BREAK SPACE}{digits}"


def _rounded(minor: int, over: int, currency: str) -> Money:
    return from_minor(_rounded_minor(minor, over, currency), currency)


def _rounded_minor(minor: int, over: int, currency: str) -> int:
    """Round *minor* / *over*, in whole numbers: a page of sums asks for some hundred."""
    assert minor * over >= 0, "Round what was paid, never a debt."
    least = COINS.get(currency, 1)
    return (2 * minor + over * least) // (2 * over * least) * least
