"""What a client has in credit: it came back, and was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, currency_of, show
from billing_site.people.models import Organization
from ledger.queries.balances import spendable, spendable_in_each_currency
from payments.gateways.sums import least_payment
from payments.models import PaymentMethod


@dataclass(frozen=True, slots=True)
class Credit:
    amount: Money

    @property
    def currency(self) -> str:
        return currency_of(self.amount)


def credits_of(client: Organization) -> Sequence[Credit]:
    """Return what the client has in credit, one for each currency."""
    return [Credit(amount) for amount in spendable_in_each_currency(_account(client))]


def credit_in(client: Organization, currency: str) -> Credit:
    """Return what it has in *currency*, which may be nothing."""
    return Credit(spendable(_account(client), currency))


def words_for(client: Organization, total: Money) -> str:
    """Say what of a payment of *total* their credit pays, before they agree to it."""
    credit = paying(credit_in(client, currency_of(total)).amount, total)
    if not credit:
        return ""
    if credit == total:
        return f"Your credit pays all of it: {show(credit)}. Nothing is charged elsewhere."
    return (
        f"Your credit pays {show(credit)} of it. The other {show(total - credit)} is what you "
        "are charged."
    )


def left_to_pay(client: Organization, total: Money) -> Money:
    """Return what of *total* the client's credit leaves to be charged."""
    return total - paying(credit_in(client, currency_of(total)).amount, total)


def paying(credit: Money, total: Money) -> Money:
    """Return what *credit* pays of *total*: all that it can, if the rest can be charged."""
    pays = min(credit, total)
    least = least_payment(currency_of(total))
    if pays < total < pays + least:
        return max(total - least, total - total)
    return pays


def saved_way(client: Organization, total: Money, *, at: datetime) -> PaymentMethod | None:
    """Return what *client* saved and can pay *total* with; None: nothing, or credit pays all."""
    if credit_in(client, currency_of(total)).amount >= total:
        return None
    present = PaymentMethod.objects.filter(organization=client).chargeable()
    return next((method for method in present if not method.has_expired(at=at)), None)


def _account(client: Organization) -> str:
    return f"client:{client.pk}:credit"
