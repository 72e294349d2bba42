"""What mediators of the demo world begin with when they ask or decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from billing_site.workflows.demo_world.roster import Roster
from disputes.models import StandardText
from disputes.services import standard_texts

Purpose = StandardText.Purpose
TEXTS = (
    (
        Purpose.QUESTION,
        "What was handed over",
        (
            "Please tell us what of {work} was handed over, on which day, and in which message. If "
            "a file shows it, add it to the evidence: {client} and {freelancer} both see it."
        ),
    ),
    (
        Purpose.QUESTION,
        "What was agreed",
        (
            "Which part of what was agreed for {work} is missing, in your view? Name the sentence "
            "of the contract or the message that says so."
        ),
    ),
    (
        Purpose.RULING,
        "Part of it was done",
        (
            "{freelancer} handed in a part of {work}, and {client} can use that part. So {figure} "
            "of {at_stake} are for {freelancer}, and {back} go back.\n\nWe looked at: "
        ),
    ),
)


def moments_of_texts(
    roster: Roster, *, now: datetime
) -> Iterator[tuple[datetime, Callable[..., None]]]:
    """Yield when a text is written, and what writes it."""
    for days, told in enumerate(TEXTS, start=40):
        yield now - timedelta(days=days), partial(_write, roster, told)


def _write(roster: Roster, told: tuple[str, str, str], *, at: datetime) -> None:
    purpose, title, text = told
    standard_texts.write(purpose=purpose, title=title, text=text, by=roster.users["mia"], at=at)
