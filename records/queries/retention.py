"""The rules of rules/retention.toml, and which rows each of them is about.

Nothing here names a table of the books, of documents or of contracts: a test sees to it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from billing_site.people.models import Invitation, SignIn
from billing_site.platform.models import Letter, Notice, Operation
from billing_site.platform.queries import leftovers
from records.models import Export

RULES = Path(__file__).parents[1] / "rules" / "retention.toml"
Found = Callable[[datetime], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    what: str
    days: int
    reason: str
    basis: str

    @property
    def words(self) -> str:
        """How long that is: “8 years”, “90 days”."""
        years, rest = divmod(self.days, 365)
        if rest > years // 4 or not years:  # each fourth year has a day more
            return f"{self.days} days"
        return "a year" if years == 1 else f"{years} years"

    def cutoff(self, *, at: datetime) -> datetime:
        return at - timedelta(days=self.days)

    def due(self, *, at: datetime) -> QuerySet[Any]:
        """Return the rows whose time is over."""
        return DUE[self.name](self.cutoff(at=at))


@dataclass(frozen=True, slots=True)
class Kept:
    what: str
    until: str
    reason: str
    basis: str


def _invitations(before: datetime) -> QuerySet[Any]:
    return Invitation.objects.filter(
        Q(expires_at__lt=before) | Q(withdrawn_at__lt=before), accepted_at=None
    )


def _exports(before: datetime) -> QuerySet[Any]:
    """Those whose file is gone, or never came to be."""
    ended = Q(forgotten_at__isnull=False) | Q(cancelled_at__isnull=False)
    ended |= Q(failed_at__isnull=False)
    return Export.objects.filter(ended, requested_at__lt=before)


DUE: dict[str, Found] = {
    "letters": lambda before: Letter.objects.filter(sent_at__isnull=False, written_at__lt=before),
    "notices": lambda before: Notice.objects.filter(at__lt=before),
    "invitations": _invitations,
    "operations": lambda before: Operation.objects.filter(at__lt=before),
    "sessions": lambda before: UserSession.objects.filter(last_seen_at__lt=before),
    "web sessions": leftovers.sessions_over,
    "jobs": leftovers.jobs_done,
    "sign_ins": lambda before: SignIn.objects.filter(at__lt=before),
    "exports": _exports,
}


@cache
def rules() -> list[Rule]:
    return [Rule(**row) for row in _said()["erased"]]


@cache
def kept() -> list[Kept]:
    return [Kept(**row) for row in _said()["kept"]]


def _said() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(RULES.read_text())
