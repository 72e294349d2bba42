"""What the gateway is asked to show on the page where a charge is paid."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings

from billing_site.kernel.money import currency_of, split, to_minor
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.access import Deed
from billing_site.people.mailing import contacts
from billing_site.people.models import Organization, User
from payments import statement
from payments.models import Charge, GatewayCommand
from payments.services import own_currency
from payments.services.commands import enqueue


def checkout_of(charge: Charge, *, by: User | SYSTEM, at: datetime) -> dict[str, object]:
    """What the gateway needs to know, frozen: the same key must always ask the same."""
    return {
        "reference": charge.ref,
        "payer": {
            "reference": charge.client.ref,
            "name": charge.client.name,
            "email": _email(charge.client, by),
        },
        "currency": currency_of(charge.charged),
        "lines": _lines(charge),
        "closes_at": own_currency.closes_at(charge, at=at),
        "success_url": urljoin(settings.SITE_URL, f"{charge.get_absolute_url()}?paid=1"),
        "cancel_url": urljoin(settings.SITE_URL, charge.return_path),
        "statement": statement.suffix_of(charge.ref),
    }


def _lines(charge: Charge) -> list[dict[str, object]]:
    asked = [each for each in charge.settlements.order_by("pk") if each.amount > each.credit]
    sums = split(charge.charged, [to_minor(each.amount - each.credit) for each in asked])
    return [
        {"title": each.title, "amount": to_minor(amount)}
        for each, amount in zip(asked, sums, strict=True)
    ]


def _email(payer: Organization, by: User | SYSTEM) -> str:
    if isinstance(by, User):
        return by.email
    reachable = contacts(payer, Deed.FUND)
    if not reachable:
        raise NotAllowed(f"Nobody at {payer} may pay.")
    return reachable[0][0]


def close(charge: Charge, *, at: datetime) -> None:
    """Nobody is to pay on its page any more. Who did a moment ago has paid: that is heard of."""
    kind, params = GatewayCommand.Kind.EXPIRE_CHECKOUT, {"session_id": charge.session_id}
    if not charge.commands.filter(kind=kind, params=params).exists():
        enqueue(kind, charge, params, at=at)
