"""The queue of invoices, as it is asked for."""

from __future__ import annotations

from datetime import datetime

from billing_site.people.models import User
from invoices.models import Invoice
from tests import given
from tests.given import EUR, NOON


def ask(
    client: User, freelancer: User, price: str, *, title: str = "Logo", at: datetime = NOON
) -> Invoice:
    return given.submitted_invoice(
        client=client, freelancer=freelancer, price=EUR(price), titles=[title], at=at
    )
