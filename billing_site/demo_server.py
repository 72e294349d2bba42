"""The demo as one program: database, web, worker and provider, started and ended together."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from billing_site import embedded_postgres
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import heartbeats, processes
from billing_site.platform.processes import Group

START_SECONDS = 120
PATIENCE_SECONDS = 10
LINES_OF_LOG = 20


class Broken(Exception):
    """Something that the demo needs has ended, or never came up."""


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Be the only demo on this checkout, and stop the database server in the end if we started it.

    :raises NotAllowed: another one runs.
    """
    settings.VAR.mkdir(exist_ok=True)
    with Path(settings.VAR, "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise NotAllowed("The demo runs already: stop it first.") from taken
        if settings.EMBEDDED:
            embedded_postgres.claim(settings.POSTGRES_DATA)
        try:
            yield
        finally:
            connections.close_all()
            if settings.EMBEDDED:
                embedded_postgres.stop_if_claimed(settings.POSTGRES_DATA)


def forget() -> None:
    """Drop the demo's database, mail and files.

    :raises NotAllowed: the database is somebody's own.
    """
    if not (settings.DEMO and settings.EMBEDDED):
        raise NotAllowed("Only the demo's own database is dropped: unset DATABASE_URL.")
    connections.close_all()
    embedded_postgres.make_anew(settings.POSTGRES_DATA, settings.DATABASES["default"]["NAME"])
    for folder in (settings.EMAIL_FILE_PATH, settings.PRIVATE_FILES):
        shutil.rmtree(folder, ignore_errors=True)


def prepare(*, say: Callable[[str], None]) -> None:
    """Make the tables, the static files and, where nobody lives yet, the world.

    :raises NotAllowed: the port is taken.
    """
    port = urlsplit(settings.SITE_URL).port or 80
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        raise NotAllowed(f"Port {port} is taken: `PORT={port + 1} make demo`.")
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    if not _is_collected():
        call_command("collectstatic", interactive=False, verbosity=0)
    if not User.objects.exists():
        say("Inventing a year of business, once: about three minutes where nothing else runs.")
        _invent()


@contextlib.contextmanager
def running() -> Iterator[list[Group]]:
    """Have web, worker and provider run, and nothing of them left behind.

    :raises Broken: one of them did not come up.
    """
    logs = Path(settings.VAR, "log")
    logs.mkdir(parents=True, exist_ok=True)
    groups: list[Group] = []
    try:
        for name, command, environment in _programs():
            with (logs / f"{name}.log").open("wb") as log:
                groups.append(processes.start(name, *command, environment=environment, log=log))
        _wait_until_ready(groups)
        yield groups
    finally:
        for group in groups:
            if group.is_running():
                group.leader.terminate()
        for group in groups:
            group.stop(patience=PATIENCE_SECONDS)


def watch(groups: list[Group]) -> NoReturn:
    """Look on, until we are interrupted.

    :raises Broken: one of *groups* ended by itself; nothing is restarted silently.
    """
    while True:
        _refuse_the_dead(groups)
        time.sleep(0.5)


def _is_collected() -> bool:
    """Tell whether the static files are those of this checkout: compressing them takes a while."""
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    sources = [settings.BASE_DIR / "requirements.txt", *(settings.BASE_DIR / "static").rglob("*")]
    newest = max(path.stat().st_mtime for path in sources)
    return manifest.exists() and manifest.stat().st_mtime > newest


def _invent() -> None:
    try:
        call_command("seed")
    except BaseException:
        # Half a world would pass for a whole one the next time.
        if settings.EMBEDDED:
            forget()
        raise


def _programs() -> Iterator[tuple[str, tuple[str, ...], dict[str, str]]]:
    port = urlsplit(settings.SITE_URL).port
    web = ("-m", "gunicorn", "billing_site.wsgi", "--bind", f"127.0.0.1:{port}")
    looks = ("--preload", "--worker-class", "gthread", "--workers", "2", "--threads", "4")
    yield "web", (sys.executable, *web, *looks), {"STATEMENT_TIMEOUT_MS": "5000"}
    yield "worker", processes.manage("worker"), {}
    yield "provider", processes.manage("sandbox_deliver"), {}


def _wait_until_ready(groups: list[Group]) -> None:
    since = min(group.started_at for group in groups)

    def is_ready() -> bool:
        _refuse_the_dead(groups)
        return _serves_pages() and heartbeats.is_fresh(settings.WORKER_NAME, since=since)

    if not processes.wait_for(is_ready, seconds=START_SECONDS, every=0.2):
        raise Broken(f"Web and worker were not up after {START_SECONDS} s; see var/log/.")


def _serves_pages() -> bool:
    address = urlsplit(settings.SITE_URL)
    connection = HTTPConnection(address.hostname or "localhost", address.port, timeout=5)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200  # noqa: PLR2004 - OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _refuse_the_dead(groups: list[Group]) -> None:
    for group in groups:
        if not group.is_running():
            path = Path(settings.VAR, "log", f"{group.name}.log")
            last = path.read_text(errors="replace").splitlines()[-LINES_OF_LOG:]
            raise Broken("\n".join([*last, f"The {group.name} ended by itself: {path}"]))
