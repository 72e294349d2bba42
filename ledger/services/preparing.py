"""From a movement to what the books take: merged per account, signed, sharded, fingerprinted."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from ledger.chart import AccountSpec, shard_of
from ledger.movements import Movement


class Unbalanced(ValueError):
    """Debits and credits differ, or nothing moves. This is a bug in the movement."""


@dataclass(frozen=True, slots=True)
class Prepared:
    movement: Movement
    fingerprint: str  # sha256 of kind and lines, as PostgreSQL writes bytes
    specs: list[AccountSpec]
    codes: list[str]  # beside specs: a sharded account is posted to at one of its shards
    currencies: list[str]
    amounts: list[int]


def prepare(movement: Movement) -> Prepared:
    """Return *movement* with one line an account; lines that merge to nothing are dropped.

    :raises Unbalanced: it does not sum to zero in each currency, or nothing is left.
    """
    merged: dict[tuple[str, str], int] = {}
    specs: dict[str, AccountSpec] = {}
    totals: dict[str, int] = {}
    for line in movement.lines:
        place = line.account.code, line.currency
        merged[place] = merged.get(place, 0) + line.minor
        specs[line.account.code] = line.account
        totals[line.currency] = totals.get(line.currency, 0) + line.minor
    if any(totals.values()):
        raise Unbalanced(f"{movement.key}: debits less credits are {totals}")
    places = [place for place, minor in merged.items() if minor]
    if not places:
        raise Unbalanced(f"{movement.key}: nothing moves")

    amounts = [merged[place] for place in places]
    used = [specs[code] for code, _ in places]
    shard = shard_of(movement.key)
    return Prepared(
        movement=movement,
        fingerprint=_fingerprint(movement, places, amounts),
        specs=used,
        codes=[spec.code + shard if spec.sharded else spec.code for spec in used],
        currencies=[currency for _, currency in places],
        amounts=amounts,
    )


def _fingerprint(movement: Movement, places: list[tuple[str, str]], amounts: list[int]) -> str:
    # Over the accounts' own codes, so that another number of shards changes no fingerprint.
    lines = sorted(
        f"{code} {currency} {minor}"
        for (code, currency), minor in zip(places, amounts, strict=True)
    )
    text = "\n".join([movement.kind, str(movement.reverses), *lines])
    return "\\x" + sha256(text.encode()).hexdigest()
