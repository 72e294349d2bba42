"""What a kind of command is made of: what it asks, and what follows from the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments.gateways.base import Gateway, GatewayError
from payments.models import GatewayCommand

Params = dict[str, Any]


def _just_waits(_command: GatewayCommand, _at: datetime) -> None:
    """It is asked for again, and that is all."""


def _is_fine(_command: GatewayCommand) -> None:
    """What was promised is what is asked for, whatever has happened since."""


@dataclass(frozen=True, slots=True)
class Call:
    """`ask` runs outside any transaction. The others are its consequence, and commit with it.

    `last_look` comes before a call of which nothing is in doubt, and may refuse it.
    """

    ask: Callable[[Gateway, Params, str], Any]
    answered: Callable[[GatewayCommand, Any, datetime], str]  # returns the gateway's id for it
    refused: Callable[[GatewayCommand, GatewayError, datetime], object]
    waits_for_funds: int = 10_000  # times; our own balance settles, a payee's has what we moved
    short: Callable[[GatewayCommand, datetime], object] = _just_waits  # while it waits for funds
    last_look: Callable[[GatewayCommand], None] = _is_fine

    def make(self, gateway: Gateway, command: GatewayCommand, *, at: datetime) -> Any:
        """Ask, as of the try that was begun *at*.

        What an earlier try may have done is not refused: only the gateway knows.
        """
        if command.first_sent_at == at:
            self.last_look(command)
        return self.ask(gateway, command.params, command.key)


def nothing(_command: GatewayCommand, _refusal: GatewayError, _at: datetime) -> None:
    """The page just does not open, and the door says so; or it was closed already."""


def id_of(key: int | None) -> int:
    assert key is not None, "The database sees to it that a command is about something."
    return key
