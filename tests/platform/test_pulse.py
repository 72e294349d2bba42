"""What a monitor hears of the machine behind the pages: by the wall's clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from billing_site.kernel.invariants import laws
from billing_site.platform import clock, queue
from billing_site.platform.laws import audit_when_due
from billing_site.platform.models import Heartbeat, Job, LawCheck
from billing_site.platform.queries.pulse import pulse
from payments.models import GatewayEvent
from tests.platform.tasks import NOON
from tests.watched import watched

pytestmark = pytest.mark.django_db
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def wrong(**later: float) -> list[str]:
    said = pulse(now=timezone.now() + timedelta(**later))
    return [name for name, holds in said.items() if not holds]


def test_a_machine_on_which_nothing_runs_is_not_well() -> None:
    assert wrong() == ["laws_were_checked", "worker_is_alive"]


def test_what_stopped_is_an_alarm_after_its_time() -> None:
    watched()
    assert wrong() == []
    assert wrong(seconds=145) == []
    assert wrong(seconds=155) == ["worker_is_alive"]
    Heartbeat.objects.update(beat_at=timezone.now() + DAY)
    assert wrong(minutes=31) == ["laws_were_checked"]


def test_a_job_that_was_given_up_is_an_alarm_for_a_day() -> None:
    watched()
    now = timezone.now()
    facts = {"created_at": now, "lease_until": now, "finished_at": now, "state": "dead"}
    Job.objects.create(key="k", task="t", **facts)
    Heartbeat.objects.update(beat_at=now + 2 * DAY)
    LawCheck.objects.update(checked_at=now + 2 * DAY)

    assert wrong() == ["jobs_are_done"]
    assert wrong(hours=25) == []


def test_an_event_that_nobody_reads_is_an_alarm() -> None:
    watched()
    GatewayEvent.objects.create(
        gateway="sandbox",
        scope="platform",
        event_id="evt_1",
        type="x",
        object_kind="charge",
        object_id="ch_1",
        api_version="1",
        livemode=False,
        payload=b"",
        received_at=NOON,
        next_try_at=NOON,
    )

    for minutes, status in ((14, 200), (15, 503)):
        with clock.pinned(NOON + minutes * MINUTE):
            answer = Client().get("/health/money/")
        assert answer.status_code == status, answer.json()
    assert [name for name, holds in answer.json().items() if not holds] == ["events_are_read_soon"]


def test_laws_are_checked_one_by_one_and_all_in_their_time() -> None:
    LawCheck.objects.create(
        name="no.law", sentence="x", checked_at=timezone.now(), offenders=9, milliseconds=1
    )
    names = {each.name for each in laws()}

    started = [audit_when_due(at=NOON)]
    first = set(Job.objects.values_list("key", flat=True))
    assert first < {f"law/{name}" for name in names}
    while started[-1]:
        queue.drain()
        started.append(audit_when_due(at=NOON))

    assert sum(started) == len(names)
    assert len(started) <= 11
    assert set(LawCheck.objects.values_list("name", flat=True)) == names
    LawCheck.objects.filter(name=min(names)).update(checked_at=timezone.now() - 11 * MINUTE)
    assert audit_when_due(at=NOON) == 1
