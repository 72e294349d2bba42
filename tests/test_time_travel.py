"""Where time stops when it is jumped through, and what is looked at there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from billing_site.people.models import User
from billing_site.platform import queue
from billing_site.platform.models import AuditEvent
from billing_site.workflows import time_travel
from billing_site.workflows.time_travel import Stop
from tests import given
from tests.given import NOON
from tests.platform.tasks import runs_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def client(settings: Any) -> User:
    settings.TICKS = ["tests.platform.tasks.sweep"]
    return given.person("alice", country="AT")


@pytest.fixture
def freelancer(db: None) -> User:
    return given.person("bob", kind="freelancer", country="NO")


def promised(subject: str) -> None:
    with transaction.atomic():
        queue.later("tests.platform.tasks.write_down", subject=subject, after=NOON + HOUR)


def sweeps() -> int:
    return AuditEvent.objects.filter(deed="test.swept").count()


def test_what_a_sweep_has_to_find_is_swept_for_first(client: User, freelancer: User) -> None:
    offer = given.offered_contract(client=client, freelancer=freelancer, at=NOON)
    assert offer.expires_at
    assert time_travel.next_stop(NOON + HOUR) == Stop(offer.expires_at, is_swept=True)

    promised("a job")
    assert time_travel.next_stop(NOON) == Stop(NOON + HOUR, is_swept=False)


def test_what_was_done_is_looked_at_once_afterwards(client: User) -> None:
    promised("a job")

    time_travel.work_off(NOON + HOUR, sweep_first=False)
    assert (runs_of("a job"), sweeps()) == (1, 1)

    time_travel.work_off(NOON + HOUR)  # nothing is left: one look says so
    assert sweeps() == 2


def test_a_moment_of_sweeps_is_looked_at_before_and_after(client: User) -> None:
    promised("a job")

    time_travel.work_off(NOON + HOUR)

    assert (runs_of("a job"), sweeps()) == (1, 2)
