"""The worker's turn: what came from the gateway is read."""

from __future__ import annotations

from datetime import datetime

from payments.models import GatewayEvent
from payments.services import inbox


def read_due(*, at: datetime) -> None:
    for pk in list(GatewayEvent.objects.due(at=at).values_list("pk", flat=True)):
        inbox.handle(pk, at=at)
