from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from billing_site import navigation
from billing_site.platform import clock
from billing_site.platform.models import Notice

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
        "unread": SimpleLazyObject(lambda: _unread(request)),
    }


def _unread(request: HttpRequest) -> int:
    if not request.user.is_authenticated:
        return 0
    return Notice.objects.visible_to(request.user.pk).unread().count()
