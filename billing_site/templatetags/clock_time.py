"""Moments and days: in the viewer's time zone, readable by machines, and in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from billing_site.platform import clock

register = template.Library()

# From the largest: a distance is told in the largest unit that it holds twice, or holds exactly.
UNITS = (
    ("year", timedelta(days=365)),
    ("month", timedelta(days=30)),
    ("week", timedelta(days=7)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)
COUNTED_FROM = {"year": 2, "month": 2, "week": 3, "day": 2, "hour": 1, "minute": 1}


@register.filter
def moment(when: datetime | None) -> SafeString:
    """Show date and time where the viewer is: “24 Mar 2026, 09:12”."""
    if when is None:
        return SafeString()
    here = timezone.localtime(when)
    return _time(when, f"{here.day} {here:%b %Y, %H:%M}")


@register.filter
def moment_utc(when: datetime | None) -> SafeString:
    """Show date and time as a rule counts them: “Thu 26 Mar 2026, 09:00 UTC”."""
    if when is None:
        return SafeString()
    there = when.astimezone(UTC)
    return _time(when, f"{there:%a} {there.day} {there:%b %Y, %H:%M} UTC")


@register.filter
def moment_here_and_utc(when: datetime) -> SafeString:
    """Show a moment where the viewer is, and as a rule counts it where that is another."""
    if not timezone.localtime(when).utcoffset():
        return moment_utc(when)
    return format_html('{}, <span class="nowrap">{}</span>', moment(when), moment_utc(when))


@register.filter
def day(when: date | None) -> SafeString:
    """Show a day: “24 Mar 2026”."""
    if when is None:
        return SafeString()
    here = _day_of(when)
    return format_html(
        '<time datetime="{}">{} {}</time>', here.isoformat(), here.day, f"{here:%b %Y}"
    )


@register.filter
def weekday(when: date | None) -> SafeString:
    """Show a day that is near: “Tue 24 Mar”."""
    if when is None:
        return SafeString()
    here = _day_of(when)
    words = f"{here:%a} {here.day} {here:%b}"
    return format_html('<time datetime="{}">{}</time>', here.isoformat(), words)


@register.filter
def in_words(when: datetime, now: datetime | None = None) -> str:
    """Tell the distance: “in 8 days”, “3 hours ago”, “now”."""
    distance = when - (now or clock.now())
    words = spell(abs(distance))
    if not words:
        return "now"
    return f"in {words}" if distance > timedelta() else f"{words} ago"


@register.filter
def left(when: datetime, now: datetime | None = None) -> str:
    """Tell the time that is left: “8 days”, “40 minutes”; nothing once it is over."""
    distance = when - (now or clock.now())
    return (spell(distance) or "a moment") if distance > timedelta() else ""


@register.filter
def spell(distance: timedelta) -> str:
    """Return *distance* rounded down to its telling unit; under a minute it is empty."""
    for name, length in UNITS:
        count = distance // length
        if count >= COUNTED_FROM[name]:
            return f"{count} {name}{'s' * (count != 1)}"
        if name == "day" and count == 1 and distance - length < timedelta(hours=1):
            return "1 day"
    return ""


def _day_of(when: date) -> date:
    return timezone.localtime(when).date() if isinstance(when, datetime) else when


def _time(when: datetime, words: str) -> SafeString:
    there = when.astimezone(UTC)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        f"{there:%Y-%m-%dT%H:%M:%SZ}",
        f"{there.day} {there:%B %Y, %H:%M} UTC",
        words,
    )
