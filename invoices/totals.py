"""What lines come to: discounts, rates and taxes, exactly. Sums go in, sums come out.

Every figure is rounded once, and nothing is lost or won on the way:

- A line is rounded with what the lines before it under the same rate were rounded by, so
  that one line cut into many asks the same to the cent.
- A discount on the whole is divided among the rates by largest remainder.
- Tax is rounded once per rate, on what the lines under it come to.
- Where prices include the tax, what was entered is the gross, and the tax is taken out of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from billing_site.kernel.money import (
    CurrencyMismatch,
    Money,
    currency_of,
    included,
    rounded,
    share,
    split,
    to_minor,
    zero,
)
from invoices.pricing import NO_DISCOUNT, Discount, DiscountTooLarge, Line, TaxKind

__all__ = [
    "Discount",
    "DiscountTooLarge",
    "Line",
    "LineTotal",
    "TaxTotal",
    "Totals",
    "total",
]


@dataclass(frozen=True, slots=True)
class LineTotal:
    """What a line comes to. `amount` is as its price was entered, with or without the tax."""

    amount: Money
    discount: Money
    net: Money


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """What stands under one rate. `discount` is its part of the discount on the whole, net."""

    treatment: str
    bps: int
    discount: Money
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Totals:
    """All sums are in one currency; lines in the order they came, taxes highest rate first."""

    currency: str
    inclusive: bool
    lines: Sequence[LineTotal]
    taxes: Sequence[TaxTotal]
    entered_discount: Money  # on the whole, as it was entered: with the tax where prices are

    @property
    def lines_net(self) -> Money:
        """Before the discount on the whole."""
        return sum((line.net for line in self.lines), zero(self.currency))

    @property
    def discount(self) -> Money:
        return sum((tax.discount for tax in self.taxes), zero(self.currency))

    @property
    def net(self) -> Money:
        return sum((tax.net for tax in self.taxes), zero(self.currency))

    @property
    def tax(self) -> Money:
        return sum((tax.tax for tax in self.taxes), zero(self.currency))

    @property
    def gross(self) -> Money:
        return self.net + self.tax

    def discount_shares(self, kinds: Sequence[TaxKind]) -> list[Money]:
        """Divide the discount on the whole among the lines; *kinds* are theirs, in their order."""
        shares = [zero(self.currency)] * len(self.lines)
        for tax in self.taxes:
            places = [i for i, kind in enumerate(kinds) if kind == (tax.treatment, tax.bps)]
            weights = [to_minor(self.lines[i].net) for i in places]
            if tax.discount:
                for i, part in zip(places, split(tax.discount, weights), strict=True):
                    shares[i] = part
        return shares


def total(
    lines: Sequence[Line], *, discount: Discount = NO_DISCOUNT, inclusive: bool = False
) -> Totals:
    """Add *lines* up and take *discount* off the whole.

    With *inclusive*, unit prices and discounts that are sums include the tax.

    :raises CurrencyMismatch: there are two currencies in it.
    :raises DiscountTooLarge: more is taken off than there is.
    """
    currency = _one_currency(lines, discount)
    _refuse_too_large(lines)
    groups = _grouped(lines)
    amounts = _amounts(lines, groups, currency)
    under = [sum((amounts[i] for i in places), zero(currency)) for places in groups.values()]
    off = _divided(discount, under, currency)
    taxed = [
        _Group.of(kind, whole, part, inclusive=inclusive)
        for kind, whole, part in zip(groups, under, off, strict=True)
    ]
    nets: dict[int, Money] = {}
    for group, places in zip(taxed, groups.values(), strict=True):
        weights = [to_minor(amounts[i]) for i in places]
        parts = split(group.lines_net, weights) if any(weights) else [zero(currency)] * len(places)
        nets |= dict(zip(places, parts, strict=True))
    return Totals(
        currency=currency,
        inclusive=inclusive,
        lines=[
            LineTotal(amounts[i], _shown_discount(line, amounts[i]), nets[i])
            for i, line in enumerate(lines)
        ],
        taxes=[group.total for group in taxed],
        entered_discount=sum(off, zero(currency)),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """The lines under one rate: what they come to without tax, and what is left of it."""

    lines_net: Money
    total: TaxTotal

    @classmethod
    def of(cls, kind: TaxKind, whole: Money, off: Money, *, inclusive: bool) -> _Group:
        treatment, bps = kind
        left = whole - off
        if not inclusive:
            tax = share(left, basis_points=bps)
            return cls(whole, TaxTotal(treatment, bps, discount=off, net=left, tax=tax))
        lines_net = whole - included(whole, basis_points=bps)
        tax = included(left, basis_points=bps)
        net = left - tax
        return cls(lines_net, TaxTotal(treatment, bps, discount=lines_net - net, net=net, tax=tax))


def _one_currency(lines: Sequence[Line], discount: Discount) -> str:
    assert lines, "Something has to be billed."
    sums = [line.unit_price for line in lines]
    sums += [each.amount for each in (discount, *(line.discount for line in lines)) if each.amount]
    currencies = {currency_of(each) for each in sums}
    if len(currencies) > 1:
        raise CurrencyMismatch(f"A document is in one currency, not in {sorted(currencies)}.")
    return currencies.pop()


def _refuse_too_large(lines: Sequence[Line]) -> None:
    for i, line in enumerate(lines):
        if line.exact < 0:
            raise DiscountTooLarge(i)


def _grouped(lines: Iterable[Line]) -> dict[TaxKind, list[int]]:
    """The places of the lines by what they are taxed at, the highest rate first."""
    groups: dict[TaxKind, list[int]] = {}
    for i, line in enumerate(lines):
        groups.setdefault(line.tax_kind, []).append(i)
    return dict(sorted(groups.items(), key=lambda group: (-group[0][1], group[0][0])))


def _amounts(
    lines: Sequence[Line], groups: dict[TaxKind, list[int]], currency: str
) -> dict[int, Money]:
    """Round each line with what is left over from those before it under the same rate."""
    amounts: dict[int, Money] = {}
    for places in groups.values():
        exact, taken = Fraction(0), zero(currency)
        for i in places:
            exact += lines[i].exact
            so_far = rounded(exact, currency)
            amounts[i], taken = so_far - taken, so_far
    return amounts


def _divided(discount: Discount, under: Sequence[Money], currency: str) -> list[Money]:
    """The discount on the whole, by what stands under each rate."""
    weights = [to_minor(each) for each in under]
    off = rounded(discount.off(Fraction(sum(weights))), currency)
    if to_minor(off) > sum(weights):
        raise DiscountTooLarge(None)
    return split(off, weights) if off else [zero(currency)] * len(under)


def _shown_discount(line: Line, amount: Money) -> Money:
    """What the paper says was taken off: the list amount less this is the amount, always."""
    currency = currency_of(amount)
    if line.discount.amount is not None:
        return line.discount.amount
    if not line.discount:
        return zero(currency)
    return max(rounded(line.exact_list, currency) - amount, zero(currency))
