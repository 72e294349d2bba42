"""What a sum becomes in another currency: the rate, our margin, and what is got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.conf import settings

from billing_site.kernel.money import (
    WHOLE,
    Money,
    converted,
    currency_of,
    proportion,
    share,
    show,
)
from payments.models import Payout, Quote
from payments.queries.cost_lines import CostLine
from payments.queries.mid_rate import MidRate, mid_rate

SHOWN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Conversion:
    amount: Money
    margin: Money
    margin_bps: int
    into: Money
    mid: MidRate


def conversion_of(amount: Money, into: str, *, at: datetime) -> Conversion:
    """Return what *amount* would become now.

    The margin is taken first, in the currency that is given; the rest is multiplied by the
    rate and rounded to the smallest coin of the other one, once.

    :raises NotAllowed: there is no rate between the two, or only an old one.
    """
    mid = mid_rate(currency_of(amount), into, at=at)
    margin_bps = settings.CONVERSION_MARGIN_BPS
    margin = share(amount, basis_points=margin_bps)
    made = converted(amount - margin, rate=mid.rate, into=into)
    return Conversion(amount, margin, margin_bps, made, mid)


def price_of(
    into: Money, currency: str, *, at: datetime, margin_bps: int | None = None
) -> Conversion:
    """Return what *into* costs now in another currency, for the margin of now unless told.

    What it is at the rate, rounded to the smallest coin, once; and our margin on top, which is
    the same part of all that is paid as it is of what freelancers convert.

    :raises NotAllowed: there is no rate between the two, or only an old one.
    """
    mid = mid_rate(currency, currency_of(into), at=at)
    margin_bps = settings.CONVERSION_MARGIN_BPS if margin_bps is None else margin_bps
    exchanged = converted(into, rate=1 / Fraction(mid.rate), into=currency)
    margin = proportion(exchanged, margin_bps, WHOLE - margin_bps)
    return Conversion(exchanged + margin, margin, margin_bps, into, mid)


def price_lines(of: Conversion | Quote, rate: Decimal) -> list[CostLine]:
    """Return what a sum is in the payer's currency at *rate*, and our margin, for a page."""
    paid, due = currency_of(of.amount), currency_of(of.into)
    note = f"{show(of.into)} at {shown(rate)} {due} for 1 {paid}"
    return [
        CostLine(f"In {paid}", of.amount - of.margin, note=note),
        CostLine("Our margin", of.margin, bps=of.margin_bps),
    ]


def conversion_lines(of: Conversion | Quote, rate: Decimal) -> list[CostLine]:
    """Return the sum, our margin, and what the rest becomes at *rate*, for a page."""
    given, got = currency_of(of.amount), currency_of(of.into)
    return [
        CostLine("You withdraw", of.amount),
        CostLine("Our margin", -of.margin, bps=of.margin_bps),
        CostLine("Becomes", of.into, note=f"at {shown(rate)} {got} for 1 {given}"),
    ]


def stays(payout: Payout) -> str:
    """What is said after "it is in your balance again", with the space before it."""
    if payout.quote_id is None:
        return ""
    return " It stays converted, and is withdrawn anew without another margin."


def shown(rate: Decimal) -> str:
    """Return a rate as a person reads it: six digits that mean something, at most."""
    whole = max(rate.adjusted() + 1, 0)
    digits = f"{rate:,.{max(SHOWN_DIGITS - whole, 0) - min(rate.adjusted() + 1, 0)}f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
