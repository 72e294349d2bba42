"""The parent of a cluster: asks for beats, starts what is due, restarts what wedges."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Event

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils import timezone

from billing_site.platform import completer, heartbeats, pace, processes, ticks, watchdog

logger = logging.getLogger(__name__)
PATIENCE_SECONDS = 10


class Supervisor:
    """One cluster of workers, and what has to happen every so often around it."""

    def __init__(self) -> None:
        self.name = settings.WORKER_NAME
        self.next_completion = self.next_tick = timezone.now()
        self._start_cluster()

    def run(self, stop: Event) -> None:
        """Look after the cluster until *stop* is set, then end it."""
        try:
            while not stop.is_set():
                self._look_after(timezone.now())
                stop.wait(pace.scaled(pace.WATCH).total_seconds())
        finally:
            self.cluster.stop(patience=PATIENCE_SECONDS)

    def _start_cluster(self) -> None:
        self.is_new = True
        self.cluster = processes.start("cluster", *processes.manage("cluster"))

    def _look_after(self, now: datetime) -> None:
        try:
            close_old_connections()
            self._keep_going(now)
            if reason := self._complaint(now):
                logger.error("Restarting the cluster: %s", reason)
                self.cluster.kill()
                watchdog.acknowledge_finished()
                self._start_cluster()
        except (DatabaseError, InterfaceError):
            # The database is away, for the cluster as well. It will be back.
            logger.exception("The worker cannot look after its cluster")

    def _complaint(self, now: datetime) -> str:
        if not self.cluster.is_running():
            return f"it ended by itself ({self.cluster.leader.returncode})"
        return watchdog.complaint(self.name, started_at=self.cluster.started_at, now=now)

    def _keep_going(self, now: datetime) -> None:
        heartbeats.ask(self.name, now=now, anew=self.is_new)
        self.is_new = False
        if now >= self.next_completion:
            completer.complete(now=now)
            self.next_completion = _next(now, pace.COMPLETER)
        if now >= self.next_tick:
            ticks.start_all()
            self.next_tick = _next(now, pace.TICK)


def _next(now: datetime, seconds: int) -> datetime:
    """After an outage one round is due, not all that were missed."""
    return now + max(pace.scaled(seconds), timedelta(milliseconds=10))
