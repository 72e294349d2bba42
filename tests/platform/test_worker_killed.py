"""Real processes, killed one after the other: nothing is lost, nothing has an effect twice."""

from __future__ import annotations

import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import psutil
import pytest
from django.conf import settings as ours
from django.db import connection, transaction
from django.utils import timezone

from billing_site.platform import heartbeats, queue
from billing_site.platform.models import AuditEvent, Job, Notice
from billing_site.platform.processes import manage, wait_for
from tests.platform.tasks import runs_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("worker")]
PACE = 0.025  # stale after 3.75 s instead of 150, and all else in proportion
SOON = 60


class Worker:
    """`manage.py worker`, on this test's database."""

    def __init__(self, log: IO[bytes], *, pace: float = PACE) -> None:
        self.name = f"test-{uuid.uuid4()}"
        self.process = subprocess.Popen(
            manage("worker"),
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.platform.worker_settings",
                "PYTHONPATH": str(ours.BASE_DIR),
                "WORKER_DATABASE": connection.settings_dict["NAME"],
                "WORKER_NAME": self.name,
                "JOB_PACE": str(pace),
                "LOG_LEVEL": os.environ.get("WORKER_LOG", "ERROR"),
            },
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self.seen: set[psutil.Process] = set()

    def comes_to_life(self) -> bool:
        since = timezone.now()
        return wait_for(lambda: heartbeats.is_fresh(self.name, since=since), seconds=SOON)

    def family(self) -> dict[str, list[psutil.Process]]:
        """Name the cluster's processes by the order in which the sentinel starts them."""
        (group,) = (
            child
            for child in psutil.Process(self.process.pid).children()
            if "cluster" in child.cmdline()
        )
        (sentinel,) = (child for child in group.children() if len(child.children()) > 1)
        crew = sorted(sentinel.children(), key=lambda child: child.pid)
        self.seen.update([group, *group.children(recursive=True)])
        return {
            "parent": [group],
            "sentinel": [sentinel],
            "workers": crew[:2],
            "monitor": [crew[2]],
            "pusher": [crew[3]],
        }

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(SOON)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def worker(tmp_path: Path, settings: Any) -> Iterator[Worker]:
    settings.JOB_PACE = PACE  # of the promises that are made here
    path = tmp_path / "worker.log"
    with path.open("wb") as log:
        running = Worker(log)
        try:
            assert running.comes_to_life(), f"The worker did not start: {path.read_text()}"
            yield running
        finally:
            running.end()
            print(path.read_text())  # noqa: T201 - shown where a test fails


def promise(count: int, name: str) -> None:
    with transaction.atomic():
        for number in range(count):
            queue.later("tests.platform.tasks.tell_once", user_id=number, news=name)


def all_done() -> bool:
    work = Job.objects.filter(task="tests.platform.tasks.tell_once")
    return not work.exclude(state="done").exists()


@pytest.mark.parametrize("role", ["workers", "monitor", "pusher", "sentinel", "parent"])
def test_killing_any_process_loses_and_doubles_nothing(worker: Worker, role: str) -> None:
    """Killing both idle workers kills the one that holds the lock of the queue: a sure wedge."""
    promise(10, "before")
    assert wait_for(all_done, seconds=SOON)

    for process in worker.family()[role]:
        os.kill(process.pid, signal.SIGKILL)
    promise(10, "after")

    assert wait_for(all_done, seconds=SOON), _unfinished()
    assert worker.comes_to_life()
    assert wait_for(lambda: not _left_in_the_queue(), seconds=SOON), "All of it is acknowledged."
    assert Notice.objects.count() == 20


def _unfinished() -> list[object]:
    rows = queue.deliveries()
    return [
        (job.key, job.state, job.attempts, job.last_error, job.lease_until, rows[job.pk])
        for job in Job.objects.exclude(state="done")
    ]


def _left_in_the_queue() -> int:
    """Count deliveries of our jobs; beats and sweeps come and go."""
    ours = set(
        Job.objects.filter(task="tests.platform.tasks.tell_once").values_list("pk", flat=True)
    )
    return sum(len(rows) for pk, rows in queue.deliveries().items() if pk in ours)


def test_a_job_that_kills_its_worker_is_given_up_and_others_go_on(worker: Worker) -> None:
    with transaction.atomic():
        queue.later("tests.platform.tasks.write_down_and_die", subject="poison", key="poison")
    promise(10, "others")

    assert wait_for(all_done, seconds=SOON)
    assert wait_for(lambda: Job.objects.get(key="poison").state == "dead", seconds=SOON)
    promise(5, "later")
    assert wait_for(all_done, seconds=SOON)

    poison = Job.objects.get(key="poison")
    assert 1 <= runs_of("poison") <= 5
    assert poison.attempts == 5
    assert AuditEvent.objects.filter(deed="job.gave_up", subject=f"job/{poison.pk}").count() == 1
    assert Notice.objects.count() == 15


def test_sweeps_go_on_by_themselves(worker: Worker) -> None:
    assert wait_for(lambda: AuditEvent.objects.filter(deed="test.swept").count() >= 2, seconds=SOON)

    assert Job.objects.filter(key="tick/tests.platform.tasks.sweep").count() == 1


@pytest.mark.parametrize("end", ["politely", "by force"])
def test_the_worker_leaves_no_process_behind(worker: Worker, end: str) -> None:
    worker.family()
    assert len(worker.seen) >= 6

    worker.end() if end == "politely" else worker.kill()

    def all_gone() -> bool:
        return not any(_is_alive(process) for process in worker.seen)

    assert wait_for(all_gone, seconds=SOON)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
