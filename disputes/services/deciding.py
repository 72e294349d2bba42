"""Where a mediator may decide: hours, small claims, unanswered questions; and one appeal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState, take
from billing_site.people.models import User
from billing_site.platform.models import File
from disputes.models import Decision, Dispute, Message, Offer, Side
from disputes.models.dispute_rows import FOR_STAFF
from disputes.services import calendar, desk_news, dispute_letters, hearing, splitting
from disputes.services.bench import (
    check_nothing_waits,
    check_plan,
    check_second,
    check_sides,
    heard_by,
)
from disputes.services.caps import takes_two
from disputes.services.consent import check_range
from disputes.services.locking import check_reason, check_running, lock, side_of
from disputes.small_claims import is_small
from invoices.services.repeating import is_repeated
from invoices.services.telling import date_words

State, Basis, Stage = Dispute.State, Decision.Basis, Decision.Stage
STAGES = {
    State.IN_APPEAL: (Stage.APPEAL, Basis.APPEAL),
    State.IN_ARBITRATION: (Stage.AWARD, Basis.ARBITRATION),
}


@transaction.atomic
def decide(
    dispute_id: int,
    *,
    figure: Money,
    reasons: str,
    plan_hash: str,
    by: User,
    at: datetime,
    document: File | None = None,
    costs_on: Side | None = None,
) -> Decision:
    """Decide, where the rules let a mediator. Above *by*'s cap a second person confirms it.

    A first decision can be appealed for five days. One on appeal is final, and so is an
    arbiter's award (see `awarding.award`): those post, last.

    :raises NotAllowed: only the sides can settle this, or the plan is not what was seen.
    :raises NotYours: *by* does not hear this case.
    """
    dispute = heard_by(dispute_id, by, among=FOR_STAFF)
    basis = basis_of(dispute)
    if basis is None:
        raise NotAllowed("Propose a division: this is not for a mediator to decide.")
    check_range(dispute, figure)
    reasons = check_reason(reasons)
    check_plan(dispute, figure, plan_hash, at=at)
    check_nothing_waits(dispute)
    stage = STAGES[State(dispute.state)][0] if dispute.state in STAGES else Stage.FIRST
    decision = Decision.objects.create(
        dispute=dispute,
        stage=stage,
        basis=basis,
        currency=dispute.currency,
        figure=figure,
        reasons=reasons,
        plan_hash=plan_hash,
        document=document,
        costs_on=costs_on or "",
        by=by,
        at=at,
    )
    if takes_two(dispute, by):
        desk_news.tell_of_waiting(decision, dispute, at=at)
    else:
        _put_in_force(dispute, decision, at=at)
    return decision


@transaction.atomic
def confirm(decision_id: int, *, by: User, at: datetime) -> Decision:
    """Put another's decision in force, or their proposal to both sides, as the second person.

    The plan has to be the same still.

    :raises NotYours: *by* made it, mediates nothing, or one of the two is not neutral.
    """
    dispute, decision = _waiting(decision_id)
    check_second(decision, dispute, by=by)
    check_sides(dispute, decision.by)
    check_plan(dispute, decision.figure, decision.plan_hash, at=at)
    decision.confirmed_by = by
    _put_in_force(dispute, decision, at=at)
    return decision


@transaction.atomic
def send_back(decision_id: int, *, reason: str, by: User, at: datetime) -> Decision:
    """Refuse to confirm another's decision; it was never in force, and its maker decides anew."""
    dispute, decision = _waiting(decision_id)
    check_second(decision, dispute, by=by)
    reason = check_reason(reason)
    decision.refused_at = at
    decision.save(update_fields=["refused_at"])
    Message.objects.create(
        dispute=dispute, audience=Message.Audience.STAFF, text=reason, by=by, at=at
    )
    desk_news.tell_of_return(decision, dispute, by=by, at=at)
    return decision


@transaction.atomic
def appeal(
    dispute_id: int, *, reason: str, by: User, at: datetime, op_id: UUID | None = None
) -> Dispute:
    """Have a decision looked at once more, by somebody else. Its figure does not stand till then.

    :raises WrongState: nothing is decided, it was appealed, or its five days are over.
    :raises NotYours: *by* speaks for neither side.
    """
    dispute = lock(dispute_id)
    if is_repeated(by, "dispute.appeal", f"dispute/{dispute.ref}", op_id=op_id, at=at):
        return dispute
    side = side_of(dispute, by)
    check_running(dispute, at=at)
    reason = check_reason(reason)
    until = calendar.mediator_acts_by(dispute, at=at)
    take(dispute.appeal, by=by, at=at, act_by=until, note=reason)
    Message.objects.create(dispute=dispute, side=side, text=reason, by=by, at=at)
    who = dispute.organization_of(side)
    dispute_letters.tell_both(
        dispute,
        f"{who} appeals the decision about “{dispute.escrow.title}”",
        f"{who} appeals: {reason}\n\nSomebody who has not decided before looks at it within three"
        f" business days, by {date_words(until)}. What they decide is final.",
        key="appealed",
        at=at,
    )
    desk_news.tell_of_appeal(dispute, until, at=at)
    return dispute


def lapse(dispute: Dispute, *, by: SYSTEM, at: datetime) -> None:
    """Nobody appealed. The caller has locked it; posts to the books, last."""
    take(dispute.lapse, by=by, at=at)
    words = "Nobody appealed the decision within five days, so it stands."
    splitting.close(dispute, words=words, by=by, at=at)


def basis_of(dispute: Dispute) -> Decision.Basis | None:
    """Why a mediator may decide this case now; nothing where they may only propose."""
    if dispute.state in STAGES:
        return STAGES[State(dispute.state)][1]
    if dispute.state != State.IN_MEDIATION:
        return None
    if dispute.is_about_hours:
        return Basis.HOURS
    if is_small(dispute.at_stake):
        return Basis.SMALL
    if dispute.questions.filter(unanswered_at__isnull=False).exists():
        return Basis.UNANSWERED
    return None


def _put_in_force(dispute: Dispute, decision: Decision, *, at: datetime) -> None:
    decision.in_force_at = at
    decision.save(update_fields=["in_force_at", "confirmed_by"])
    if decision.stage == Stage.PROPOSAL:
        hearing.put_forward(
            dispute,
            figure=decision.figure,
            reasons=decision.reasons,
            plan_hash=decision.plan_hash,
            by=decision.by,
            at=at,
        )
        return
    if decision.stage != Stage.FIRST:
        is_appeal = decision.stage == Stage.APPEAL
        step = dispute.decide_appeal if is_appeal else dispute.award
        take(step, by=decision.by, at=at, figure=decision.figure)
        words = f"It is decided for good. The reasons: {decision.reasons}\n\n"
        splitting.close(dispute, words=words, by=decision.by, at=at)
        return
    until = at + calendar.APPEAL
    # What was offered before is not what anybody offers now: nobody wins the choice by waiting.
    splitting.end_offers(dispute, ending=Offer.Ending.DECIDED, at=at)
    take(dispute.decide, by=decision.by, at=at, figure=decision.figure, act_by=until)
    figure = dispute_letters.divided(dispute, decision.figure)
    dispute_letters.tell_both(
        dispute,
        f"The dispute about “{dispute.escrow.title}” is decided: {figure}",
        f"The mediator decided, because {decision.get_basis_display()}: {figure}. The reasons:"
        f" {decision.reasons}\n\nEither side may appeal once, by {date_words(until)}; somebody"
        " else then decides for good. Without an appeal this decision stands, and the money moves."
        " Figures that were named before do not stand any more; you can still name new ones.",
        key="decided",
        at=at,
    )


def _waiting(decision_id: int) -> tuple[Dispute, Decision]:
    """:raises WrongState: it is in force, was refused, or the case went on without it."""
    found = Decision.objects.values_list("dispute_id", flat=True).get(pk=decision_id)
    dispute = lock(found)
    decision = Decision.objects.select_related("by").get(pk=decision_id)
    wanted = {stage: state for state, (stage, _) in STAGES.items()}
    state = wanted.get(Stage(decision.stage), State.IN_MEDIATION)
    if decision.in_force_at or decision.refused_at or dispute.state != state:
        raise WrongState("That decision waits for nobody any more.")
    return dispute, decision
