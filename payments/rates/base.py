"""What a provider of exchange rates has to do, and what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol


class NoRates(Exception):
    """The provider could not be reached, or did not answer as it should. Ask again later."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One euro was worth so much of *currency* on that day."""

    currency: str
    per_euro: Decimal
    on: date


class RateProvider(Protocol):
    name: str  # kept beside each rate, and at most 20 letters
    title: str  # as a person reads it

    def latest(self, *, at: datetime) -> Sequence[Rate]:
        """Return the newest rates that there are, of whatever currencies the provider has.

        This may go over the network: never inside a transaction.

        :raises NoRates: there is no answer, or none that can be believed.
        """
        ...
