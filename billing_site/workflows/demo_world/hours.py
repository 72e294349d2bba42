"""Time on contracts by the hour: with the timer, or written down by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from billing_site.people.models import User
from billing_site.workflows.demo_world.scripts import Deed
from invoices.models import Contract
from invoices.services import time_entries, timing
from invoices.services.time_entries import Written

VERBS = ("start", "track", "note")


def log(contract: Contract, deed: Deed, *, by: User, at: datetime) -> None:
    """Log what the deed's note says: "track 3: 150 Words for it" ended 150 minutes later."""
    if deed.verb == "start":
        timing.start(contract.pk, by=by, at=at, memo=deed.note)
        return
    minutes, memo = deed.note.split(" ", 1)
    began = at - timedelta(minutes=int(minutes))
    if deed.verb == "note":
        time_entries.add(contract.pk, Written(began, at, memo), by=by, at=at)
        return
    timer = timing.start(contract.pk, by=by, at=began, memo=memo)
    timing.stop(timer.pk, by=by, at=at)
