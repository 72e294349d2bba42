"""T49: kill −9 of the whole server, five times, while clients post to a cluster of its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.test import Client

from billing_site import embedded_postgres
from billing_site.embedded_postgres import Server
from ledger.models import Entry
from ledger.services.posting import post
from payments.gateways.signatures import sign
from tests.ledger.books import WORLD, broken_laws, move, purse
from tests.payments.test_webhook import BODY, PLATFORM
from tests.payments.test_webhook import post as provider_posts

CLIENTS = 4
KILLS = 5
BACK_WITHIN = 15  # seconds


def post_until_the_server_is_gone(client: str, acknowledge: int) -> None:
    for n in range(100_000):
        key = f"{client}/{n}"
        try:
            post(move(key, WORLD, purse(str(n % 5)), 1))
        except DatabaseError:
            return
        os.write(acknowledge, f"{key}\n".encode())


@pytest.mark.release
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_was_acknowledged_survives_the_server(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    server = embedded_postgres.ensure_running(data)
    try:
        with _looking_at(server):
            call_command("migrate", database="owner", verbosity=0)
            keys, took = list[str](), list[float]()
            for kill in range(KILLS):
                post(move(f"before/{kill}", WORLD, purse("0"), 1))
                keys += _posted_until_killed(server, f"{kill}")
                assert _somebody_who_posts() == 503, "It is away: that is no fault of a page."
                began = time.monotonic()
                server = embedded_postgres.ensure_running(data)  # It recovers from its log.
                post(move(f"after/{kill}", WORLD, purse("0"), 1))
                took.append(time.monotonic() - began)
                assert _somebody_who_posts() == 200

            print(f"{len(keys)} acknowledged, back in {[round(each, 1) for each in took]} s")  # noqa: T201
            assert max(took) <= BACK_WITHIN
            assert len(keys) >= 200 * KILLS
            assert Entry.objects.filter(key__in=keys).count() == len(set(keys)) == len(keys)
            assert Entry.objects.count() - 2 * KILLS - len(keys) <= CLIENTS * KILLS
            assert broken_laws() == {}
            assert not post(move(keys[0], WORLD, purse("0"), 1)).is_new
    finally:
        embedded_postgres.stop(data)


def _somebody_who_posts() -> int:
    """A provider's event at our door, which is kept before it is answered."""
    connections.close_all()
    client = Client(raise_request_exception=False)
    return int(provider_posts(client, BODY, sign(BODY, PLATFORM)).status_code)


def _posted_until_killed(server: Server, name: str) -> list[str]:
    connections.close_all()  # A connection survives no fork.
    told, tell = os.pipe()
    clients = []
    for client in range(CLIENTS):
        clients.append(os.fork())
        if not clients[-1]:
            try:
                post_until_the_server_is_gone(f"{name}/{client}", tell)
            finally:
                os._exit(0)
    os.close(tell)
    acknowledged = b""
    while acknowledged.count(b"\n") < 200:
        acknowledged += os.read(told, 4096)
    os.kill(server.pid, signal.SIGKILL)
    _wait_for_the_end_of(server.pid)
    while more := os.read(told, 65536):
        acknowledged += more
    for client in clients:
        os.waitpid(client, 0)
    return acknowledged.decode().split()


def _wait_for_the_end_of(pid: int) -> None:
    """Until its parent has taken notice: until then the package takes it for alive."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path(f"/proc/{pid}").exists():
        os.sched_yield()


@contextmanager
def _looking_at(server: Server) -> Iterator[None]:
    """And its commits wait for the disk, as they do everywhere but in tests."""
    usual = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    connections.close_all()
    for alias in usual:
        options = usual[alias]["OPTIONS"]
        waits = f"{options.get('options', '')} -c synchronous_commit=on"
        connections[alias].settings_dict |= {
            "HOST": server.socket_dir,
            "NAME": "countersign",
            "OPTIONS": {**options, "options": waits},
        }
    try:
        yield
    finally:
        connections.close_all()
        for alias, settings in usual.items():
            connections[alias].settings_dict |= settings
