"""What settings must not say, or jobs would be done twice as a rule, or not at all."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def the_queue_waits_long_enough(**_options: Any) -> list[CheckMessage]:
    """The queue's `retry` runs from the moment of delivery, not of starting: count the prefetch."""
    queue = settings.Q_CLUSTER
    waves = ceil((queue["queue_limit"] + queue["bulk"]) / queue["workers"])
    least = queue["timeout"] * (waves + 1) + 30
    if queue["retry"] >= least:
        return []
    return [
        Error(
            f"Q_CLUSTER delivers again after {queue['retry']} s what may still wait its turn.",
            hint=f"With this timeout, prefetch and number of workers `retry` is at least {least}.",
            id="platform.E001",
        )
    ]


@register()
def the_queue_is_beside_the_data(**_options: Any) -> list[CheckMessage]:
    """Only then does a task commit, or vanish, with the change that asked for it."""
    if settings.Q_CLUSTER.get("orm") == "default":
        return []
    return [Error("Q_CLUSTER['orm'] must be the database that holds the data.", id="platform.E002")]


@register()
def workers_do_not_share_connections(**_options: Any) -> list[CheckMessage]:
    """A pool that is inherited by a fork hands one connection to two processes."""
    if "pool" not in settings.DATABASES["default"].get("OPTIONS", {}):
        return []
    return [
        Error("A connection pool does not survive the forks of the worker.", id="platform.E003")
    ]


@register()
def files_are_not_public(**_options: Any) -> list[CheckMessage]:
    """Files are never below the web's root, where a server would show them as pages."""
    public = settings.STATIC_ROOT
    if not public or not Path(settings.PRIVATE_FILES).is_relative_to(public):
        return []
    return [Error("PRIVATE_FILES lies inside STATIC_ROOT.", id="platform.E004")]
