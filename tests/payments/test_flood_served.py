"""T42 as it is served: 5,000 events at once over HTTP, and a worker that reads them meanwhile."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import pytest
from django.conf import settings
from django.db import connection, transaction

from billing_site.platform import queue
from billing_site.platform.models import Job
from billing_site.platform.processes import wait_for
from payments.gateways.signatures import sign
from payments.models import GatewayEvent
from tests.payments.test_flood import SLOWEST
from tests.payments.test_webhook import PLATFORM, URL, body_of
from tests.platform.tasks import runs_of
from tests.platform.test_worker_killed import Worker

pytestmark = [
    pytest.mark.release,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("worker"),
]
EVENTS, CLIENTS, OTHERS = 5_000, 8, 5
PATIENCE = 600  # seconds, for all of it to be read
WAITS = 60  # seconds, for a job of somebody else


@contextmanager
def web(log: Path) -> Iterator[int]:
    """As it runs in production, on this test's database. Yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ("gunicorn", "billing_site.wsgi", "--bind", f"127.0.0.1:{port}", "--preload")
    more = ("--worker-class", "gthread", "--workers", "2", "--threads", "4")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [f"{settings.BASE_DIR}/.venv/bin/python", "-m", *command, *more],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.platform.web_settings",
                "PYTHONPATH": str(settings.BASE_DIR),
                "WORKER_DATABASE": connection.settings_dict["NAME"],
            },
            stdout=out,
            stderr=out,
        )
    try:
        assert wait_for(lambda: answers(port), seconds=WAITS), log.read_text()
        yield port
    finally:
        process.terminate()
        process.wait(WAITS)


def answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def flood(port: int, client: int) -> list[float]:
    """What one client posts, one event after the other; return how long each took."""
    line, took = HTTPConnection("127.0.0.1", port, timeout=30), []
    for place in range(EVENTS // CLIENTS):
        body = body_of(id=f"evt_{client}_{place}", data={"object": {"id": "x", "object": "tax"}})
        header = {"Stripe-Signature": sign(body, PLATFORM), "Content-Type": "application/json"}
        began = perf_counter()
        line.request("POST", URL, body, header)
        answer = line.getresponse()
        answer.read()
        took.append(perf_counter() - began)
        assert answer.status == 200, answer.status
    line.close()
    return took


def promise(number: int) -> int:
    """Somebody else asks for something, while events come in."""
    assert wait_for(lambda: GatewayEvent.objects.count() > number * EVENTS / 10, seconds=WAITS)
    with transaction.atomic():
        job = queue.later("tests.platform.tasks.write_down", subject=f"somebody {number}")
    return job.pk


def test_five_thousand_at_once_keep_nobody_waiting(tmp_path: Path) -> None:
    with (tmp_path / "worker").open("wb") as log, web(tmp_path / "web") as port:
        worker = Worker(log, pace=1)
        try:
            assert worker.comes_to_life(), (tmp_path / "worker").read_text()
            with ThreadPoolExecutor(CLIENTS) as clients:
                began = perf_counter()
                floods = [clients.submit(partial(flood, port, each)) for each in range(CLIENTS)]
                others = [promise(number) for number in range(1, OTHERS + 1)]
                took = [each for one in floods for each in one.result()]
                lasted = perf_counter() - began
            assert wait_for(
                lambda: not GatewayEvent.objects.filter(handled_at=None).exists(),
                seconds=PATIENCE,
            )
        finally:
            worker.end()

    slow = quantiles(took, n=100)[-1]
    jobs = Job.objects.filter(pk__in=others)
    waited = [(job.finished_at - job.created_at).total_seconds() for job in jobs if job.finished_at]
    print(  # noqa: T201 - what is measured is to be read
        f"{EVENTS / lasted:.0f} a second, p99 {slow * 1000:.0f} ms,"
        f" others waited {max(waited):.1f} s at most"
    )
    assert slow <= SLOWEST
    assert GatewayEvent.objects.count() == len(took) == EVENTS
    assert len(waited) == OTHERS, "All of them were done."
    assert max(waited) <= WAITS
    assert [runs_of(f"somebody {number}") for number in range(1, OTHERS + 1)] == [1] * OTHERS
