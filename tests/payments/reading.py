"""The worker's turn: what came from the gateway is read."""

from __future__ import annotations

from datetime import datetime

from billing_site.platform import clock
from payments.models import GatewayCommand, GatewayEvent, Refund
from payments.services import inbox, outbox
from tests.given_payments import DAY, NOON


def read_due(*, at: datetime) -> None:
    for pk in list(GatewayEvent.objects.due(at=at).values_list("pk", flat=True)):
        inbox.handle(pk, at=at)


def command_of(refund: Refund) -> GatewayCommand:
    return GatewayCommand.objects.get(refund=refund)


def run(command: GatewayCommand, *, at: object = NOON + DAY) -> object:
    with clock.pinned(at):  # type: ignore[arg-type] # a moment
        return outbox.run(command.pk, at=at)  # type: ignore[arg-type] # likewise
