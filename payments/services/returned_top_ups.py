"""What our own bank had sent to the provider, and what did not stay there.

The provider tells of it, and the night finds its line: whichever comes first notes it, once.
What nobody of ours had noted before stays a difference, both ways, until somebody does.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.sweeping import one_by_one
from billing_site.platform.queue import still_at_it
from ledger.models import Entry
from payments.gateways.base import Status, TopUpState
from payments.models import ProviderLine
from payments.services import our_income

TOLD = "The provider says that it did not stay"
BY_ITS_LINE = "The provider gave it back, by a line of our balance"
NOT_THERE = {Status.FAILED, Status.CANCELLED}


@transaction.atomic
def follow(state: TopUpState, *, at: datetime) -> None:
    """Note that it is not there, or not any more. This posts."""
    if state.status in NOT_THERE and Entry.objects.filter(key=f"topup/{state.top_up_id}").exists():
        our_income.return_top_up(reference=state.top_up_id, reason=TOLD, at=at)


def book_all(gateway: str) -> list[ProviderLine]:
    """Book each that went back by its line, as of the moment of the line; again, it books none.

    Where the line has another sum than was noted, the comparison says so.
    """
    back = ProviderLine.objects.filter(
        gateway=gateway, account="", kind="topup_reversal", matched_at__isnull=True
    )
    keys = back.order_by("pk").values_list("pk", flat=True)
    return one_by_one(keys, _book, to="book what went back to our bank, line")


def _book(line_pk: int) -> ProviderLine:
    still_at_it()
    line = ProviderLine.objects.get(pk=line_pk)
    our_income.return_top_up(reference=line.source_id, reason=BY_ITS_LINE, at=line.made_at)
    return line
