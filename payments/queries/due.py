"""When the next thing falls due, for whoever jumps through time."""

from __future__ import annotations

from datetime import datetime

from payments.models import GatewayCommand, GatewayEvent, Lot, PaymentMethod, Payout


def next_due(*, after: datetime) -> datetime | None:
    """Return the first moment later than *after* at which a sweep of payments finds something."""
    waiting = [
        (Lot.objects.pending(), "available_at"),
        (Payout.objects.filter(state=Payout.State.REQUESTED), "send_at"),
        (
            GatewayCommand.objects.filter(state__in=GatewayCommand.OPEN, is_stuck=False),
            "next_try_at",
        ),
        (GatewayEvent.objects.unhandled(), "next_try_at"),
        (PaymentMethod.objects.present(), "warn_at"),
    ]
    found = [
        rows.filter(**{f"{field}__gt": after}).order_by(field).values_list(field, flat=True).first()
        for rows, field in waiting
    ]
    return min((moment for moment in found if moment is not None), default=None)
