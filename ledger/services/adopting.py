"""After a restore: the books go on here, as another incarnation, and the chain goes on with them.

Transaction ids are a server's own and do not survive a dump. All that was restored and not sealed
is sealed as one block by name; from then on entries carry the next number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from ledger.canonical import ENTRIES, ORDER, hash_of, parts, sealed
from ledger.models import Block, Incarnation
from ledger.queries.incarnations import is_at_home
from ledger.queries.verifying import verify_books
from ledger.services.sealing import ONE_AT_A_TIME

OWNER = "owner"
_OF = ENTRIES + " WHERE e.incarnation = %s" + ORDER
_BLOCK = """
INSERT INTO ledger_block (number, incarnation, first_transaction, last_transaction, entries,
                          contents, previous_hash, hash, sealed_at, is_of_a_restore)
VALUES (%s, %s, 0, 0, %s, %s, %s, %s, %s, true)
"""


class NotAdopted(Exception):
    """They are at home here already, or are not what was sealed."""


@dataclass(frozen=True, slots=True)
class Adopted:
    incarnation: int
    sealed: int  # entries that the restore brought unsealed


def adopt(*, at: datetime) -> Adopted:
    """Let the books that were restored here go on. Nobody posts meanwhile.

    :raises NotAdopted: nothing was restored, or a sealed row differs from its seal.
    """
    if is_at_home():
        raise NotAdopted("These books live here already: nothing was restored.")
    verdict = verify_books(is_restored=True)
    if verdict.difference:
        raise NotAdopted(f"Not adopted, for this was tampered with: {verdict.difference}.")
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute("LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE")
        return _go_on(cursor, at=at)


def _go_on(cursor: CursorWrapper, *, at: datetime) -> Adopted:
    last = Block.objects.using(OWNER).order_by("-number").first()
    before = Incarnation.objects.using(OWNER).latest("number").number
    known = _sealed_in(before)
    cursor.execute(_OF, [before])
    names = [column.name for column in cursor.description]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    unsealed = [row for row in found if row["id"] not in known]
    contents, previous = sealed(unsealed), bytes(last.hash) if last else b""
    cursor.execute(
        _BLOCK,
        [
            last.number + 1 if last else 1,
            before,
            len(unsealed),
            contents,
            previous,
            hash_of(previous, contents),
            at,
        ],
    )
    cursor.execute(
        "INSERT INTO ledger_incarnation (number, server, begun_at, strays)"
        " VALUES (%s, ledger_server(), %s, %s)",
        [before + 1, at, len(unsealed)],
    )
    cursor.execute(f"ALTER TABLE ledger_entry ALTER COLUMN incarnation SET DEFAULT {before + 1:d}")
    return Adopted(before + 1, len(unsealed))


def _sealed_in(incarnation: int) -> set[int]:
    blocks = Block.objects.using(OWNER).filter(incarnation=incarnation)
    found = blocks.values_list("contents", flat=True)
    return {entry for contents in found for entry, _ in parts(bytes(contents))}
