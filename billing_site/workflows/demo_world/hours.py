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
    """Log what the deed's note says: "track 3: 150 Words for it" began 150 minutes earlier.

    "track 3: 90+60 Words for it" is two pieces of time, one right after the other.
    """
    if deed.verb == "start":
        timing.start(contract.pk, by=by, at=at, memo=deed.note)
        return
    told, memo = deed.note.split(" ", 1)
    pieces = [timedelta(minutes=int(minutes)) for minutes in told.split("+")]
    began = at - sum(pieces, start=timedelta())
    for piece in pieces:
        ended = began + piece
        if deed.verb == "note":
            time_entries.add(contract.pk, Written(began, ended, memo), by=by, at=at)
        else:
            timer = timing.start(contract.pk, by=by, at=began, memo=memo)
            timing.stop(timer.pk, by=by, at=ended)
        began = ended
