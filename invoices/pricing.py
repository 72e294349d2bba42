"""What goes into a sum: lines with their discounts and how they are taxed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billing_site.kernel.money import WHOLE, Money, to_minor

QUANTITY_PLACES = 4

TaxKind = tuple[str, int]  # treatment and basis points: what one row of taxes is about


class DiscountTooLarge(ValueError):
    """More would be taken off than there is. `line` counts from 0; None is the whole."""

    def __init__(self, line: int | None) -> None:
        super().__init__(f"The discount of line {line} is larger than what it is taken off.")
        self.line = line


@dataclass(frozen=True, slots=True)
class Discount:
    """Basis points or a sum, never both."""

    bps: int = 0
    amount: Money | None = None

    def __post_init__(self) -> None:
        assert not (self.bps and self.amount), "A discount is a part or a sum."
        assert 0 <= self.bps <= WHOLE, "Nobody is paid for buying."
        assert self.amount is None or to_minor(self.amount) >= 0, "A discount is no surcharge."

    def __bool__(self) -> bool:
        return bool(self.bps or self.amount)

    def off(self, minor: Fraction) -> Fraction:
        """Return how many minor units are taken off *minor* of them, exactly."""
        if self.amount is not None:
            return Fraction(to_minor(self.amount))
        return minor * self.bps / WHOLE


NO_DISCOUNT = Discount()


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is billed. Only the quantity may be finer than the smallest coin."""

    quantity: Decimal
    unit_price: Money
    treatment: str
    bps: int = 0
    discount: Discount = NO_DISCOUNT

    def __post_init__(self) -> None:
        assert self.quantity > 0, "A line is for something."
        assert to_minor(self.unit_price) >= 0, "What is given back is a credit note."
        assert 0 <= self.bps <= WHOLE, "A rate is a part."

    @property
    def exact_list(self) -> Fraction:
        return Fraction(self.quantity) * to_minor(self.unit_price)

    @property
    def exact(self) -> Fraction:
        return self.exact_list - self.discount.off(self.exact_list)

    @property
    def tax_kind(self) -> TaxKind:
        return (self.treatment, self.bps)
