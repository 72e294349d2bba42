"""What falls due: the sweeps of settings.TICKS, each as a job of its own, once a minute."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from billing_site.platform import clock, queue


def start_all() -> int:
    """Queue every sweep whose last run has finished; return how many."""
    started = [
        queue.again("billing_site.platform.ticks.sweep", key=f"tick/{name}", name=name)
        for name in settings.TICKS
    ]
    return sum(started)


def sweep(*, name: str) -> None:
    """Run one sweep. What is due follows from the data, so a missed minute is made up for."""
    import_string(name)(at=clock.now())


def sweep_all(*, at: datetime) -> None:
    """Run every sweep here and now, as of *at*: for whoever jumps through time."""
    for name in settings.TICKS:
        import_string(name)(at=at)
