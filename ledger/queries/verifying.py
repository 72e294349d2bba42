"""Whether the books are still what was sealed, and where they differ first."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.kernel.invariants import Row
from ledger.canonical import ENTRIES, ORDER, hash_of, parts, sealed
from ledger.models import Block, Entry
from ledger.queries.rows import rows

_OF_BLOCK = (
    ENTRIES
    + " WHERE e.incarnation = %s AND e.transaction_id >= %s::text::xid8"
    + " AND e.transaction_id <= %s::text::xid8"
    + ORDER
)
_NAMED = ENTRIES + " WHERE e.id = ANY(%s)" + ORDER
# What has to be in some block: all of earlier incarnations, and what lies below the newest block.
_SEALED = (
    "SELECT id FROM ledger_entry WHERE incarnation < %s"
    " OR (incarnation = %s AND transaction_id <= %s::text::xid8)"
)
_COUNT = f"SELECT count(*) AS count FROM ({_SEALED}) AS sealed"  # noqa: S608 # made of constants


@dataclass(frozen=True, slots=True)
class Verdict:
    blocks: int
    entries: int
    head: str  # the newest hash, to be kept where nobody who can write here can
    difference: str  # what differs first; empty: nothing does

    @property
    def is_whole(self) -> bool:
        return not self.difference


def verify_books(*, is_restored: bool = False) -> Verdict:
    """Recompute every block from the rows, the oldest first, and stop at the first difference.

    In the end each entry that a block is over has to be in one, of every incarnation. Only of
    books that were restored and not adopted yet this is not asked: what was posted to them here
    has an id that says nothing.
    """
    previous, blocks, entries, last = b"", 0, 0, None
    strays = _restored()
    for block in Block.objects.order_by("number").iterator(chunk_size=50):
        difference = _difference(block, previous, blocks + 1, None if is_restored else strays)
        if difference:
            return Verdict(blocks, entries, previous.hex(), difference)
        previous = bytes(block.hash)
        blocks += 1
        entries += block.entries
        last = block
    extra = _extra(last, entries) if last and not is_restored else ""
    return Verdict(blocks, entries, previous.hex(), extra)


def newest_head() -> str:
    """Return the newest hash without looking at the rows."""
    last = Block.objects.order_by("-number").first()
    return bytes(last.hash).hex() if last else ""


def _restored() -> set[int]:
    """Return the entries that blocks of restores are over: they may lie in others' ranges."""
    found = Block.objects.filter(is_of_a_restore=True).values_list("contents", flat=True)
    return {entry for contents in found for entry, _ in parts(bytes(contents))}


def _extra(last: Block, entries: int) -> str:
    """Name the first entry that came to stand among what is sealed, and is in no block."""
    reached = [last.incarnation, last.incarnation, last.last_transaction]
    if last.is_of_a_restore:  # it ends its incarnation
        reached = [last.incarnation + 1, last.incarnation + 1, 0]
    count = rows(_COUNT, reached)
    if count[0]["count"] == entries:
        return ""
    known = set()
    for contents in Block.objects.values_list("contents", flat=True).iterator(chunk_size=50):
        known |= {entry for entry, _ in parts(bytes(contents))}
    there = rows(_SEALED + " ORDER BY id", reached)
    extra = next((row["id"] for row in there if row["id"] not in known), 0)
    return f"entry {extra} ({_key(extra)}) was put among what is sealed" if extra else ""


def _difference(block: Block, previous: bytes, number: int, strays: set[int] | None) -> str:
    if block.number != number:
        return f"block {number} is missing"
    contents = bytes(block.contents)
    if bytes(block.previous_hash) != previous or bytes(block.hash) != hash_of(previous, contents):
        return f"block {number} is not what was sealed"
    found = _entries_of(block, strays)
    if strays is None:
        named = {entry for entry, _ in parts(contents)}
        found = [row for row in found if row["id"] in named]
    if sealed(found) == contents:
        return ""
    now, then = dict(parts(sealed(found))), dict(parts(contents))
    for entry, digest in then.items():
        if entry not in now:
            return f"entry {entry} was sealed in block {number} and is gone"
        if now[entry] != digest:
            return f"entry {entry} ({_key(entry)}) was changed after block {number} was sealed"
    extra = next(entry for entry in now if entry not in then)
    return f"entry {extra} ({_key(extra)}) was put into block {number} after it was sealed"


def _entries_of(block: Block, strays: set[int] | None) -> list[Row]:
    if block.is_of_a_restore:
        named = [entry for entry, _ in parts(bytes(block.contents))]
        return rows(_NAMED, [named])
    bounds = [block.incarnation, block.first_transaction, block.last_transaction]
    return [row for row in rows(_OF_BLOCK, bounds) if row["id"] not in (strays or ())]


def _key(entry: int) -> str:
    return Entry.objects.values_list("key", flat=True).get(pk=entry)
