"""How long jobs, the worker and the watchdog wait for each other. All of it is wall time.

`JOB_PACE` scales all of these: 1 in production, a fiftieth in the tests that kill processes.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

ATTEMPTS = 5
# A worker that takes longer than Q_CLUSTER's timeout is killed; only then may another begin.
LEASE_BEYOND_TIMEOUT = 30
UNCLAIMED = 120  # in the queue for so long, and nobody took it: look whether it is still there
COMPLETER = 60
TICK = 60
HEARTBEAT = 5
HEARTBEAT_UNANSWERED = 30
HEARTBEAT_STALE = 150
UNACKNOWLEDGED = 60
WATCH = 5
# Not scaled: how long a cluster may take to start, on a busy laptop.
START_SECONDS = 60


def scaled(seconds: float) -> timedelta:
    return timedelta(seconds=seconds * settings.JOB_PACE)


def lease() -> timedelta:
    return scaled(settings.Q_CLUSTER["timeout"] + LEASE_BEYOND_TIMEOUT)


def pause_after(failures: int) -> timedelta:
    """Return 30 s, 2.5 min, 12.5 min, 1 h: what a mail server may need to come back."""
    return scaled(30 * 5 ** (failures - 1))
