"""What stands in braces in a mediator's standard text, and what it becomes in one case.

Only these names, and only as words: nothing of a text is a program, and what it becomes is
plain text that somebody reads before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MEANS = {
    "client": "who pays",
    "freelancer": "who works",
    "work": "what the case is about",
    "at_stake": "the sum that is frozen",
    "claimed": "the figure of who opened it",
    "figure": "what the freelancer gets, where a figure is named",
    "back": "what goes back, where a figure is named",
}
OF_A_FIGURE = ("figure", "back")
_IN_BRACES = re.compile(r"\{([^{}\n]*)\}")


def unknown_in(text: str) -> list[str]:
    """What stands in braces and means nothing here, in the order in which it stands."""
    named = dict.fromkeys(_IN_BRACES.findall(text))
    return [name for name in named if name not in MEANS]


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Return *text* with the facts in place of their names, each once: facts have no braces."""
    return _IN_BRACES.sub(lambda found: facts.get(found[1], found[0]), text)
