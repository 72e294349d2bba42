"""When a restriction began, what is done about it by when, what ends it, and what comes else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.periods import midnight
from payments.models import Restriction
from payments.queries.earnings import Stop
from payments.queries.late import Late, late_of, what_follows

WORDS = {
    "appeal": "A second look was asked for",
    "keep": "Looked at again: it stays",
    "lift": "Over",
    "expire": "Over",
}


@dataclass(frozen=True, slots=True)
class RestrictionPage:
    restriction: Restriction
    stops: list[Stop]
    late: list[Late]  # what is to be paid; nothing where it is not about that
    ahead: list[str]  # what follows if it is not


def restriction_page(restriction: Restriction, *, at: datetime) -> RestrictionPage:
    client_id = restriction.organization_id
    late: list[Late] = []
    ahead: list[str] = []
    if restriction.is_unpaid and restriction.is_standing and client_id:
        late = late_of(client_id)
        ahead = what_follows(client_id, at=at)
    return RestrictionPage(restriction, _stops(restriction), late, ahead)


def _stops(restriction: Restriction) -> list[Stop]:
    found = [Stop("Restricted", None, restriction.set_at, done=True)]
    for change in restriction.changes.order_by("at", "pk"):
        note = change.note if change.step == "lift" else change.reason.capitalize()
        found.append(Stop(WORDS[change.step], None, change.at, done=True, note=note))
    if restriction.state == Restriction.State.APPEALED:
        assert restriction.answer_by, "The database sees to it."
        decided = midnight(restriction.answer_by)
        found.append(Stop("Somebody else decides by", None, decided, done=False))
    if restriction.is_standing:
        words = "Ends as soon as all of it is paid" if restriction.is_unpaid else "Ends by itself"
        if restriction.state == Restriction.State.APPEALED and not restriction.is_unpaid:
            words = "Ends, if nobody has answered"
        found.append(Stop(words, None, restriction.ends_at, done=False))
    return found
