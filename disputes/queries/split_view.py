"""What a figure means for the money, before anybody agrees to it."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.kernel.money import Money, show
from invoices.queries.costs import CostLine, CostView
from payments.models import Escrow


@dataclass(frozen=True, slots=True)
class Split:
    cost: CostView
    seen: dict[str, str]


def split_of(escrow: Escrow, figure: Money) -> Split:
    """Return how *figure* divides what is held, with our fees and the taxes on them."""
    work, back = escrow.division(figure)
    lines = [CostLine(f"Of the work, for {escrow.freelancer}", work.gross)]
    if work.freelancer_fee:
        lines.append(CostLine("Our fee", -work.freelancer_fee, escrow.freelancer_fee_bps))
    if work.freelancer_fee_tax:
        lines.append(CostLine("VAT on our fee", -work.freelancer_fee_tax))
    others = [CostLine(f"Of the work, back to {escrow.client}", back.gross)]
    fee = back.client_fee + back.client_fee_tax
    if fee:
        others.append(CostLine("with our fee on it, and its VAT", fee))
    others.append(CostLine(f"{escrow.client} has back", back.client_total))
    total = CostLine(f"{escrow.freelancer} has", work.net_to_freelancer)
    seen = f"{show(figure)}, {show(work.net_to_freelancer)}, {show(back.client_total)}"
    return Split(CostView(lines=lines, total=total, others=others), {"seen_split": seen})
