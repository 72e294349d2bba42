"""A machine that runs: its worker gave a sign of life, and a law was checked just now."""

from __future__ import annotations

from django.utils import timezone

from billing_site.platform.models import Heartbeat, LawCheck


def watched() -> None:
    now = timezone.now()
    Heartbeat.objects.create(name="worker", asked_at=now, beat_at=now)
    LawCheck.objects.create(
        name="books.balance", sentence="x", checked_at=now, offenders=0, milliseconds=1
    )
