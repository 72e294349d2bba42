"""Icons of one set, drawn inline. They stand beside words and say nothing by themselves."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, size: int = 18) -> SafeString:
    """Draw {% icon "bell" %}; names are those of lucide.dev. An unknown one draws nothing."""
    looks = {"class": "icon", "aria_hidden": "true", "focusable": "false", "stroke_width": "1.75"}
    try:
        return SafeString(lucide(str(name), size=size, **looks))
    except IconDoesNotExist:  # a page is worth more than its ornament; a test names the mistake
        return SafeString()
