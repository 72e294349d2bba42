"""The words with which a mediator can begin in one case, and what they become there."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.kernel.money import Money, show
from disputes.models import Dispute, StandardText
from disputes.placeholders import filled


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What can be chosen, and what was: its words as they read in this case."""

    texts: list[StandardText]
    chosen: str  # its ref; empty: none
    words: str


def beginnings(
    dispute: Dispute, purpose: StandardText.Purpose, ref: str, *, figure: Money | None = None
) -> Beginnings:
    texts = list(StandardText.objects.of(purpose))
    chosen = next((text for text in texts if text.ref == ref), None)
    words = filled(chosen.text, _facts(dispute, figure)) if chosen else ""
    return Beginnings(texts, chosen.ref if chosen else "", words)


def _facts(dispute: Dispute, figure: Money | None) -> dict[str, str]:
    facts = {
        "client": str(dispute.contract.client),
        "freelancer": str(dispute.contract.freelancer),
        "work": f"“{dispute.escrow.title}”",
        "at_stake": show(dispute.at_stake),
        "claimed": show(dispute.claimed),
    }
    if figure is not None:
        facts |= {"figure": show(figure), "back": show(dispute.at_stake - figure)}
    return facts
