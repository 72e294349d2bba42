"""Sums and rates as a person reads them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from djmoney.money import Money

from billing_site.kernel.money import EXPONENTS, currency_of, show

register = template.Library()

THIN = "\N{NARROW NO-BREAK SPACE}"


@register.filter
def money(value: Money | None) -> str:
    """Show a sum with its currency: “€1,000.00”. No sum at all is nothing."""
    return "" if value is None else show(value)


@register.filter
def amount(value: Money | None) -> str:
    """Show a sum where its currency is already said: “1,000.00”, “−12.50”."""
    if value is None:
        return ""
    sign = "−" if value.amount < 0 else ""
    return f"{sign}{abs(value.amount):,.{EXPONENTS[currency_of(value)]}f}"


@register.filter
def negated(value: Money) -> Money:
    """Show what is taken away as what it does: {{ held|negated|money }}."""
    return -value


@register.filter
def rate(basis_points: int | None) -> str:
    """Show a share: 1000 is “10 %”, 250 is “2.5 %”."""
    if basis_points is None:
        return ""
    whole, rest = divmod(basis_points, 100)
    digits = f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)
    return f"{digits}{THIN}%"


@register.filter
def sum_of(value: Money | None) -> SafeString:
    """Show a sum as the subject of its line: the cents step back, the figure stays one word."""
    if value is None:
        return SafeString()
    whole, point, cents = show(value).partition(".")
    return format_html('<span class="money">{}<small>{}{}</small></span>', whole, point, cents)
