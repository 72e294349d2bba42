"""What a thing is now, and who did something, in a few letters."""

from __future__ import annotations

from typing import Protocol

from django import template

register = template.Library()

INITIALS = 2


class HasState(Protocol):
    tone: str

    def get_state_display(self) -> str: ...


@register.inclusion_tag("components/badge.html")
def state(thing: HasState) -> dict[str, str]:
    """Show {% state invoice %}: its state in words, then in its tone."""
    return {"words": thing.get_state_display(), "tone": thing.tone}


@register.filter
def initials(name: object) -> str:
    """Shorten “Ben Okafor” to “BO”, for an avatar beside the whole name."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:INITIALS]).upper() or "?"
