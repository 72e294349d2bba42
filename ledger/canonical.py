"""An entry as one line of text, the same for ever: what the seal is over."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from billing_site.kernel.invariants import Row

DIGEST, NUMBER = 32, 8  # bytes
LENGTH = NUMBER + DIGEST

# By transaction and number, each with its lines. Moments are in UTC, to the microsecond.
ENTRIES = """
SELECT e.id, e.transaction_id::text::bigint AS transaction, concat_ws('|',
       e.id, e.key, encode(e.fingerprint, 'hex'), e.kind, e.memo, e.n_postings,
       coalesce(e.reverses_id::text, '-'), e.reference_type, e.reference,
       coalesce(e.actor::text, '-'), coalesce(e.client::text, '-'),
       coalesce(e.client_tax::text, '-'),
       to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
       (SELECT string_agg(concat_ws(':', p.line, a.code, p.currency, p.amount, p.seq,
                                    p.balance_after), ';' ORDER BY p.line)
          FROM ledger_posting AS p JOIN ledger_account AS a ON a.id = p.account_id
         WHERE p.entry_id = e.id)) AS text
  FROM ledger_entry AS e
"""
ORDER = " ORDER BY e.transaction_id, e.id"


def sealed(found: list[Row]) -> bytes:
    """Return number and digest of each entry, one after the other."""
    return b"".join(_number(row) + sha256(str(row["text"]).encode()).digest() for row in found)


def hash_of(previous: bytes, contents: bytes) -> bytes:
    return sha256(previous + contents).digest()


def parts(contents: bytes) -> list[tuple[int, bytes]]:
    """Return the entries that *contents* speaks of, and their digests."""
    cut = (contents[at : at + LENGTH] for at in range(0, len(contents), LENGTH))
    return [(int.from_bytes(each[:NUMBER]), each[NUMBER:]) for each in cut]


def _number(row: dict[str, Any]) -> bytes:
    return int(row["id"]).to_bytes(NUMBER)
