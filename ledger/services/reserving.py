"""Setting a part of an account aside, so that it is there when it is decided whose it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from djmoney.money import Money

from billing_site.kernel.money import currency_of, to_minor
from ledger.chart import AccountSpec
from ledger.models import ReservationEnd
from ledger.services.refusals import refuse


class NoSuchAccount(LookupError):
    """Nothing was ever posted to the account, so nothing of it can be set aside."""


class NoSuchReservation(LookupError):
    """Nothing is set aside under this key."""


def reserve(account: AccountSpec, amount: Money, *, key: str, at: datetime) -> int:
    """Set *amount* of *account* aside under *key*, which names the cause. Return its number.

    :raises InsufficientFunds: less than *amount* is there and free.
    :raises KeyReused: something is set aside under this key already.
    """
    number = _call(
        "SELECT ledger_reserve(%s, %s, %s, %s, %s)",
        [key, account.code, currency_of(amount), to_minor(amount), at],
        key,
    )
    if number is None:
        raise NoSuchAccount(account.code)
    return number


def end(key: str, *, outcome: ReservationEnd.Outcome, at: datetime) -> None:
    """Let go of what is set aside under *key*. What is spent goes with a movement: `captures`.

    :raises AlreadyEnded: somebody was faster.
    """
    if _call("SELECT ledger_end_reservation(%s, %s, %s)", [key, outcome, at], key) is None:
        raise NoSuchReservation(key)


def capture(key: str, *, at: datetime) -> None:
    """Let go of what a movement spends, which comes next. :raises AlreadyEnded: it was spent."""
    end(key, outcome=ReservationEnd.Outcome.CAPTURED, at=at)


def lock(accounts: Collection[tuple[str, str]], keys: Collection[str]) -> None:
    """Lock *accounts* (code, currency) and those of the reservations *keys*, all in one order."""
    codes, currencies = zip(*accounts, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_lock(%s::text[], %s::text[], %s::text[])",
            [list(codes), list(currencies), list(keys)],
        )


def _call(statement: str, parameters: list[Any], key: str) -> int | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            row = cursor.fetchone()
    except DatabaseError as error:
        refuse(error, key)
    return row[0] if row else None
