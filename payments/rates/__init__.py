"""Who says what one currency is worth in another: one `RateProvider`, picked by the settings."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from payments.rates.base import RateProvider
from payments.rates.ecb import EcbRates
from payments.rates.table import FixedRates


def current() -> RateProvider:
    """Return who is asked for rates: the European Central Bank, in the sandbox a fixed table.

    :raises ImproperlyConfigured: made-up rates beside real money, or a name that nobody has.
    """
    name = settings.EXCHANGE_RATES
    if name == EcbRates.name:
        return EcbRates()
    if name != FixedRates.name:
        raise ImproperlyConfigured(f"EXCHANGE_RATES is {name!r}: choose ecb or table.")
    if not settings.PAYMENTS_SANDBOX:
        raise ImproperlyConfigured("EXCHANGE_RATES=table is made up: only the sandbox may use it.")
    return FixedRates()
