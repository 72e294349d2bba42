"""What time it is, for decisions: the wall's, or in the demo as far ahead as it was moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from billing_site.kernel.transitions import NotAllowed
from billing_site.platform.models import DemoClock

_pinned: ContextVar[datetime | None] = ContextVar("pinned", default=None)


def now() -> datetime:
    """Return the moment that doors hand to services as `at=`, in UTC."""
    pinned_to = _pinned.get()
    return pinned_to if pinned_to is not None else running()


def running() -> datetime:
    """Return what the clock shows to everybody, whatever it is pinned to here."""
    return timezone.now() + ahead()


def ahead() -> timedelta:
    """Return how far the platform's clock is ahead of the wall's; outside the demo never."""
    if not settings.DEMO:
        return timedelta(0)
    return DemoClock.objects.values_list("ahead", flat=True).first() or timedelta(0)


@contextmanager
def pinned(moment: datetime) -> Iterator[datetime]:
    """Let `now()` be *moment*, in this thread: for building a past, and for jumping ahead."""
    token = _pinned.set(moment)
    try:
        yield moment
    finally:
        _pinned.reset(token)


def advance(by: timedelta) -> datetime:
    """Move the demo's clock ahead for everybody; return the new time.

    :raises NotAllowed: this is not the demo, or *by* would turn the clock back.
    """
    if by <= timedelta(0):
        raise NotAllowed("Time goes forward only.")
    return set_demo_offset(by, relative=True)


@transaction.atomic
def set_demo_offset(offset: timedelta, *, relative: bool = False) -> datetime:
    """Put the demo's clock *offset* ahead of the wall's, or of where it is now.

    :raises NotAllowed: this is not the demo, or time would go back.
    """
    if not settings.DEMO:
        raise NotAllowed("Only the demo's clock can be moved.")
    DemoClock.objects.bulk_create([DemoClock(pk=1)], ignore_conflicts=True)
    clock = DemoClock.objects.select_for_update(no_key=True).get(pk=1)
    moved = clock.ahead + offset if relative else offset
    if moved < clock.ahead:
        raise NotAllowed("Time goes forward only.")
    clock.ahead = moved
    clock.save(update_fields=["ahead"])
    return timezone.now() + moved
