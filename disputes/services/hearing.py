"""A mediator hears both sides: takes a case, hands it over, asks, and proposes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState, take
from billing_site.people.models import User
from disputes.models import Decision, Dispute, Message, Proposal, Question, Side
from disputes.models.dispute_rows import FOR_STAFF
from disputes.models.sides import supervises
from disputes.services import calendar, desk_news, dispute_letters
from disputes.services.bench import (
    check_neutral,
    check_nothing_waits,
    check_plan,
    check_sides,
    heard_by,
)
from disputes.services.caps import takes_two
from disputes.services.consent import check_range
from disputes.services.locking import check_reason, lock
from invoices.services.repeating import is_repeated
from invoices.services.telling import date_words

State = Dispute.State


@transaction.atomic
def escalate(
    dispute_id: int, *, by: User | SYSTEM, at: datetime, op_id: UUID | None = None
) -> Dispute:
    """Give the case to a mediator, with what there is.

    :raises WrongState: it is not between the two sides any more.
    :raises NotYours: *by* speaks for neither.
    """
    dispute = lock(dispute_id)
    if is_repeated(by, "dispute.escalate", f"dispute/{dispute.ref}", op_id=op_id, at=at):
        return dispute
    until = calendar.mediator_acts_by(dispute, at=at)
    take(dispute.escalate, by=by, at=at, act_by=until)
    dispute_letters.tell_both(
        dispute,
        f"A mediator hears the dispute about “{dispute.escrow.title}”",
        "The case is with a mediator now, with all that was said and shown. You can still agree:"
        " figures that meet settle it at once. The mediator acts within three business days, by"
        f" {date_words(until)}.",
        key="mediation",
        at=at,
    )
    return dispute


@transaction.atomic
def take_on(dispute_id: int, *, by: User, at: datetime) -> Dispute:
    """Take a case that nobody has, or whose mediator hears none any more.

    An appeal is heard by somebody who has not decided before.

    :raises WrongState: somebody has it, or it waits for nobody of ours.
    :raises NotYours: *by* mediates nothing, belongs to a side, or decided before.
    """
    dispute = lock(dispute_id)
    _check_waits(dispute)
    before, hears = dispute.mediator, dispute.who_hears
    if hears == by:
        return dispute
    if hears:
        raise WrongState(f"{hears} has taken it already.")
    check_neutral(dispute, by)
    dispute.mediator = by
    dispute.save(update_fields=["mediator"])
    # What a mediator who hears no more had not had confirmed was never in force.
    dispute.decisions.to_confirm().update(refused_at=at)
    left = f" from {before}, who hears no cases any more" if before else ""
    _note(dispute, f"{by} took the case{left}.", by=by, at=at)
    return dispute


@transaction.atomic
def hand_over(dispute_id: int, *, to: User, reason: str, by: User, at: datetime) -> Dispute:
    """Give a case to another mediator, by who has it or by a supervisor.

    Nobody chooses who judges their own cause: a mediator who came to belong to a side leaves
    that to a supervisor.

    :raises NotYours: it is not *by*'s to give, or *to* may not have it.
    :raises WrongState: what its mediator ruled waits for a second person.
    """
    dispute = lock(dispute_id)
    _check_waits(dispute)
    if not (dispute.who_mediates(by) or supervises(by)):
        raise NotYours(f"It is not for {by} to hand {dispute} over.")
    check_sides(dispute, by)
    check_neutral(dispute, to)
    if waiting := dispute.decisions.to_confirm().first():
        what = waiting.get_stage_display()
        raise WrongState(
            f"The {what} of {waiting.by} waits for a second person: it is confirmed or sent back"
            " before another mediator hears the case."
        )
    dispute.mediator = to
    dispute.save(update_fields=["mediator"])
    _note(dispute, f"{by} gave the case to {to}: {check_reason(reason)}", by=by, at=at)
    if to != by:
        desk_news.tell_of_handing(dispute, to, by=by, at=at)
    return dispute


@transaction.atomic
def ask(dispute_id: int, *, side: Side, text: str, by: User, at: datetime) -> Question:
    """Ask one side; the clock stands until they answer, three business days at most.

    :raises NotAllowed: two questions were asked already.
    :raises WrongState: one is open, or something waits for a second person.
    :raises NotYours: *by* does not hear this case.
    """
    dispute = heard_by(dispute_id, by)
    asked = dispute.questions.count()
    if asked >= Question.MOST:
        raise NotAllowed("A case has two questions at most, and both were asked.")
    check_nothing_waits(dispute)
    if not text.strip():
        raise NotAllowed("Ask something.")
    until = calendar.business_days(at, calendar.QUESTION_DAYS, dispute.contract)
    question = Question.objects.create(
        dispute=dispute,
        number=asked + 1,
        side=side,
        text=text.strip(),
        by=by,
        at=at,
        answer_by=until,
    )
    assert dispute.act_by, "Who hears a case has a deadline."
    # Also where we are late already: while a side is asked the clock stands.
    dispute.act_by = max(dispute.act_by, at) + (until - at)
    dispute.warned_at = dispute.overdue_at = None
    dispute.save(update_fields=["act_by", "warned_at", "overdue_at"])
    who = dispute.organization_of(side)
    dispute_letters.tell_both(
        dispute,
        f"The mediator asks {who} about “{dispute.escrow.title}”: answer by {date_words(until)}",
        f"The mediator asks {who}: {question.text}\n\nThe answer is due by {date_words(until)}."
        " Without it the case is decided with what there is, and can be appealed once.",
        key=f"question/{question.number}",
        at=at,
    )
    return question


@transaction.atomic
def propose(
    dispute_id: int, *, figure: Money, reasons: str, plan_hash: str, by: User, at: datetime
) -> Proposal | Decision:
    """Propose a division to both. Silence accepts it after three business days.

    Above *by*'s cap it waits for a second person, as a decision does: silence would carry it out.

    :raises NotAllowed: the figure or the reasons do not do, or the plan is not what was seen.
    :raises WrongState: a side was asked and has time to answer still.
    :raises NotYours: *by* does not hear this case.
    """
    dispute = heard_by(dispute_id, by, among=(State.IN_MEDIATION,))
    check_range(dispute, figure)
    reasons = check_reason(reasons)
    check_plan(dispute, figure, plan_hash, at=at)
    check_nothing_waits(dispute)
    if not takes_two(dispute, by):
        return put_forward(
            dispute, figure=figure, reasons=reasons, plan_hash=plan_hash, by=by, at=at
        )
    waiting = Decision.objects.create(
        dispute=dispute,
        stage=Decision.Stage.PROPOSAL,
        basis=Decision.Basis.PROPOSAL,
        currency=dispute.currency,
        figure=figure,
        reasons=reasons,
        plan_hash=plan_hash,
        by=by,
        at=at,
    )
    desk_news.tell_of_waiting(waiting, dispute, at=at)
    return waiting


def put_forward(
    dispute: Dispute, *, figure: Money, reasons: str, plan_hash: str, by: User, at: datetime
) -> Proposal:
    """Put a checked proposal of its mediator *by* to both sides. The caller has locked the case."""
    until = calendar.business_days(at, calendar.PROPOSAL_DAYS, dispute.contract)
    take(dispute.propose, by=by, at=at, act_by=until)
    proposal = Proposal.objects.create(
        dispute=dispute,
        currency=dispute.currency,
        figure=figure,
        reasons=reasons,
        plan_hash=plan_hash,
        by=by,
        at=at,
        answer_by=until,
    )
    divided = dispute_letters.divided(dispute, figure)
    dispute_letters.tell_both(
        dispute,
        f"The mediator proposes for “{dispute.escrow.title}”: {divided}",
        f"The mediator proposes: {divided}. Their reasons: {reasons}\n\nAccept or refuse it by"
        f" {date_words(until)}. Silence counts as yes. If one side refuses, either may choose"
        " arbitration within seven days; if nobody does, this proposal stands.",
        key="proposed",
        at=at,
    )
    return proposal


def _check_waits(dispute: Dispute) -> None:
    if dispute.state not in FOR_STAFF:
        raise WrongState(f"It waits for nobody of ours: it is {dispute.get_state_display()}.")


def _note(dispute: Dispute, text: str, *, by: User, at: datetime) -> None:
    Message.objects.create(
        dispute=dispute, audience=Message.Audience.STAFF, text=text, by=by, at=at
    )
