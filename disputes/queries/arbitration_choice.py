"""What choosing arbitration costs a side, and what it has for that, before it chooses."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.kernel.money import Money, show
from billing_site.people.models import Organization
from disputes.arbitration_fees import share_of
from disputes.models import ArbitrationShare, Dispute, Side
from invoices.queries.costs import CostLine, CostView
from payments.services import arbitration_costs

Bench = ArbitrationShare.Bench


@dataclass(frozen=True, slots=True)
class Choice:
    share: Money
    cost: CostView
    sentence: str  # what the other side has chosen, and what follows
    benches: list[tuple[str, str]]

    @property
    def seen(self) -> dict[str, str]:
        return {"seen_share": show(self.share), "seen_other": self.sentence}


def choice_of(dispute: Dispute, side: Side) -> Choice:
    ours, share = dispute.organization_of(side), share_of(dispute)
    has = arbitration_costs.free(ours, dispute.currency, is_client=side == Side.CLIENT)
    other = dispute.organization_of(side.other)
    theirs = dispute.shares.standing().filter(side=side.other).first()
    what = "Your credit" if side == Side.CLIENT else "Available to you"
    return Choice(
        share=share,
        cost=CostView(
            lines=[CostLine(what, has)],
            total=CostLine("Your share of an external arbiter", share),
            others=[CostLine(f"{other} puts down as much", share)],
        ),
        sentence=_sentence(theirs, other),
        benches=[
            (Bench.PANEL.value, "Our own panel. It costs nothing."),
            (Bench.EXTERNAL.value, f"An external arbiter. {show(share)} of yours is held now."),
        ],
    )


def _sentence(theirs: ArbitrationShare | None, other: Organization) -> str:
    if theirs is None:
        return (
            f"{other} has not chosen arbitration. If only you do, the money goes to you. From your "
            "choice on they have three business days at least to choose it as well."
        )
    if theirs.bench == Bench.EXTERNAL:
        return f"{other} wants an external arbiter, and has put its share down."
    return f"{other} wants our own panel, so our panel hears it."
