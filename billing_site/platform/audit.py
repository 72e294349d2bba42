"""The record of who did what, beside what the state machines write about themselves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from billing_site.kernel.transitions import SYSTEM
from billing_site.platform.models import AuditEvent

if TYPE_CHECKING:
    from billing_site.people.models import User


def record(
    actor: User | SYSTEM, deed: str, subject: str, *, at: datetime, **facts: Any
) -> AuditEvent:
    """Write down that *actor* did *deed* to *subject* ("invoice/8J4K…").

    *facts* are plain values that JSON knows, never names or addresses of people.
    """
    return AuditEvent.objects.create(
        user_id=None if isinstance(actor, SYSTEM) else actor.pk,
        reason=actor.reason if isinstance(actor, SYSTEM) else "",
        deed=deed,
        subject=subject,
        at=at,
        facts=facts,
    )
