"""`make demo`, as the one who types it sees it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from django.conf import settings as ours
from django.db import connection

from billing_site.people.models import User
from billing_site.platform.models import Heartbeat
from billing_site.platform.processes import manage, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("worker")]
SOON = 240


class Demo:
    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.output = folder / "said"
        with self.output.open("wb") as said:
            self.process = subprocess.Popen(
                manage("demo"),
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "tests.platform.demo_settings",
                    "PYTHONPATH": str(ours.BASE_DIR),
                    "DEMO_DATABASE": connection.settings_dict["NAME"],
                    "DEMO_VAR": str(folder / "var"),
                    "PORT": str(self.port),
                },
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def ends(self) -> int:
        return self.process.wait(SOON)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    User.objects.create_user("ada@example.org", name="Ada")  # Somebody lives here already.
    running = Demo(tmp_path)
    try:
        assert wait_for(lambda: "\n" in running.said(), seconds=SOON), "It says nothing."
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.ends()


def are_gone(family: list[psutil.Process]) -> bool:
    def is_alive(process: psutil.Process) -> bool:
        try:
            return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return not any(map(is_alive, family))


def test_it_is_ready_when_web_and_worker_are_and_an_interrupt_ends_them(demo: Demo) -> None:
    said = demo.said()
    first, *others = said.splitlines()
    family = demo.family()

    assert first == f"Ready: http://localhost:{demo.port}", said
    assert not any(line.startswith("Ready") for line in others)
    with urlopen(f"http://localhost:{demo.port}/health/") as answer:
        assert answer.status == 200
    assert Heartbeat.objects.get().beat_at is not None
    assert User.objects.count() == 1, "The world is not invented over what is there."
    assert len(family) >= 10

    demo.process.send_signal(signal.SIGINT)

    assert demo.ends() == 0
    assert wait_for(lambda: are_gone(family), seconds=SOON)


def test_a_killed_demo_leaves_no_process_behind(demo: Demo) -> None:
    family = demo.family()

    demo.process.kill()
    demo.process.wait()

    assert wait_for(lambda: are_gone(family), seconds=SOON)


def test_nothing_is_restarted_silently(demo: Demo) -> None:
    family = demo.family()
    (web,) = (
        process
        for process in family
        if "gunicorn" in process.cmdline() and process.ppid() == demo.process.pid
    )

    web.kill()

    assert demo.ends() == 1
    assert "The web ended by itself" in demo.said()
    assert wait_for(lambda: are_gone(family), seconds=SOON)
