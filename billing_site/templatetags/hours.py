"""Lengths of time, and the clock of a moment where the viewer is."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template
from django.utils import timezone

from invoices.hours import hours_words

register = template.Library()


@register.filter
def hours(minutes: int) -> str:
    """Show a length: “2 h 10 min”."""
    return hours_words(minutes)


@register.filter
def clock(when: datetime) -> str:
    """Show the time of day where the viewer is: “09:12”."""
    return f"{timezone.localtime(when):%H:%M}"


@register.filter
def clock_utc(when: datetime) -> str:
    return f"{when.astimezone(UTC):%H:%M}"
