"""Why money stays where it is, in the middle of a sentence."""

from __future__ import annotations

from payments.models import Escrow, Freeze


def why_frozen(escrow: Escrow) -> str:
    """Return the cause that came first of those that freeze *escrow*; empty: nothing does."""
    first = Freeze.objects.open().filter(escrow=escrow).order_by("opened_at", "pk").first()
    return str(first.get_cause_display()) if first else ""
