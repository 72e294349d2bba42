"""Both sides answer a mediator's proposal; silence accepts what was proposed, and nothing else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.transitions import SYSTEM, WrongState, take
from billing_site.people.models import User
from disputes.models import Dispute, Proposal, Side
from disputes.queries.settlement_preview import fits
from disputes.services import calendar, dispute_letters, splitting
from disputes.services.bench import check_plan
from disputes.services.consent import check_figure
from disputes.services.locking import check_running, lock, side_of
from invoices.services.repeating import is_repeated
from invoices.services.telling import date_words

State = Dispute.State
ACCEPTED, REFUSED = Proposal.Answer.ACCEPTED, Proposal.Answer.REFUSED
CHANGED = SYSTEM("the money is not what it was when this was proposed")
SILENCE_ACCEPTS = "both sides accepted the proposal, by a word or by silence"


@transaction.atomic
def answer_proposal(
    dispute_id: int,
    *,
    accepts: bool,
    words: str = "",
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Dispute:
    """Say yes or no for a side. Both yes: it is settled so, and this posts to the books, last.

    :raises WrongState: no proposal waits, its time is over, or the side has answered.
    :raises NotYours: *by* speaks for neither side, or may not spend so much.
    """
    dispute = lock(dispute_id)
    if is_repeated(by, "dispute.answer", f"dispute/{dispute.ref}", op_id=op_id, at=at):
        return dispute
    side = side_of(dispute, by)
    check_running(dispute, at=at)
    if dispute.state != State.PROPOSED:
        raise WrongState(f"No proposal waits: it is {dispute.get_state_display()}.")
    proposal = dispute.proposal
    if proposal.answer_of(side):
        raise WrongState(f"{dispute.organization_of(side)} has answered already.")
    if accepts:
        check_figure(dispute, proposal.figure, side=side, by=by)
        check_plan(dispute, proposal.figure, proposal.plan_hash, at=at)
    said = ACCEPTED if accepts else REFUSED
    facts = {"answer": said, "answered_at": at, "words": words.strip()}
    for name, value in facts.items():
        setattr(proposal, f"{side}_{name}", value)
    proposal.save(update_fields=[f"{side}_{name}" for name in facts])
    if not accepts:
        _refuse(dispute, side, words.strip(), by=by, at=at)
    elif proposal.is_accepted_by_both:
        settle_as_proposed(dispute, by=by, at=at)
    else:
        _tell_of_yes(dispute, side, words.strip(), at=at)
    return dispute


def settle_as_proposed(dispute: Dispute, *, by: User | SYSTEM, at: datetime) -> None:
    """Both said yes, or nothing. Posts to the books, last.

    Silence agrees to what was proposed and to nothing else: where the plan has changed since,
    because a bank took a part, the proposal counts as refused.
    """
    proposal = dispute.proposal
    if not fits(proposal, dispute, at=at):
        take(dispute.refuse, by=CHANGED, at=at, act_by=at + calendar.SHARE)
        _tell_of_change(dispute, at=at)
        return
    take(dispute.settle, by=by, at=at, figure=dispute.proposal.figure, note=SILENCE_ACCEPTS)
    words = "Nobody refused the mediator's proposal, so it is settled as it says."
    splitting.close(dispute, words=words, by=by, at=at)


def _refuse(dispute: Dispute, side: Side, words: str, *, by: User, at: datetime) -> None:
    until = at + calendar.SHARE
    take(dispute.refuse, by=by, at=at, act_by=until, note=words)
    who = dispute.organization_of(side)
    said = f" They write: {words}" if words else ""
    figure = dispute_letters.divided(dispute, dispute.proposal.figure)
    dispute_letters.tell_both(
        dispute,
        f"{who} refused the mediator's proposal for “{dispute.escrow.title}”",
        f"{who} refused the proposal.{said} You can still agree on a figure of your own, or choose"
        " arbitration: if only one side does, the money goes to that side; the other has three"
        f" business days at least to choose it as well. If nothing happens by {date_words(until)},"
        f" the proposal stands: {figure}.",
        key="refused",
        at=at,
    )


def _tell_of_yes(dispute: Dispute, side: Side, words: str, *, at: datetime) -> None:
    who, proposal = dispute.organization_of(side), dispute.proposal
    said = f" They write: {words}" if words else ""
    figure = dispute_letters.divided(dispute, proposal.figure)
    dispute_letters.tell_side(
        dispute,
        side.other,
        f"{who} agrees to the mediator's proposal for “{dispute.escrow.title}”",
        f"{who} agrees to {figure}.{said} If you agree as well, the money is divided at once. You"
        f" can refuse it until {date_words(proposal.answer_by)}; silence counts as yes.",
        key=f"accepted/{side}",
        at=at,
    )


def _tell_of_change(dispute: Dispute, *, at: datetime) -> None:
    until = date_words(at + calendar.SHARE)
    dispute_letters.tell_both(
        dispute,
        f"The proposal for “{dispute.escrow.title}” does not fit any more",
        "The money that is held is not what it was when the mediator proposed, so nobody's silence"
        " agreed to that. You can still agree on a figure. Either side may choose arbitration by"
        f" {until}. If nothing happens by then, the proposal stands for what is left, and is"
        " divided in its proportion.",
        key=f"changed/{at:%Y-%m-%dT%H:%M}",
        at=at,
    )
