"""Handing a file to a browser: under its name, whatever is in that, and never as a page of ours."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponseBase
from django.utils.http import content_disposition_header

R = TypeVar("R", bound=HttpResponseBase)
NOTHING_INSIDE = "default-src 'none'; frame-ancestors 'none'"


def shown(response: R, name: str) -> R:
    """A document that we drew: looked at in the browser, and saved under *name*."""
    return _headed(response, name, is_saved=False, policy=NOTHING_INSIDE)


def saved(response: R, name: str) -> R:
    """What may be anybody's: saved, and never shown."""
    return _headed(response, name, is_saved=True, policy=f"sandbox; {NOTHING_INSIDE}")


def _headed(response: R, name: str, *, is_saved: bool, policy: str) -> R:
    response["Content-Disposition"] = str(content_disposition_header(is_saved, name))
    response["Content-Security-Policy"] = policy
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
