"""The seal over the books: each block's hash is over the one before and over its entries.

Sealed is what lies below every transaction that is still running, so nothing can come to stand
among what is sealed already.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from ledger.canonical import ENTRIES, ORDER, hash_of, sealed
from ledger.models import Block
from ledger.queries.incarnations import Restored, current, is_at_home
from ledger.queries.rows import rows

MOST = 1_000  # entries of a block
ONE_AT_A_TIME = 5_204_197_301  # a number for the lock, of no meaning
_DUE = (
    ENTRIES  # noqa: S608 # made of constants
    + """
 WHERE e.incarnation = %s AND e.transaction_id > %s::text::xid8
   AND e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
   AND e.transaction_id <= coalesce((
        SELECT max(transaction_id) FROM (
            SELECT transaction_id FROM ledger_entry
             WHERE incarnation = %s AND transaction_id > %s::text::xid8
               AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
             ORDER BY transaction_id LIMIT %s) AS first_ones), '0'::xid8)
"""
    + ORDER
)


def seal_due(*, at: datetime) -> int:
    """Seal what is not sealed yet; return how many entries that were. A transaction stays whole.

    :raises Restored: the books came from another server, and nobody has said so yet.
    """
    if not is_at_home():
        raise Restored("These books were restored from a dump: run `manage.py adopt` first.")
    count = 0
    while found := _seal_some(at):
        count += found
    return count


@transaction.atomic
def _seal_some(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    last, incarnation = Block.objects.order_by("-number").first(), current()
    since = last.last_transaction if last and last.incarnation == incarnation else 0
    found = rows(_DUE, [incarnation, since, incarnation, since, MOST])
    if not found:
        return 0
    contents = sealed(found)
    previous = bytes(last.hash) if last else b""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_seal(%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                last.number + 1 if last else 1,
                found[0]["transaction"],
                found[-1]["transaction"],
                len(found),
                contents,
                previous,
                hash_of(previous, contents),
                at,
            ],
        )
    return len(found)
