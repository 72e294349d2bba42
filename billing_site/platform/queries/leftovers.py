"""What the machine keeps for itself, and needs no more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from billing_site.platform.models import Job


def jobs_done(before: datetime) -> QuerySet[Any]:
    """Those that were given up are kept until somebody has looked."""
    return Job.objects.filter(state=Job.State.DONE, finished_at__lt=before)


def sessions_over(before: datetime) -> QuerySet[Any]:
    """They expire by the wall's clock: a demo whose time is ahead must sign nobody out."""
    return Session.objects.filter(expire_date__lt=min(before, timezone.now()))
