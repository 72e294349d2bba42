"""The audit that runs all day: every law, every ten minutes, with what it found.

Each is a job of its own, for a job has its time: a law that takes long, or breaks, keeps no
other from being checked. A minute starts a tenth of them, so that ordinary jobs go on between.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils import timezone

from billing_site.kernel.invariants import Verdict, laws, run_law
from billing_site.platform import queue
from billing_site.platform.models import LawCheck

logger = logging.getLogger(__name__)
PERIOD = timedelta(minutes=10)
CHECK = "billing_site.platform.laws.check"
NEVER = timedelta(days=36_500)


def audit_when_due(*, at: datetime) -> int:
    """Have those laws checked whose last check is the oldest, by the wall's clock; return how many.

    One that is checked already stays alone, and what is no law any more is forgotten.
    """
    now, names = timezone.now(), [each.name for each in laws()]
    LawCheck.objects.exclude(name__in=names).delete()
    checked = dict(LawCheck.objects.values_list("name", "checked_at"))
    due = [name for name in names if name not in checked or checked[name] <= now - PERIOD]
    due.sort(key=lambda name: checked.get(name, now - NEVER))
    a_tenth = ceil(len(names) * 60 / PERIOD.total_seconds())
    return sum(queue.again(CHECK, key=f"law/{name}", name=name) for name in due[:a_tenth])


def check(*, name: str) -> None:
    """Check a law, keep what was found, and say aloud if it is broken. Run as a job."""
    try:
        found = _keep(run_law(name))
    except LookupError:
        logger.info("%s is no law any more", name)
        return
    if not found.holds:
        logger.error("%s is broken %s times: %s", found.name, found.offenders, found.example)


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
