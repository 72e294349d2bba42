"""The audit that runs all day: every law, every ten minutes, with what it found."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from billing_site.kernel.invariants import Verdict, run_laws
from billing_site.platform.models import LawCheck

logger = logging.getLogger(__name__)
PERIOD = timedelta(minutes=10)


def audit_when_due(*, at: datetime) -> None:
    """Audit if the last one is ten minutes old by the wall's clock, wherever the demo's is."""
    last = LawCheck.objects.order_by("-checked_at").values_list("checked_at", flat=True).first()
    if last is None or last <= timezone.now() - PERIOD:
        audit()


def audit() -> list[LawCheck]:
    """Check every law, keep what was found, and say aloud which is broken."""
    checks = [_keep(verdict) for verdict in run_laws()]
    for check in checks:
        if not check.holds:
            logger.error("%s is broken %s times: %s", check.name, check.offenders, check.example)
    return checks


@transaction.atomic
def _keep(verdict: Verdict) -> LawCheck:
    now = timezone.now()
    first = next(iter(verdict.offenders), {})
    check, _ = LawCheck.objects.update_or_create(
        name=verdict.law.name,
        defaults={
            "sentence": verdict.law.sentence,
            "checked_at": now,
            "offenders": len(verdict.offenders),
            "example": ", ".join(f"{key}={value}" for key, value in first.items()),
            "milliseconds": verdict.seconds * 1000,
            **({"held_at": now} if verdict.holds else {}),
        },
    )
    return check
