"""Columns that several apps declare the same way."""

from __future__ import annotations

from typing import Any

from django.db import models
from djmoney.models.fields import MoneyField

from billing_site.kernel.money import EXPONENTS
from billing_site.kernel.references import REF_LENGTH, public_ref

CURRENCIES = [(code, code) for code in EXPONENTS]


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
        **options,
    )


def ref_field() -> models.CharField[str, str]:
    """The name that a row has in URLs and in letters: short, random, never reused."""
    return models.CharField(max_length=REF_LENGTH, unique=True, default=public_ref, editable=False)
