"""Whether a document adds up: asked of what it says, before anybody is sent it.

The same questions as the rules of EN 16931 ask of the XML, but exactly: those forgive a
cent here and there, and a document of ours has none to forgive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billing_site.kernel.money import EXPONENTS, WHOLE, coin, rounded

Broken = dict[str, str]


def broken_sums(frozen: Mapping[str, Any]) -> list[Broken]:
    """Return the rules that what the document says breaks; none of a document that adds up."""
    return [{"rule": rule, "says": says} for rule, says in _problems(frozen)]


def _problems(frozen: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    lines, taxes = frozen["lines"], frozen["taxes"]
    net, tax, gross, paid = (Decimal(frozen[name]) for name in ("net", "tax", "gross", "paid"))
    off = Decimal(frozen.get("discount", "0"))
    if sum(_net(line) for line in lines) - off != net:
        yield "BR-CO-13", "The lines, less the discount on the whole, do not come to the net."
    if sum(Decimal(row["net"]) for row in taxes) != net:
        yield "BR-CO-18", "What stands under the rates of VAT does not come to the net."
    if sum(Decimal(row["tax"]) for row in taxes) != tax:
        yield "BR-CO-14", "The taxes of the rates do not come to the tax."
    if net + tax != gross:
        yield "BR-CO-15", "Net and tax do not come to the total."
    if not 0 <= paid <= gross:
        yield "BR-CO-16", "More is paid than is asked, or less than nothing."
    for row in taxes:
        yield from _problems_of_rate(frozen, row)


def _problems_of_rate(
    frozen: Mapping[str, Any], row: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    kind = (row["treatment"], row["bps"])
    under = sum(_net(line) for line in frozen["lines"] if (line["treatment"], line["bps"]) == kind)
    if under - Decimal(row.get("discount", "0")) != Decimal(row["net"]):
        yield "BR-S-08", f"The lines under “{row['words']}” do not come to what stands under it."
    exact = _tax(row, frozen["currency"])
    # Taken out of a price that includes it, a tax may differ by the smallest coin.
    coin_ = coin(frozen["currency"]).amount if frozen.get("inclusive") else 0
    if abs(Decimal(row["tax"]) - exact) > coin_:
        yield "BR-CO-17", f"“{row['words']}” on {row['net']} is {exact} and not {row['tax']}."


def _net(line: Mapping[str, Any]) -> Decimal:
    return Decimal(line.get("net", line["amount"]))


def _tax(row: Mapping[str, Any], currency: str) -> Decimal:
    minor = Fraction(Decimal(row["net"]).scaleb(EXPONENTS[currency])) * int(row["bps"]) / WHOLE
    return Decimal(rounded(minor, currency).amount)
