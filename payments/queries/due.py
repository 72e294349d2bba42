"""When the next thing falls due, for whoever jumps through time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from billing_site.kernel.moments import Waiting, first_after
from payments.models import (
    Collection,
    GatewayCommand,
    GatewayEvent,
    Lot,
    OpenItem,
    PaymentMethod,
    Payout,
    PayoutSchedule,
    PromisedTransfer,
    Quote,
    Restriction,
)


def next_due(*, after: datetime) -> datetime | None:
    """Return the first moment later than *after* at which a sweep of payments finds something."""
    waiting: list[Waiting] = [
        (Lot.objects.pending(), "available_at"),
        (Payout.objects.filter(state=Payout.State.REQUESTED), "send_at"),
        (PayoutSchedule.objects.all(), "next_at"),
        (Quote.objects.filter(state=Quote.State.OPEN), "valid_until"),
        (
            GatewayCommand.objects.filter(state__in=GatewayCommand.OPEN, is_stuck=False),
            "next_try_at",
        ),
        (GatewayEvent.objects.unhandled(), "next_try_at"),
        (PaymentMethod.objects.present(), "warn_at"),
        (Collection.objects.all(), "next_try_at"),
        (PromisedTransfer.objects.kept(), "until"),
    ]
    found = [first_after(after, *waiting)]
    found += _ends_of_restrictions(after)
    found += _days_on_which_something_is_due(after)
    return min((moment for moment in found if moment is not None), default=None)


def _ends_of_restrictions(after: datetime) -> list[datetime | None]:
    by_staff = Restriction.objects.standing().filter(cause=Restriction.Cause.STAFF)
    ends = [each.ends_at for each in by_staff]
    return [moment for moment in ends if moment and moment > after]


def _days_on_which_something_is_due(after: datetime) -> list[datetime | None]:
    """What is owed is charged on its day; who has saved no way to pay has that day for it."""
    owed = OpenItem.objects.still_owed().filter(due_on__gte=after.date())
    days = owed.order_by("due_on").values_list("due_on", flat=True).distinct()[:2]
    beginnings = [datetime.combine(day, time(tzinfo=UTC)) for day in days]
    moments = [*beginnings, *(each + timedelta(days=1) for each in beginnings)]
    return [moment for moment in moments if moment > after]
