"""Who was asked for something in vain and still owes it, and what follows from that, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min

from billing_site.kernel.money import Money, show
from payments import consequences
from payments.models import Charge, Collection, Restriction
from payments.models.collection import CollectionQuerySet


@dataclass(frozen=True, slots=True)
class Late:
    title: str  # what it is for
    amount: Money
    url: str  # where it can be paid

    @property
    def words(self) -> str:
        return f"{show(self.amount)} for {self.title}"


def late_of(client_id: int) -> list[Late]:
    """Return what restricts a client, the oldest first."""
    charges = Charge.objects.filter(collection__in=late_collections(client_id))
    return [
        Late(_title(charge), charge.asked, charge.get_absolute_url())
        for charge in charges.prefetch_related("settlements").order_by("begun_at", "pk")
    ]


def late_collections(client_id: int | None = None) -> CollectionQuerySet:
    late = Collection.objects.late().still_owed()
    return late if client_id is None else late.filter(charge__client=client_id)


def is_on_its_way(client_id: int) -> bool:
    """Whether a bank is on all of what is late: then they have done what they can."""
    late = late_collections(client_id)
    return late.exists() and not late.exclude(charge__state=Charge.State.PROCESSING).exists()


def late_since(client_id: int | None = None) -> dict[int, datetime]:
    """Return since when each client is late. Whom somebody of ours let off begins anew then."""
    late = late_collections(client_id).order_by()
    firsts = dict(late.values_list("charge__client").annotate(Min("late_since")))
    let_off = Restriction.objects.unpaid().filter(
        organization__in=firsts, ended_at__isnull=False, decided_by__isnull=False
    )
    anew = dict(let_off.order_by().values_list("organization").annotate(Max("ended_at")))
    return {client: max(since, anew.get(client, since)) for client, since in firsts.items()}


def what_follows(client_id: int, *, at: datetime) -> list[str]:
    """Say what is ahead of a client who does not pay, and when.

    Nothing: they are not late, or all of it is on its way.
    """
    if is_on_its_way(client_id):
        return []
    since = late_since(client_id).get(client_id)
    return consequences.ahead_in_words(since, at) if since else []


def next_steps(*, after: datetime) -> list[datetime]:
    """Return when those who are late reach their next steps."""
    return [
        moment for since in late_since().values() for moment, _ in consequences.ahead(since, after)
    ]


def _title(charge: Charge) -> str:
    titles = [each.title for each in charge.settlements.all()]
    return titles[0] if len(titles) == 1 else f"{titles[0]} and {len(titles) - 1} more"
