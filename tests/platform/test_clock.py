from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from billing_site.platform.models import DemoClock
from tests.platform.tasks import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_the_demo(settings: Any) -> None:
    settings.DEMO = True


def test_it_is_the_wall_s_until_it_is_moved() -> None:
    before = timezone.now()

    assert before <= clock.now() <= timezone.now()
    assert DemoClock.objects.count() == 0


def test_it_moves_ahead_for_everybody_and_adds_up() -> None:
    clock.advance(timedelta(days=14))
    clock.advance(timedelta(days=1))

    assert clock.ahead() == timedelta(days=15)
    assert clock.now() >= timezone.now() + timedelta(days=14, hours=23)


@pytest.mark.parametrize("by", [timedelta(0), timedelta(days=-1)])
def test_it_never_goes_back(by: timedelta) -> None:
    clock.advance(timedelta(days=2))

    with pytest.raises(NotAllowed, match="forward"):
        clock.advance(by)
    with pytest.raises(NotAllowed, match="forward"):
        clock.set_demo_offset(timedelta(days=1))

    assert clock.ahead() == timedelta(days=2)


def test_only_the_demo_s_can_be_moved(settings: Any) -> None:
    clock.advance(timedelta(days=2))
    settings.DEMO = False

    with pytest.raises(NotAllowed, match="Only the demo"):
        clock.advance(timedelta(days=1))

    assert clock.ahead() == timedelta(0), "What the demo did is nothing to production."


def test_it_can_be_pinned_for_a_while() -> None:
    with clock.pinned(NOON):
        assert clock.now() == NOON
        with clock.pinned(NOON + timedelta(hours=1)):
            assert clock.now() == NOON + timedelta(hours=1)
        assert clock.now() == NOON
        assert clock.running() > NOON

    assert clock.now() > NOON


@pytest.mark.parametrize("row", [{"pk": 2}, {"pk": 1, "ahead": timedelta(days=-1)}])
def test_the_database_keeps_one_clock_that_is_never_behind(row: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="demo_clock"), transaction.atomic():
        DemoClock.objects.create(**row)
