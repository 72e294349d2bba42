"""What the machine keeps for itself goes as well: finished jobs and expired sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from billing_site.platform.models import Job
from records.queries.retention import rules

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def due(name: str, *, ahead: timedelta) -> set[str]:
    """What would go if it were so much later by the platform's clock."""
    [rule] = [each for each in rules() if each.name == name]
    return {str(each.pk) for each in rule.due(at=timezone.now() + ahead)}


def test_a_job_goes_90_days_after_it_was_done_and_stays_while_it_was_not() -> None:
    now = timezone.now()
    states = {"done": now, "dead": now, "pending": None}
    jobs = {
        state: Job.objects.create(
            key=state, task="t", state=state, created_at=now, lease_until=now, finished_at=ended
        )
        for state, ended in states.items()
    }

    assert due("jobs", ahead=89 * DAY) == set()
    assert due("jobs", ahead=91 * DAY) == {str(jobs["done"].pk)}


def test_a_session_goes_a_month_after_it_expired_and_never_while_it_is_good() -> None:
    now = timezone.now()
    for key, ago in (("old", 31), ("fresh", 29), ("good", -1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now - ago * DAY)

    assert due("web sessions", ahead=0 * DAY) == {"old"}
    assert due("web sessions", ahead=300 * DAY) == {"old", "fresh"}, "The demo's clock is ahead."
