"""What an account of the books is called, in words that anybody reads: "Your available money".

The books know codes, and staff and auditors find things by them. Whoever else reads postings is
shown these words; for one reader, so that what is theirs is called yours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money
from billing_site.people.countries import country_name
from billing_site.people.models import Organization
from ledger.queries.trail import TrailEntry
from payments.models import Escrow

Account = tuple[str, int | None]  # its code, and the organization that holds it

_OURS = {
    "provider:clearing": "Charged, on its way to us",
    "provider:balance": "At the payment provider",
    "bank:operating": "Our bank",
    "suspense": "Arrived, not matched yet",
    "unclaimed": "Claimed by nobody",
    "income:client_fee": "Our fee, from the client",
    "income:freelancer_fee": "Our fee, from the freelancer",
    "income:payout_fee": "Our fee for a withdrawal",
    "income:fx_margin": "Our margin",
    "cost:provider": "What the provider costs us",
    "cost:payout": "What a withdrawal costs us",
    "cost:chargeback": "What a chargeback costs us",
    "cost:protection": "What we bear",
    "cost:goodwill": "Credit that we give",
    "cost:rounding": "Rounding",
}
# What is said to its holder, and to everybody else.
_HELD_BY_SIDES = {
    "client credit": ("Your credit", "Credit of {}"),
    "client receivable": ("What you owe us", "What {} owes us"),
    "freelancer pending": ("Your pending money", "Pending money of {}"),
    "freelancer available": ("Your available money", "Available money of {}"),
    "freelancer debt": ("What you owe us", "What {} owes us"),
    "provider payee": ("At the provider, in your name", "At the provider, in the name of {}"),
    "payout": ("Your withdrawal, set apart", "Withdrawal of {}, set apart"),
    "refund": ("On its way back to you", "On its way back to {}"),
}
_OTHERS = {
    "escrow": "Held for {}",
    "deferred": "Our fee for {}, not earned yet",
    "chargeback": "Taken by a bank that still decides",
    "arbitration": "Shares of an arbitration",
    "fx": "Being converted, {}",
}


@dataclass(frozen=True, slots=True)
class PostedLine:
    words: str
    code: str
    debit: Money | None
    credit: Money | None


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry of the books as its reader is shown it; see components/postings.html."""

    number: int
    key: str
    memo: str
    occurred_at: datetime
    lines: list[PostedLine]


@dataclass(frozen=True, slots=True)
class AccountWords:
    """The names that codes only refer to, and who reads: None for anybody but the two sides."""

    reader: int | None
    holders: dict[int, str]
    works: dict[str, str]  # what an escrow is for, by its ref

    def of(self, code: str, holder: int | None) -> str:
        """Return the words for an account; one that has none yet is called by its code."""
        code = code.partition("#")[0]
        if code in _OURS:
            return _OURS[code]
        parts = code.split(":")
        family, last = parts[0], parts[-1]
        if family == "tax":
            return f"{parts[1].upper()} for {country_name(last)}"
        yours, theirs = _HELD_BY_SIDES.get(_kind_of(code), ("", ""))
        if yours and holder is not None and holder == self.reader:
            return yours
        if yours:
            return theirs.format(self.holders.get(holder or 0, f"the {_side_of(family)}"))
        work = self.works.get(last, "the work") if family != "fx" else last
        return _OTHERS[family].format(work) if family in _OTHERS else code


def words_for(accounts: Iterable[Account], *, reader: Organization | None) -> AccountWords:
    """Return the words for all *accounts* of a page, with the names in them; two queries."""
    accounts = list(accounts)
    holders = {holder for _, holder in accounts if holder is not None}
    refs = {code.split(":")[-1] for code, _ in accounts if _is_of_an_escrow(code)}
    titles = Escrow.objects.filter(ref__in=refs).values_list("ref", "title")
    return AccountWords(
        reader=reader.pk if reader else None,
        holders=dict(Organization.objects.filter(pk__in=holders).values_list("pk", "name")),
        works={ref: f"“{title}”" for ref, title in titles},
    )


def in_words(entries: Sequence[TrailEntry], *, reader: Organization | None) -> list[PostedEntry]:
    """Return *entries* as *reader* is shown them."""
    lines = [line for entry in entries for line in entry.lines]
    words = words_for(((line.code, line.holder) for line in lines), reader=reader)
    return [
        PostedEntry(
            number=entry.number,
            key=entry.key,
            memo=entry.memo,
            occurred_at=entry.occurred_at,
            lines=[
                PostedLine(words.of(line.code, line.holder), line.code, line.debit, line.credit)
                for line in entry.lines
            ],
        )
        for entry in entries
    ]


def _kind_of(code: str) -> str:
    """What is left of a code without the key or ref in it."""
    parts = code.split(":")
    if parts[0] == "provider":
        return f"provider {parts[1]}"
    return f"{parts[0]} {parts[-1]}" if parts[0] in {"client", "freelancer"} else parts[0]


def _side_of(family: str) -> str:
    return "client" if family in {"client", "refund"} else "freelancer"


def _is_of_an_escrow(code: str) -> bool:
    return code.startswith(("escrow:", "deferred:"))
