"""How two sides of the demo world disagree, and how it ends: by one service each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.workflows.demo_world.roster import Roster
from billing_site.workflows.demo_world.scripts import Deed
from disputes.models import Dispute, Offer, Reason
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import (
    answering,
    arbitration,
    deciding,
    hearing,
    negotiating,
    opening,
)
from disputes.services.opening import Claim
from invoices.models import Milestone

VERBS = (
    "contest",
    "agree_to",
    "recall",
    "mediate",
    "suggest",
    "reject",
    "rule",
    "object",
    "arbitrate",
    "arbitrate_both",
    "award",
)


@dataclass(frozen=True, slots=True)
class Case:
    """Who takes part in it."""

    client: User
    worker: User
    roster: Roster

    def step(self, milestone: Milestone, deed: Deed, *, at: datetime) -> None:
        milestone.refresh_from_db()
        assert milestone.escrow_id, "What is contested is held."
        if deed.verb == "contest":
            figure, words = _told(milestone, deed)
            claim = Claim(Reason.NOT_AS_AGREED, words, figure)
            opening.open_dispute(milestone.escrow_id, claim, by=self.client, at=at)
            return
        dispute = Dispute.objects.filter(escrow=milestone.escrow_id).latest("pk")
        self._go_on(dispute, milestone, deed, at=at)

    def _go_on(self, dispute: Dispute, milestone: Milestone, deed: Deed, *, at: datetime) -> None:
        match deed.verb:
            case "agree_to":
                theirs = Offer.objects.standing().get(dispute=dispute, side="client")
                negotiating.accept(theirs.pk, by=self.worker, at=at)
            case "recall":
                negotiating.withdraw(dispute.pk, by=self.client, at=at)
            case "mediate":
                hearing.escalate(dispute.pk, by=self.worker, at=at)
                hearing.take_on(dispute.pk, by=self.roster.users["mia"], at=at)
            case "reject":
                answering.answer_proposal(
                    dispute.pk, accepts=False, words=deed.note, by=self.client, at=at
                )
            case "object":
                deciding.appeal(dispute.pk, reason=deed.note, by=self.worker, at=at)
            case "arbitrate" | "arbitrate_both":
                arbitration.choose(dispute.pk, by=self.worker, at=at)
                if deed.verb == "arbitrate_both":
                    arbitration.choose(dispute.pk, by=self.client, at=at)
            case _:
                self._judge(dispute, milestone, deed, at=at)

    def _judge(self, dispute: Dispute, milestone: Milestone, deed: Deed, *, at: datetime) -> None:
        figure, reasons = _told(milestone, deed)
        judge = self.roster.users["finn" if deed.verb == "award" else "mia"]
        if deed.verb == "award":
            hearing.take_on(dispute.pk, by=judge, at=at)
        judges = hearing.propose if deed.verb == "suggest" else deciding.decide
        judges(
            dispute.pk,
            figure=figure,
            reasons=reasons,
            plan_hash=settlement_preview(dispute, figure, at=at).hash,
            by=judge,
            at=at,
        )


def _told(milestone: Milestone, deed: Deed) -> tuple[Money, str]:
    units, words = deed.note.split(" ", 1)
    return Money(int(units), milestone.currency), words
