"""Processes in groups: started together, stopped together, and none left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone


@dataclass(slots=True)
class Group:
    """A command and all that it starts, under a lifeline that ends with us."""

    name: str
    leader: subprocess.Popen[bytes]
    started_at: datetime = field(default_factory=timezone.now)  # wall time

    @property
    def pid(self) -> int:
        return self.leader.pid

    def is_running(self) -> bool:
        return self.leader.poll() is None

    def stop(self, *, patience: float) -> None:
        """Ask it to end, and end what is left after *patience* seconds."""
        if self.is_running():
            self.leader.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.leader.wait(patience)
        self.kill()

    def kill(self) -> None:
        """End all of it at once, wedged or orphaned."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.leader.wait()
        if self.leader.stdin:
            self.leader.stdin.close()


def start(
    name: str,
    *command: str,
    environment: Mapping[str, str] | None = None,
    log: IO[bytes] | None = None,
) -> Group:
    """Start *command* in a process group of its own; it speaks into *log*, or where we do."""
    leader = subprocess.Popen(  # noqa: S603 - our own commands
        [sys.executable, "-m", "billing_site.platform.lifeline", *command],
        cwd=settings.BASE_DIR,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        start_new_session=True,
    )
    return Group(name, leader)


def manage(*arguments: str) -> tuple[str, ...]:
    """Return the command line of one of our management commands."""
    return (sys.executable, str(Path(settings.BASE_DIR, "manage.py")), *arguments)


def wait_for(condition: object, *, seconds: float, every: float = 0.1) -> bool:
    """Call *condition* until it is true or *seconds* are over; return whether it became true."""
    assert callable(condition)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(every)
    return bool(condition())
