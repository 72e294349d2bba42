"""What the sandbox tells: an event for everything that happens, and things that happen later."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from payments.gateways.base import Scope
from payments.gateways.sandbox.ids import made_up
from payments.gateways.sandbox.models import SandboxEvent, SandboxHappening
from payments.gateways.sandbox.shapes import API_VERSION, shape_of
from payments.gateways.sandbox.shapes.seconds import seconds


def tell(
    kind: str,
    row: Any,
    *,
    at: datetime,
    account: str = "",
    shape: dict[str, Any] | None = None,
) -> SandboxEvent:
    """Write an event of type *kind* with *row* as it is now; it is due at once.

    What happens at a connected account is told to the other endpoint, and names the account.
    """
    event_id = made_up("evt")
    said = {
        "id": event_id,
        "object": "event",
        "api_version": API_VERSION,
        "created": seconds(at),
        "data": {"object": shape or shape_of(row)},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
        **({"account": account} if account else {}),
    }
    return SandboxEvent.objects.create(
        id=event_id,
        type=kind,
        scope=Scope.CONNECT if account else Scope.PLATFORM,
        account=account,
        payload=json.dumps(said, separators=(",", ":")),
        created_at=at,
        due_at=at,
    )


def expect(deed: str, subject_id: str, *, at: datetime) -> None:
    """Have *deed* (of happenings.py) happen to the subject at a later moment."""
    SandboxHappening.objects.create(deed=deed, subject_id=subject_id, due_at=at)
