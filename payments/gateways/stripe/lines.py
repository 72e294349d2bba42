"""Lines of a balance at the provider as the protocol's."""

from __future__ import annotations

from typing import Any

from payments.gateways.base import BalanceLine
from payments.gateways.stripe.parts import id_of, moment, part
from payments.gateways.sums import ours

# What is asked for by itself, for a day or a month, says what for in its description only:
# "Connect (2026-03-01 - 2026-03-31): Payout Fee".
ASKED_FOR = {"payout": "payout_fee", "account volume": "payout_fee", "dispute": "dispute_fee"}


def line(entry: Any) -> BalanceLine | None:
    """None until the provider has booked it: a payment may succeed an hour before."""
    if entry is None or isinstance(entry, str):
        return None
    source_id, kind = _behind(entry)
    return BalanceLine(
        line_id=entry.id,
        source_id=source_id,
        kind=kind,
        amount=ours(entry.amount, entry.currency),
        cost=ours(entry.fee, entry.currency),
        currency=entry.currency.upper(),
        created_at=moment(entry.created),
    )


def _behind(entry: Any) -> tuple[str, str]:
    """What the line is about: at a payee, the transfer that came in, or went back."""
    source = part(entry, "source")
    if moved := id_of(part(source, "source_transfer")):
        return moved, "transfer"
    if taken_back := id_of(part(source, "source_transfer_reversal")):
        return taken_back, "transfer_reversal"
    if entry.reporting_category == "fee":
        return "", _what_for(part(entry, "description") or "")
    return id_of(source), entry.reporting_category


def _what_for(description: str) -> str:
    said = description.lower()
    return next((kind for words, kind in ASKED_FOR.items() if words in said), "fee")
