"""Whether the books are still what was sealed, and where they differ first."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.canonical import ENTRIES, ORDER, hash_of, parts, sealed
from ledger.models import Block, Entry
from ledger.queries.rows import rows

_OF_BLOCK = (
    ENTRIES
    + " WHERE e.transaction_id >= %s::text::xid8 AND e.transaction_id <= %s::text::xid8"
    + ORDER
)


@dataclass(frozen=True, slots=True)
class Verdict:
    blocks: int
    entries: int
    head: str  # the newest hash, to be kept where nobody who can write here can
    difference: str  # what differs first; empty: nothing does

    @property
    def is_whole(self) -> bool:
        return not self.difference


def verify_books() -> Verdict:
    """Recompute every block from the rows, the oldest first, and stop at the first difference."""
    previous, blocks, entries = b"", 0, 0
    for block in Block.objects.order_by("number").iterator(chunk_size=50):
        difference = _difference(block, previous, blocks + 1)
        if difference:
            return Verdict(blocks, entries, previous.hex(), difference)
        previous = bytes(block.hash)
        blocks += 1
        entries += block.entries
    return Verdict(blocks, entries, previous.hex(), "")


def _difference(block: Block, previous: bytes, number: int) -> str:
    if block.number != number:
        return f"block {number} is missing"
    contents = bytes(block.contents)
    if bytes(block.previous_hash) != previous or bytes(block.hash) != hash_of(previous, contents):
        return f"block {number} is not what was sealed"
    found = rows(_OF_BLOCK, [block.first_transaction, block.last_transaction])
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


def _key(entry: int) -> str:
    return Entry.objects.values_list("key", flat=True).get(pk=entry)
