"""What becomes of held money that is divided: what the freelancer gets, what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from billing_site.kernel.money import Money, share, show
from invoices.models import Contract, Milestone
from invoices.queries.costs import CostLine, CostView
from invoices.queries.viewer import Viewer
from payments.models import Lot, Refund
from payments.models.terms import Part


@dataclass(frozen=True, slots=True)
class Division:
    """A milestone and what a figure means for its money, before anybody agrees to it."""

    milestone: Milestone
    cost: CostView
    seen: str


def undecided_of(contract: Contract, viewer: Viewer) -> list[Milestone]:
    """Return the milestones about whose money this viewer decides by ending the contract."""
    if not viewer.is_client:
        return []
    found = contract.milestones.undecided().select_related(
        "escrow", "contract__client", "contract__freelancer"
    )
    return list(found.order_by("position"))


def divisions_of(milestones: list[Milestone], keeps: Mapping[str, Money]) -> list[Division]:
    """Return what the figures (net, by the milestone's ref) cost the client and bring back."""
    return [
        division_of(milestone, keeps[milestone.ref], for_client=True)
        for milestone in milestones
        if milestone.ref in keeps
    ]


def division_of(milestone: Milestone, keeps: Money, *, for_client: bool) -> Division:
    escrow = milestone.escrow
    assert escrow, "Work starts funded; the database sees to it."
    offered = keeps + share(keeps, basis_points=milestone.contract.tax_bps)
    work, back = escrow.division(offered)
    draw = _for_client if for_client else _for_freelancer
    return Division(
        milestone=milestone,
        cost=draw(milestone, held=escrow.remaining, work=work, back=back),
        seen=f"{milestone.ref}: {show(keeps)}, {show(work.net_to_freelancer)}, "
        f"{show(back.client_total)}",
    )


def seen(divisions: list[Division]) -> dict[str, str]:
    """What a consent form carries, so that nobody agrees to figures they did not see."""
    return {"seen_division": "; ".join(each.seen for each in divisions)}


def carried_out(milestone: Milestone, *, for_client: bool) -> CostView | None:
    """What has become of the money of a milestone that is closed."""
    lots = list(Lot.objects.filter(escrow=milestone.escrow_id))
    refunds = list(Refund.objects.filter(escrow=milestone.escrow_id))
    lines = [CostLine(f"To {milestone.contract.freelancer}", lot.amount) for lot in lots]
    lines += [CostLine(f"Back to {milestone.contract.client}", it.amount) for it in refunds]
    if not lines:
        return None
    words = "Held, with your fee on it" if for_client else "The client had paid"
    assert milestone.escrow, "What is closed was funded."
    return CostView(lines=lines, total=CostLine(words, milestone.escrow.total))


def _for_client(milestone: Milestone, *, held: Money, work: Part, back: Part) -> CostView:
    contract = milestone.contract
    lines = [
        CostLine("Held for it", held),
        CostLine(f"{contract.freelancer} keeps", -work.gross, note=_vat_note(work)),
    ]
    if back.client_fee:
        lines.append(CostLine("Our fee on the rest", back.client_fee, contract.client_fee_bps))
    if back.client_fee_tax:
        lines.append(CostLine("VAT on that fee", back.client_fee_tax))
    return CostView(
        lines=lines,
        total=CostLine("Comes back to you", back.client_total),
        others=[CostLine(f"{contract.freelancer} receives", work.net_to_freelancer)],
    )


def _for_freelancer(milestone: Milestone, *, held: Money, work: Part, back: Part) -> CostView:
    contract = milestone.contract
    lines = [
        CostLine("Held for it", held),
        CostLine("Asked back", -back.gross),
    ]
    if work.freelancer_fee:
        lines.append(CostLine("Our fee", -work.freelancer_fee, contract.freelancer_fee_bps))
    if work.freelancer_fee_tax:
        lines.append(CostLine("VAT on our fee", -work.freelancer_fee_tax))
    return CostView(
        lines=lines,
        total=CostLine("You receive", work.net_to_freelancer, note=_vat_note(work)),
        others=[CostLine(f"{contract.client} gets back", back.client_total)],
    )


def _vat_note(work: Part) -> str:
    tax = work.gross - work.net
    return f"with {show(tax)} VAT" if tax else ""
