"""What the provider takes of our balance by itself: paying at once, accounts, checks of a month.

It stands in no payment, and is told of by no event: the line is all there is. A payee's balance
pays nothing of the kind, so a line like it there stays a difference.
"""

from __future__ import annotations

from django.db.models import F

from billing_site.kernel.money import from_minor
from billing_site.kernel.sweeping import one_by_one
from billing_site.platform.queue import still_at_it
from ledger import movements
from ledger.services.posting import post
from payments.models import ProviderLine

COSTS = {"fee": "provider", "payout_fee": "payout", "dispute_fee": "chargeback"}


def book_all(gateway: str) -> list[ProviderLine]:
    """Book each as a cost of the moment in which it was taken; again, it books nothing twice."""
    taken = ProviderLine.objects.filter(
        gateway=gateway, account="", kind__in=COSTS, matched_at__isnull=True
    ).exclude(amount_minor=F("cost_minor"))
    keys = taken.order_by("pk").values_list("pk", flat=True)
    return one_by_one(keys, _book, to="book what the provider took, line")


def _book(line_pk: int) -> ProviderLine:
    still_at_it()
    line = ProviderLine.objects.get(pk=line_pk)
    taken = from_minor(line.cost_minor - line.amount_minor, line.currency)
    what = COSTS[line.kind]
    post(movements.pay_provider_fee(line=line.line_id, what=what, amount=taken, at=line.made_at))
    return line
