"""A bank is removed that a payout schedule pays to: its freelancer withdraws by hand from then on.

Nothing of what they have moves.
"""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from payments.cadence import Rhythm
from payments.models import PayoutMethod, PayoutSchedule
from payments.services.telling import tell


def lock_of(organization_id: int) -> PayoutSchedule | None:
    """Hold the schedule of who may lose a bank. Before the payee and the bank, as sweeps do."""
    theirs = PayoutSchedule.objects.filter(organization=organization_id)
    pk = theirs.values_list("pk", flat=True).first()
    return PayoutSchedule.objects.lock(pk) if pk else None


def end_if_removed(schedule: PayoutSchedule | None, *, at: datetime) -> None:
    """Put the schedule, which is locked, on by hand if its bank is gone, and say so once."""
    if schedule is None or schedule.method is None:
        return
    method = schedule.method
    method.refresh_from_db(fields=["removed_at"])
    if method.removed_at is None:
        return
    schedule.rhythm, schedule.method, schedule.next_at = Rhythm.BY_HAND, None, None
    schedule.skipped, schedule.skipped_on = "", None
    schedule.save()
    _tell(schedule, method, at=at)


def _tell(schedule: PayoutSchedule, method: PayoutMethod, *, at: datetime) -> None:
    tell(
        schedule.organization,
        "payout_schedule_ended",
        f"Nothing is withdrawn automatically now: {method} was removed",
        about=("organization", schedule.organization.ref),
        url=reverse("payout-schedule"),
        at=at,
        key_ends=f"/{method.ref}",
        method=str(method),
    )
