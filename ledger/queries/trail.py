"""A sum's way through the books: what happened to it, when, and between which accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from djmoney.money import Money

from ledger.models import Entry, Posting

Reference = tuple[str, str]  # type and ref of the document: ("invoice", "7K2M…")


@dataclass(frozen=True, slots=True)
class TrailLine:
    code: str  # of the account; shards are named as the account they belong to
    kind: str
    holder: int | None  # the organization's primary key; None: the platform
    debit: Money | None
    credit: Money | None


@dataclass(frozen=True, slots=True)
class TrailEntry:
    number: int
    key: str
    kind: str
    memo: str
    reference: tuple[str, str]
    occurred_at: datetime
    actor: int | None
    lines: list[TrailLine]


def of(references: Iterable[tuple[str, str]]) -> list[TrailEntry]:
    """Return the entries about *references*, such as ("escrow", "7K2M…"), in their order.

    An entry is about a document if it names it, or moves money on the account of its name.
    """
    wanted = Q(pk__in=[])
    codes = []
    for type_, ref in references:
        wanted |= Q(reference=ref, reference_type=type_)
        codes.append(f"{type_}:{ref}")
    touched = Posting.objects.filter(account__code__in=codes).order_by().values("entry")
    # Joined by "or", the two ways would be looked for in all of the books.
    named = Entry.objects.filter(wanted).order_by().values("pk")
    return entries(Entry.objects.filter(pk__in=named.union(touched)))


def one(number: int) -> TrailEntry:
    return entries(Entry.objects.filter(pk=number))[0]


def entries(chosen: QuerySet[Entry]) -> list[TrailEntry]:
    lines = Posting.objects.select_related("account").order_by("line")
    return [
        TrailEntry(
            number=entry.pk,
            key=entry.key,
            kind=entry.kind,
            memo=entry.memo,
            reference=(entry.reference_type, entry.reference),
            occurred_at=entry.occurred_at,
            actor=entry.actor,
            lines=[_line(posting) for posting in entry.postings.all()],
        )
        for entry in chosen.order_by("occurred_at", "pk").prefetch_related(
            Prefetch("postings", lines)
        )
    ]


def _line(posting: Posting) -> TrailLine:
    money = posting.money
    return TrailLine(
        code=posting.account.family,
        kind=posting.account.kind,
        holder=posting.account.holder_id,
        debit=-money if posting.amount < 0 else None,
        credit=money if posting.amount > 0 else None,
    )
