"""What became of a contract, its milestone and the request about its money."""

from __future__ import annotations

from billing_site.people.models import User
from invoices.models import Contract, Milestone, RefundRequest
from ledger.models import Entry
from tests.given import EUR
from tests.invoices.books import pending


def states() -> tuple[str, str, str]:
    return (
        Contract.objects.get().state,
        Milestone.objects.get().state,
        RefundRequest.objects.latest("pk").state,
    )


def nothing_moved(bob: User) -> bool:
    """Only the funding is in the books, and nothing is Bob's."""
    kinds = set(Entry.objects.values_list("kind", flat=True))
    return kinds == {"fund_escrow", "settle_provider_line"} and pending(bob) == EUR("0.00")
