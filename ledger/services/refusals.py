"""What the books refuse, in Python's words."""

from __future__ import annotations

import re
from typing import NoReturn

from django.db import DatabaseError
from psycopg import Error

KEY_REUSED = "LG001"
_FAILING_ACCOUNT = re.compile(r"Failing row contains \(\d+, ([^,]+), ([^,]+), ")


class Refused(Exception):
    """The books said no. The transaction is over: nothing of it was written."""


class InsufficientFunds(Refused):
    """An account would have gone below its floor, or above its ceiling."""


class KeyReused(Refused):
    """The key already stands for other lines. This is a bug in the caller."""


class AlreadyReversed(Refused):
    """An entry is reversed once."""


class AlreadyEnded(Refused):
    """A reservation ends once."""


def refuse(error: DatabaseError, key: str) -> NoReturn:
    """Raise what the database meant by *error*, or the error itself."""
    cause = error.__cause__ if isinstance(error.__cause__, Error) else None
    if cause is None:
        raise error
    said = cause.diag
    if said.sqlstate == KEY_REUSED:
        raise KeyReused(key) from error
    match said.constraint_name:
        case "no_overdraft" | "no_over_recovery":
            raise InsufficientFunds(f"{key}: {_account(said.message_detail)}") from error
        case "a_key_names_one_reservation":
            raise KeyReused(key) from error
        case "a_reversal_happens_once":
            raise AlreadyReversed(key) from error
        case "a_reservation_ends_once":
            raise AlreadyEnded(key) from error
    raise error


def _account(detail: str | None) -> str:
    found = _FAILING_ACCOUNT.match(detail or "")
    return f"{found[1]} {found[2]} does not hold that much" if found else "not enough is there"
