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


@dataclass(frozen=True, slots=True)
class Call:
    """`ask` runs outside any transaction. The others are its consequence, and commit with it."""

    ask: Callable[[Gateway, Params, str], Any]
    answered: Callable[[GatewayCommand, Any, datetime], str]  # returns the gateway's id for it
    refused: Callable[[GatewayCommand, GatewayError, datetime], object]
    waits_for_funds: int = 10_000  # times; our own balance settles, a payee's has what we moved
    short: Callable[[GatewayCommand, datetime], object] = _just_waits  # while it waits for funds


def nothing(_command: GatewayCommand, _refusal: GatewayError, _at: datetime) -> None:
    """The page just does not open, and the door says so; or it was closed already."""


def id_of(key: int | None) -> int:
    assert key is not None, "The database sees to it that a command is about something."
    return key
