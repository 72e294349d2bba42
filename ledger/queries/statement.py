from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from djmoney.money import Money

from ledger.models import Account, Posting


@dataclass(frozen=True, slots=True)
class StatementLine:
    seq: int
    at: datetime
    kind: str
    memo: str
    reference: tuple[str, str]
    amount: Money
    balance: Money


def page(account: Account | int, before: int | None = None, limit: int = 50) -> list[StatementLine]:
    """Return the lines of *account* (or its primary key), newest first, older than seq *before*.

    One probe of one index wherever the page is: ask for the next one with the last `seq`.
    """
    postings = Posting.objects.filter(account=account)
    if before is not None:
        postings = postings.filter(seq__lt=before)
    return [
        StatementLine(
            seq=posting.seq,
            at=posting.entry.occurred_at,
            kind=posting.entry.kind,
            memo=posting.entry.memo,
            reference=(posting.entry.reference_type, posting.entry.reference),
            amount=posting.money,
            balance=posting.balance,
        )
        for posting in postings.select_related("entry").order_by("-seq")[:limit]
    ]
