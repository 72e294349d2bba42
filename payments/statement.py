"""What the statement of a client's card says, within the provider's rules.

The name that every payment begins with is set at the provider and in STATEMENT_NAME; what
follows it tells one payment from another, and is asked for with each.
"""

from __future__ import annotations

import re

from django.conf import settings

# The provider's: 22 characters with the joint, 10 of them the name; plain ones, of which one
# is a letter and none of < > \ ' " *.
JOINT = "* "
PLAIN = re.compile(r"(?=.*[A-Za-z])[^\x00-\x1f<>\\'\"*\x7f-\U0010ffff]{2,10}")
OF_THE_REF = 8


def suffix_of(ref: str) -> str:
    """Return what is asked for: it has a letter, even if a reference has none."""
    return f"P-{ref[:OF_THE_REF]}"


def statement_of(ref: str) -> str:
    """Return the whole of what the statement will say."""
    return f"{settings.STATEMENT_NAME}{JOINT}{suffix_of(ref)}"


def is_allowed(words: str) -> bool:
    """Tell whether the provider takes this as the name, or as what follows it."""
    return bool(PLAIN.fullmatch(words))
