"""What follows, and when, from not paying: less and less may be begun, never all at once.

Nothing but letters until the third day: what a bank refuses is often paid on the next one.
What was begun goes on, and so does everything that is owed to others.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from payments.models.restriction_kinds import Scope, words_of

GRACE = timedelta(days=3)
# How long after the first round of charging ended in vain, and what cannot be done from then on.
LADDER = [
    (GRACE, Scope.OFFERS),
    (GRACE, Scope.HOURS),
    (timedelta(days=7), Scope.FUNDING),
]


def reached(since: datetime, at: datetime) -> list[tuple[datetime, Scope]]:
    """The steps that were reached by then, each with its moment."""
    return [(since + wait, scope) for wait, scope in LADDER if since + wait <= at]


def ahead(since: datetime, at: datetime) -> list[tuple[datetime, Scope]]:
    """The steps that are still to come, each with its moment."""
    return [(since + wait, scope) for wait, scope in LADDER if since + wait > at]


def ahead_in_words(since: datetime, at: datetime) -> list[str]:
    """The same, for whoever has not paid: “From Monday, 9 March 2026, you cannot fund new work.”"""
    return [
        f"From {moment:%A}, {moment:%-d %B %Y}, you cannot {words_of(scope, is_client=True)}."
        for moment, scope in ahead(since, at)
    ]
