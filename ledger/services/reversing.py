from __future__ import annotations

from datetime import datetime

from ledger.chart import AccountSpec
from ledger.models import Account, Entry
from ledger.movements import Line, Movement


def reversal(entry: Entry, *, why: str, at: datetime, actor: int | None = None) -> Movement:
    """Return the movement that undoes *entry*, line by line, to be posted like any other.

    An entry is reversed once; nothing in the books is edited. *why* is for the auditor: say
    what was wrong, and name nobody.
    """
    postings = entry.postings.select_related("account").order_by("line")
    return Movement(
        key=f"{entry.key}/reversed",
        kind="reversal",
        memo=f"Reversed: {why}",
        at=at,
        reference=(entry.reference_type, entry.reference),
        actor=actor,
        lines=[
            Line(_same(posting.account), posting.currency, -posting.amount) for posting in postings
        ],
        reverses=entry.pk,
    )


def _same(account: Account) -> AccountSpec:
    # The very account that was posted to, its shard included.
    return AccountSpec(
        account.code, account.kind, account.holder_id, account.min_balance, account.max_balance
    )
