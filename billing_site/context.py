from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from billing_site import navigation
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Notice
from invoices.hours import hours_words
from invoices.models import Timer
from invoices.models.timer import LONGEST_RUN
from payments.models import Restriction

THEMES = ("light", "dark")


def skeleton(request: HttpRequest) -> dict[str, Any]:
    """What skeleton.html and base.html need on every page; nothing is asked before it is shown."""
    theme = request.COOKIES.get("theme", "")
    return {
        "demo": settings.DEMO,
        "sandbox": settings.PAYMENTS_SANDBOX,
        "now": SimpleLazyObject(clock.now),
        "theme": theme if theme in THEMES else "",
        "nav": SimpleLazyObject(lambda: navigation.nouns(request)),
        "organizations": [each.organization for each in getattr(request, "memberships", [])],
        "top": SimpleLazyObject(lambda: _top(request)),
    }


@dataclass(frozen=True, slots=True)
class Top:
    """What the top of every page shows of this person: one query for all of it."""

    unread: int = 0
    running: str = ""  # how long their timer runs
    restricted: dict[str, str] | None = None  # ref and reason of what they may not do


def _top(request: HttpRequest) -> Top:
    if not request.user.is_authenticated:
        return Top()
    mine = User.objects.filter(pk=request.user.pk)
    unread = Notice.objects.visible_to(request.user.pk).unread().order_by()
    counted = unread.values("user_id").annotate(count=Count("pk")).values("count")
    timers = Timer.objects.running().filter(person=OuterRef("pk"))
    since = timers.values("started_at")[:1]
    limited = Subquery(
        _restrictions(request).values(found=JSONObject(ref="ref", reason="reason"))[:1]
    )
    found = mine.values_list(Subquery(counted), Subquery(since), limited).first()
    unread_count, started_at, restricted = found or (0, None, None)
    running = _for_how_long(started_at) if started_at else ""
    return Top(unread_count or 0, running, restricted)


def _restrictions(request: HttpRequest) -> QuerySet[Restriction]:
    """Those in force, on the person of the outer query and on whom they act for."""
    acted_for = getattr(request, "organization", None)
    theirs = Q(user=OuterRef("pk"))
    if acted_for:
        theirs |= Q(organization=acted_for.pk)
    return Restriction.objects.standing().filter(theirs).order_by("-pk")


def _for_how_long(started_at: datetime) -> str:
    return hours_words(min(clock.now() - started_at, LONGEST_RUN) // timedelta(minutes=1))
