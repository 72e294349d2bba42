"""The columns of a row: gross = net + fee + tax, to the minor unit, out of its postings alone.

For a client gross is what is paid, net the work and fee what we take on top; what goes back has
a minus. For a freelancer net is by how much their balance changes, and gross what it was before
our fee and the VAT on that.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.queries.records import RecordRow
from records.kinds import WITHIN


class Figures(NamedTuple):
    """Whole minor units."""

    net: int
    fee: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net + self.fee + self.tax


def figures_of(row: RecordRow, *, is_client: bool) -> Figures:
    return _of_client(row) if is_client else _of_freelancer(row)


def _of_freelancer(row: RecordRow) -> Figures:
    moved = row.moved
    if row.kind in WITHIN:  # their balance stays what it was
        return Figures(moved["available"], 0, 0)
    return Figures(
        net=row.change,
        fee=moved["freelancer_fee"] + moved["payout_fee"] + moved["fx_margin"],
        tax=moved["taxes"] - (row.client_tax or 0),
    )


def _of_client(row: RecordRow) -> Figures:
    moved = row.moved
    tax = row.client_tax
    if tax is None:  # what a freelancer's money moves with is on the freelancer's fee
        tax = 0 if row.is_of_works else moved["taxes"]
    if moved["held"] or moved["deferred"]:
        return Figures(moved["held"], moved["deferred"], tax)
    fee = moved["client_fee"]
    return Figures(_whole(row) - fee - tax, fee, tax)


def _whole(row: RecordRow) -> int:
    """What a client pays in all where nothing is held for it, or gets back."""
    moved = row.moved
    match row.kind:
        case "pay_invoice" | "recover_written_off":
            return -moved["from_outside"] - moved["credit"]
        case "collect_receivable" | "write_off_receivable":
            return moved["receivable"]
        case "refund_released":
            return -row.change
        case _:
            return row.change
