"""Whether what is earned in a currency can be paid to a bank in another one, as things are."""

from __future__ import annotations

from datetime import datetime

from billing_site.people.models import Organization
from payments import rates
from payments.models import ExchangeRate, HouseRate, PayoutMethod


def why_only_in(currency: str, freelancer: Organization, *, at: datetime) -> str:
    """Say that a bank account in *currency* is needed, since nobody quotes it; else nothing.

    Their banks count, or their own currency where they have named none.
    """
    banks = PayoutMethod.objects.filter(organization=freelancer).present()
    named = set(banks.values_list("currency", flat=True)) or {freelancer.currency}
    if currency in named:
        return ""
    unquoted = [each for each in (currency, *sorted(named)) if not _is_quoted(each, at=at)]
    if currency not in unquoted and len(unquoted) < len(named):
        return ""
    return (
        f"We have no exchange rate for {unquoted[0]}. What is earned in {currency} can be withdrawn"
        f" to a bank account in {currency} only."
    )


def _is_quoted(currency: str, *, at: datetime) -> bool:
    """Where nobody has been asked for any rate yet, we do not know."""
    source = rates.current().name
    if currency == "EUR" or ExchangeRate.objects.of(source, currency, at=at):
        return True
    if HouseRate.objects.of(currency, at=at):
        return True
    return not ExchangeRate.objects.filter(source=source).exists()
