"""Money that is held for no milestone, by when it was to be decided whose it is."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from invoices.models import Milestone
from invoices.models.milestone_rows import RETURN_AT, WARN_AT, hold_moment
from payments.models import Escrow

SHARES = (*WARN_AT, RETURN_AT)


def to_warn(*, at: datetime) -> QuerySet[Escrow]:
    """That of which a warning is due that was not given, and that cannot be held any longer."""
    due = Q(LessThanOrEqual(hold_moment(RETURN_AT, of=""), at))
    for given, share in enumerate(SHARES):
        due |= Q(LessThanOrEqual(hold_moment(share, of=""), at), hold_warnings__lte=given)
    return _held().filter(due)


def next_moment(*, after: datetime) -> datetime | None:
    """When the next of these warnings is due."""
    moments = [
        _held()
        .filter(GreaterThan(hold_moment(share, of=""), after), hold_warnings__lte=given)
        .aggregate(first=Min(hold_moment(share, of="")))["first"]
        for given, share in enumerate(SHARES)
    ]
    return min((moment for moment in moments if moment), default=None)


def _held() -> QuerySet[Escrow]:
    by_milestone = Milestone.objects.filter(escrow=OuterRef("pk"), state=Milestone.State.FUNDED)
    return Escrow.objects.held().exclude(Exists(by_milestone))
