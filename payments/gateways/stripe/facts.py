"""How much the provider wants to know of a payee, as somebody would count."""

from __future__ import annotations

import re
from typing import Any

from payments.gateways.stripe.parts import part

# What is one fact, however many fields it has: "individual.address.city" and the like.
WHOLE = re.compile(r"address(?:_kana|_kanji)?|dob|tos_acceptance|$")


def facts(requirements: Any) -> int:
    """Count what is due now or is overdue: an address is one fact, not six."""
    due = [*(part(requirements, "currently_due") or []), *(part(requirements, "past_due") or [])]
    return len({_fact(name) for name in due})


def _fact(name: str) -> str:
    found = WHOLE.search(name)
    assert found, "It ends somewhere."
    return name[: found.end()]
