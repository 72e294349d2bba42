"""Columns that several apps declare the same way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from djmoney.models.fields import MoneyField, MoneyFieldProxy

from billing_site.kernel.money import EXPONENTS, Money
from billing_site.kernel.references import REF_LENGTH, public_ref

CURRENCIES = [(code, code) for code in EXPONENTS]


class SumOfARow(MoneyFieldProxy):
    """Takes what the database returned as it is; it becomes Money once somebody asks for it.

    A page reads some thousand sums, most of them of rows of which it shows a name.
    """

    def __get__(self, obj: Any, type: Any = None) -> Any:  # noqa: A002 - as Python names it
        if obj is not None and isinstance(found := obj.__dict__.get(self.field.name), Money):
            return found
        return super().__get__(obj, type)

    def __set__(self, obj: Any, value: Any) -> None:
        if value is None or isinstance(value, Decimal):
            obj.__dict__[self.field.name] = value
        else:
            super().__set__(obj, value)


def currency_field() -> models.CharField[str, str]:
    """The one currency of a row. Declare it above the row's `money_field()`s: they share it."""
    return models.CharField(max_length=3, choices=CURRENCIES)


def money_field(*, currency: str = "currency", **options: Any) -> MoneyField:
    """A sum in the row's currency; three places, so that a dinar's thousandth fits.

    Only what is a conversion names another column for its *currency*.
    """
    return MoneyField(
        max_digits=15,
        decimal_places=3,
        currency_field_name=currency,
        default_currency=None,
        money_descriptor_class=SumOfARow,
        **options,
    )


def ref_field() -> models.CharField[str, str]:
    """The name that a row has in URLs and in letters: short, random, never reused."""
    return models.CharField(max_length=REF_LENGTH, unique=True, default=public_ref, editable=False)
