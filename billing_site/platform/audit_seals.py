"""The seal over the record of who did what: once a day, each over the one before.

Who has the whole server can change a row and take the triggers off for it; the next check of the
chain names that row. The newest hash leaves the database each day (workflows/daily_heads.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from billing_site.platform.models import AuditSeal

PERIOD = timedelta(days=1)
AT_REST = timedelta(minutes=10)  # longer than any transaction: what commits late is not passed
NUMBER, DIGEST = 8, 32  # bytes
_ONE_AT_A_TIME = 5_204_197_302  # a number for the lock, of no meaning
_EVENTS = """
SELECT id, concat_ws('|', id, coalesce(user_id::text, '-'), reason, deed, subject, facts::text,
                     to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
                     to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')) AS text
  FROM platform_auditevent
"""
_DUE = f"""
{_EVENTS} WHERE id > %s AND id < coalesce(
    (SELECT min(id) FROM platform_auditevent WHERE id > %s AND recorded_at >= %s), 9e18::bigint)
 ORDER BY id
"""  # noqa: S608 # made of constants
_SEALED = f"{_EVENTS} WHERE id > %s AND id <= %s ORDER BY id"  # likewise


def seal_when_due(*, now: datetime | None = None) -> AuditSeal | None:
    """Seal what was recorded since the last seal if that is a day old, by the wall's clock."""
    now = now or timezone.now()
    last = AuditSeal.objects.order_by("-number").first()
    if last is not None and last.sealed_at > now - PERIOD:
        return None
    return _seal(now)


def first_difference() -> str:
    """Say in which event the record differs from its seals first; nothing if in none."""
    previous, before = b"", 0
    for number, seal in enumerate(AuditSeal.objects.order_by("number").iterator(), start=1):
        contents = bytes(seal.contents)
        is_linked = bytes(seal.previous_hash) == previous and seal.number == number
        if not is_linked or bytes(seal.hash) != sha256(previous + contents).digest():
            return f"seal {number} of the record is not what was sealed"
        difference = _difference(_asked(_SEALED, [before, seal.last_event]), contents)
        if difference:
            return difference
        previous, before = bytes(seal.hash), seal.last_event
    return ""


def head() -> str:
    """Return the newest hash, to be kept where nobody who can write here can."""
    last = AuditSeal.objects.order_by("-number").first()
    return bytes(last.hash).hex() if last else ""


@transaction.atomic
def _seal(now: datetime) -> AuditSeal | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    last = AuditSeal.objects.order_by("-number").first()
    since = last.last_event if last else 0
    found = _asked(_DUE, [since, since, now - AT_REST])
    if not found or (last and last.sealed_at > now - PERIOD):
        return None
    contents, previous = _contents(found), bytes(last.hash) if last else b""
    return AuditSeal.objects.create(
        number=last.number + 1 if last else 1,
        last_event=found[-1][0],
        events=len(found),
        contents=contents,
        previous_hash=previous,
        hash=sha256(previous + contents).digest(),
        sealed_at=now,
    )


def _difference(found: list[tuple[int, str]], contents: bytes) -> str:
    if _contents(found) == contents:
        return ""
    now, then = _parts(_contents(found)), _parts(contents)
    for event, digest in then.items():
        if event not in now:
            return f"event {event} of the record was sealed and is gone"
        if now[event] != digest:
            return f"event {event} of the record was changed after it was sealed"
    extra = next(event for event in now if event not in then)
    return f"event {extra} was put into the record after it was sealed"


def _contents(found: list[tuple[int, str]]) -> bytes:
    return b"".join(
        event.to_bytes(NUMBER) + sha256(text.encode()).digest() for event, text in found
    )


def _parts(contents: bytes) -> dict[int, bytes]:
    length = NUMBER + DIGEST
    cut = (contents[at : at + length] for at in range(0, len(contents), length))
    return {int.from_bytes(each[:NUMBER]): each[NUMBER:] for each in cut}


def _asked(statement: str, parameters: list[Any]) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
