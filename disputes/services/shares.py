"""What becomes of the shares of an arbitration: in its own transaction, after what ended it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.people.models import Organization
from billing_site.platform.queue import later
from disputes.models import ArbitrationShare, Decision, Dispute, Side
from disputes.services import dispute_letters
from disputes.services.locking import lock
from payments.services import arbitration_costs
from payments.services.arbitration_costs import Held

Outcome = ArbitrationShare.Outcome


def hand_on(dispute: Dispute) -> None:
    """Have held shares returned or spent once this transaction is over: it posts other money."""
    for share in dispute.shares.held():
        later("disputes.tasks.settle_share", share_id=share.pk)


@transaction.atomic
def settle(share_id: int, *, at: datetime) -> Dispute:
    """Return a share, or pay the arbiter with both. Twice is once. Posts to the books, last."""
    found = ArbitrationShare.objects.values_list("dispute_id", flat=True).get(pk=share_id)
    dispute = lock(found)
    share = ArbitrationShare.objects.get(pk=share_id)
    if share.settled_at or not share.amount:
        return dispute
    is_earned = dispute.state == Dispute.State.AWARDED and is_external(dispute)
    if is_earned and share.ended_at is None:
        both = list(dispute.shares.held().filter(ended_at=None).order_by("pk"))
        _end(both, Outcome.SPENT, at=at)
        costs, loser = [held_of(dispute, each) for each in both], _loser(dispute)
        for each in costs:
            if loser and each.holder != loser:
                _tell_of_costs(dispute, each, loser, at=at)
        arbitration_costs.spend(costs, loser=loser, at=at)
    elif _is_over(dispute, share):
        _end([share], Outcome.RETURNED, at=at)
        arbitration_costs.give_back([held_of(dispute, share)], at=at)
    return dispute


def held_of(dispute: Dispute, share: ArbitrationShare) -> Held:
    return Held(
        case=dispute.ref,
        share=str(share.pk),
        holder=dispute.organization_of(share.side),
        is_client=share.side == Side.CLIENT,
        amount=share.amount,
    )


def is_external(dispute: Dispute) -> bool:
    """Whether an external arbiter awards: only where both sides wanted one."""
    wanted = dispute.shares.standing().values_list("bench", flat=True)
    return list(wanted) == [ArbitrationShare.Bench.EXTERNAL] * 2


def _is_over(dispute: Dispute, share: ArbitrationShare) -> bool:
    if share.ended_at or not dispute.is_running:
        return True
    return dispute.state == Dispute.State.IN_ARBITRATION and not is_external(dispute)


def _end(shares: list[ArbitrationShare], outcome: Outcome, *, at: datetime) -> None:
    for share in shares:
        share.settled_at, share.outcome = max(at, share.at), outcome
        share.save(update_fields=["settled_at", "outcome"])


def _tell_of_costs(dispute: Dispute, winner: Held, loser: Organization, *, at: datetime) -> None:
    shifted = arbitration_costs.shiftable(winner, loser)
    rest = winner.amount - shifted
    words = (
        f"The award has {loser} bear both shares of what the arbiter cost. {show(shifted)} of the"
        f" {show(winner.amount)} that {winner.holder} had put down was passed on to {loser}."
    )
    if rest:
        words += f" {show(rest)} was not, because {loser} has no more with us: it stays with"
        words += f" {winner.holder}, and we collect nothing for it."
    subject = f"What the arbiter of “{dispute.escrow.title}” cost: {show(shifted)} was passed on"
    dispute_letters.tell_both(dispute, subject, words, key="costs", at=at)
    if hears := dispute.who_hears:
        dispute_letters.tell_staff(dispute, [hears], subject, words, key="costs", at=at)


def _loser(dispute: Dispute) -> Organization | None:
    award = dispute.decisions.in_force().get(stage=Decision.Stage.AWARD)
    return dispute.organization_of(award.costs_on) if award.costs_on else None
