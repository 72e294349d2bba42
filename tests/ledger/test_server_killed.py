"""kill −9 of the whole server while clients post: it gets a cluster of its own."""

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

from billing_site import embedded_postgres
from billing_site.embedded_postgres import Server
from ledger.models import Entry
from ledger.services.posting import post
from tests.ledger.books import WORLD, broken_laws, move, purse

CLIENTS = 4


def post_until_the_server_is_gone(client: int, acknowledge: int) -> None:
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
            post(move("first", WORLD, purse("0"), 1))
            keys = _posted_until_killed(server)

            assert len(keys) >= 200
            embedded_postgres.ensure_running(data)  # It recovers from its log.
            assert Entry.objects.filter(key__in=keys).count() == len(set(keys)) == len(keys)
            assert Entry.objects.count() - 1 - len(keys) <= CLIENTS
            assert broken_laws() == {}
            assert not post(move(keys[0], WORLD, purse("0"), 1)).is_new
    finally:
        embedded_postgres.stop(data)


def _posted_until_killed(server: Server) -> list[str]:
    connections.close_all()  # A connection survives no fork.
    told, tell = os.pipe()
    clients = []
    for client in range(CLIENTS):
        clients.append(os.fork())
        if not clients[-1]:
            try:
                post_until_the_server_is_gone(client, tell)
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
    usual = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    connections.close_all()
    for alias in usual:
        connections[alias].settings_dict |= {"HOST": server.socket_dir, "NAME": "countersign"}
    try:
        yield
    finally:
        connections.close_all()
        for alias, settings in usual.items():
            connections[alias].settings_dict |= settings
