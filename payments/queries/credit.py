"""What a client has in credit, and where it would go if it were sent back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from billing_site.kernel.money import Money, from_minor, zero
from billing_site.people.models import Organization
from ledger.models import Account


@dataclass(frozen=True, slots=True)
class Credit:
    amount: Money

    @property
    def currency(self) -> str:
        return str(self.amount.currency)


def credits_of(client: Organization) -> Sequence[Credit]:
    """Return what the client has in credit, one for each currency, by its code."""
    rows = Account.objects.filter(code=f"client:{client.pk}:credit", balance__gt=0)
    found = rows.order_by("currency").values_list("balance", "held", "currency")
    return [Credit(from_minor(minor - held, currency)) for minor, held, currency in found]


def credit_in(client: Organization, currency: str) -> Credit:
    """Return what it has in *currency*, which may be nothing."""
    found = (each for each in credits_of(client) if each.currency == currency)
    return next(found, Credit(zero(currency)))
