from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def skeleton(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs on every page."""
    return {"demo": settings.DEMO, "sandbox": settings.PAYMENTS_SANDBOX}
