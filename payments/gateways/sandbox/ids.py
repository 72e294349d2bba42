from __future__ import annotations

from billing_site.kernel.references import public_ref


def made_up(prefix: str) -> str:
    """An id as the real provider shapes them, and that says at once that it is not one."""
    return f"{prefix}_sbx_{public_ref().lower()}{public_ref().lower()}"
