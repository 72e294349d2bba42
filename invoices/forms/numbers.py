"""Fields of a line: how many, and what is taken off."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing_site.kernel.forms import TWO_MEANINGS, AmountField
from billing_site.kernel.money import WHOLE
from invoices.models.line import plain_number
from invoices.pricing import NO_DISCOUNT, QUANTITY_PLACES, Discount

QUANTITY = re.compile(rf"[0-9]{{1,6}}(?:[.,][0-9]{{1,{QUANTITY_PLACES}}})?", re.ASCII)
PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s?%", re.ASCII)


class QuantityField(forms.CharField):
    """How many, as a person writes it: `3`, `12.5`, `0,25`; up to four places."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        if not text:
            return None
        if not QUANTITY.fullmatch(text):
            raise ValidationError("Write a number, such as 12.5: at most four places.")
        if TWO_MEANINGS.fullmatch(text):
            raise ValidationError(
                "It could mean two numbers. Write 1000, or 1.0000 with four places."
            )
        quantity = Decimal(text.replace(",", "."))
        if not quantity:
            raise ValidationError("It has to be more than none.")
        return quantity

    def prepare_value(self, value: Any) -> Any:
        return plain_number(value) if isinstance(value, Decimal) else value


class PercentField(forms.CharField):
    """A rate as a person writes it: `19`, `5.5`, `5,5 %`; its value is in basis points."""

    def __init__(self, *, most: int, **options: Any) -> None:
        self.most = most
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip().removesuffix("%").strip()
        if not text:
            return 0
        percent = PERCENT.fullmatch(f"{text}%")
        if percent is None:
            raise ValidationError("Write the rate in percent, such as 19 or 5.5.")
        bps = int(Decimal(percent.group(1).replace(",", ".")).scaleb(2))
        if bps > self.most:
            raise ValidationError(f"It is at most {plain_number(Decimal(self.most).scaleb(-2))} %.")
        return bps

    def prepare_value(self, value: Any) -> Any:
        return plain_number(Decimal(value).scaleb(-2)) if isinstance(value, int) else value


class DiscountField(AmountField):
    """What is taken off: a part (`10 %`) or a sum in the currency (`25.00`)."""

    def to_python(self, value: Any) -> Any:
        text = value.strip() if isinstance(value, str) else ""
        percent = PERCENT.fullmatch(text)
        if percent is None:
            amount = super().to_python(value)
            return Discount(amount=amount) if amount else NO_DISCOUNT
        bps = int(Decimal(percent.group(1).replace(",", ".")).scaleb(2))
        if bps > WHOLE:
            raise ValidationError("No more than 100 % can be taken off.")
        return Discount(bps=bps)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Discount):
            return value
        if value.bps:
            return f"{plain_number(Decimal(value.bps).scaleb(-2))} %"
        return super().prepare_value(value.amount) if value else ""
