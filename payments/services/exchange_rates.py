"""Rates are asked for once an hour, and kept by the day."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction

from billing_site.kernel.money import EXPONENTS
from payments import rates
from payments.models import ExchangeRate
from payments.rates.base import NoRates, Rate

logger = logging.getLogger(__name__)
PERIOD = timedelta(hours=1)


def fetch_when_due(*, at: datetime) -> int:
    """Ask the provider if nobody did this hour and today's are not there; return what was new."""
    provider = rates.current()
    if ExchangeRate.objects.filter(source=provider.name, on=at.date()).exists():
        return 0
    asked = f"exchange_rates/{provider.name}/{at:%Y-%m-%dT%H}"
    if not cache.add(asked, 1, timeout=PERIOD.total_seconds()):
        return 0
    try:
        found = provider.latest(at=at)
    except NoRates as problem:
        logger.warning("No rates from %s: %s", provider.title, problem)
        return 0
    return keep(provider.name, found, at=at)


@transaction.atomic
def keep(source: str, found: Sequence[Rate], *, at: datetime) -> int:
    """Note the rates of the currencies that are enabled here; what was said first stays."""
    rows = [
        ExchangeRate(
            source=source,
            on=rate.on,
            currency=rate.currency,
            per_euro=rate.per_euro,
            fetched_at=at,
        )
        for rate in found
        if rate.currency in EXPONENTS and rate.currency != "EUR"
    ]
    before = ExchangeRate.objects.filter(source=source).count()
    ExchangeRate.objects.bulk_create(rows, ignore_conflicts=True)
    return ExchangeRate.objects.filter(source=source).count() - before
