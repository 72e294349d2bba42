"""T42: a flood of events is taken in at once and read later, and nobody else's work waits."""

from __future__ import annotations

import time
from statistics import quantiles

import pytest
from django.test import Client

from billing_site.platform import queue
from billing_site.platform.models import Job
from payments.gateways.signatures import sign
from payments.models import GatewayEvent
from tests.payments.test_webhook import PLATFORM, body_of, post

LARGEST = 256 * 1024
SLOWEST = 0.2  # seconds, of all but one in a hundred


def flood(client: Client, number: int) -> list[float]:
    """Post so many different events; return how long each took to be answered."""
    took = []
    for place in range(number):
        body = body_of(id=f"evt_{place}", data={"object": {"id": "x", "object": "tax"}})
        header, began = sign(body, PLATFORM), time.perf_counter()
        assert post(client, body, header).status_code == 200
        took.append(time.perf_counter() - began)
    return took


def assert_it_is_borne(client: Client, number: int) -> None:
    from django.db import transaction

    with transaction.atomic():
        queue.later("tests.platform.tasks.write_down", subject="somebody else's work")
    took = flood(client, number)

    assert quantiles(took, n=100)[-1] <= SLOWEST
    assert GatewayEvent.objects.count() == number
    assert not GatewayEvent.objects.exclude(handled_at=None).exists(), "It is read later."
    first = Job.objects.order_by("pk").first()
    assert first
    queue.run(first.pk)
    first.refresh_from_db()
    assert (first.state, first.args) == ("done", {"subject": "somebody else's work"})


@pytest.mark.django_db
def test_hundreds_of_events(client: Client) -> None:
    assert_it_is_borne(client, 300)


@pytest.mark.release
@pytest.mark.django_db
def test_five_thousand_events(client: Client) -> None:
    assert_it_is_borne(client, 5_000)


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "status"), [(LARGEST, 400), (LARGEST + 1, 413), (10**7, 413)])
def test_no_more_is_read_than_anybody_honest_sends(client: Client, size: int, status: int) -> None:
    assert post(client, b"x" * size, "t=1,v1=0").status_code == status
    assert not GatewayEvent.objects.exists()
