"""T42: a flood of events is taken in at once and read later, and nobody else's work waits."""

from __future__ import annotations

import time
from statistics import quantiles

import pytest
from django.db import transaction
from django.test import Client

from billing_site.platform import queue
from billing_site.platform.models import Job
from payments.gateways.signatures import sign
from payments.models import GatewayEvent
from tests.payments.test_webhook import PLATFORM, body_of, post
from tests.platform.tasks import runs_of

LARGEST = 256 * 1024
SLOWEST = 0.2  # seconds, of all but one in a hundred


def flood(client: Client, number: int, *, first: int = 0) -> list[float]:
    """Post so many different events; return how long each took to be answered."""
    took = []
    for place in range(first, first + number):
        body = body_of(id=f"evt_{place}", data={"object": {"id": "x", "object": "tax"}})
        header, began = sign(body, PLATFORM), time.perf_counter()
        assert post(client, body, header).status_code == 200
        took.append(time.perf_counter() - began)
    return took


def assert_it_is_borne(client: Client, number: int) -> None:
    """What somebody else asks for meanwhile is done before all that comes later."""
    before = number // 4
    took = flood(client, before)
    with transaction.atomic():
        other = queue.later("tests.platform.tasks.write_down", subject="somebody else's work")
    took += flood(client, number - before, first=before)

    assert quantiles(took, n=100)[-1] <= SLOWEST
    assert GatewayEvent.objects.count() == number
    assert not GatewayEvent.objects.exclude(handled_at=None).exists(), "It is read later."
    assert next(place for place, pk in enumerate(queue.deliveries()) if pk == other.pk) == before
    queue.drain()
    other.refresh_from_db()
    assert (other.state, runs_of("somebody else's work")) == ("done", 1)
    assert Job.objects.filter(finished_at__lt=other.finished_at).count() == before
    assert not GatewayEvent.objects.filter(handled_at=None).exists()


@pytest.mark.django_db
def test_hundreds_of_events(client: Client) -> None:
    assert_it_is_borne(client, 200)


@pytest.mark.release
@pytest.mark.django_db
def test_five_thousand_events(client: Client) -> None:
    assert_it_is_borne(client, 5_000)


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "status"), [(LARGEST, 400), (LARGEST + 1, 413), (10**7, 413)])
def test_no_more_is_read_than_anybody_honest_sends(client: Client, size: int, status: int) -> None:
    assert post(client, b"x" * size, "t=1,v1=0").status_code == status
    assert not GatewayEvent.objects.exists()
