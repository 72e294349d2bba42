from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from billing_site import around, navigation
from billing_site.around import Around
from billing_site.platform import clock
from invoices.hours import hours_words
from invoices.models.timer import LONGEST_RUN

THEMES = ("light", "dark")


def skeleton(request: HttpRequest) -> dict[str, Any]:
    """What skeleton.html and base.html need on every page; nothing is asked before it is shown."""
    theme = request.COOKIES.get("theme", "")
    there: Any = SimpleLazyObject(lambda: around.of(request))
    return {
        "demo": settings.DEMO,
        "sandbox": settings.PAYMENTS_SANDBOX,
        "now": SimpleLazyObject(clock.now),
        "theme": theme if theme in THEMES else "",
        "nav": SimpleLazyObject(lambda: navigation.nouns(request, there)),
        "organizations": [each.organization for each in getattr(request, "memberships", [])],
        "top": SimpleLazyObject(lambda: _top(there)),
    }


@dataclass(frozen=True, slots=True)
class Top:
    """What the top of every page shows of this person."""

    unread: int
    running: str  # how long their timer runs
    restricted: dict[str, str] | None  # ref and reason of what they may not do


def _top(there: Around) -> Top:
    running = _for_how_long(there.timer_since) if there.timer_since else ""
    return Top(there.unread, running, there.restricted)


def _for_how_long(started_at: datetime) -> str:
    return hours_words(min(clock.now() - started_at, LONGEST_RUN) // timedelta(minutes=1))
