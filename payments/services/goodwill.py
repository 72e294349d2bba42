"""Credit that a client is given at the platform's cost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money
from billing_site.people.models import Organization, User
from ledger import movements
from ledger.services.posting import post


@transaction.atomic
def give(client: Organization, *, amount: Money, ref: str, by: User, at: datetime) -> None:
    """Add to the client's credit, once for each *ref*. Posts to the books, last."""
    post(movements.give_goodwill(goodwill=ref, client=client.pk, amount=amount, at=at, actor=by.pk))
