"""What silence does in a dispute: as of the deadline, in order, announced before."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F

from billing_site.kernel.moments import first_after
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM
from disputes.models import Dispute, Offer, Question, Side
from disputes.models.conversation import QuestionQuerySet
from disputes.models.dispute_rows import HEARD
from disputes.queries.settlement_preview import fits
from disputes.services import (
    answering,
    arbitration,
    calendar,
    deciding,
    desk_news,
    dispute_letters,
    hearing,
)
from disputes.services.locking import lock
from invoices.services.telling import date_words

logger = logging.getLogger(__name__)

State = Dispute.State
OVER = SYSTEM("the time to answer is over")
ACCEPTED = SYSTEM("silence counts as yes")
UNAPPEALED = SYSTEM("nobody appealed")
AHEAD = {  # what silence will mean, in the warning
    State.OPEN: "a mediator takes the case with what there is",
    State.IN_MEDIATION: "the supervisor of our mediators is told; nothing is decided by that",
    State.IN_APPEAL: "the supervisor of our mediators is told; nothing is decided by that",
    State.PROPOSED: "the mediator's proposal counts as accepted by both",
    State.DECIDED: "the decision stands for good, and the money moves",
    State.ARBITRATION_PENDING: "the money goes to the side that chose arbitration",
    State.UNRESOLVED: "the mediator's last proposal stands, and the money moves, unless one side"
    " alone chooses arbitration: then the other has three business days at least to choose it as"
    " well, or the money goes to who did",
}
UNFIT = (
    "the mediator's proposal counts as refused by both, for the money is not what it was when it"
    " was made"
)
Due = tuple[datetime, int]  # the deadline, and whose


def follow(*, at: datetime) -> list[Dispute]:
    """Do everything whose time is over, one deadline after the other, each on its own.

    After a long outage a case goes through all it missed, in the order of the deadlines.
    """
    done: list[Dispute] = []
    bad: set[int] = set()
    while due := _next(at=at, without=bad):
        deadline, pk = due
        try:
            done.append(_act(pk, deadline))
        except Exception:
            # One bad case is ours to look into, and no reason to keep others waiting.
            logger.exception("Could not follow the deadline of dispute %s", pk)
            bad.add(pk)
    _expire_offers(at=at)
    return done


def warn(*, at: datetime) -> list[Dispute]:
    """Write to both sides a day before silence decides something, once for each deadline."""
    soon = Dispute.objects.to_warn(at=at, until=at + calendar.WARN_BEFORE)
    keys = soon.order_by("act_by", "pk").values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: _warn(pk, at=at), to="warn of the deadline of dispute")


def next_due(*, after: datetime) -> datetime | None:
    """When the next of these has something to do."""
    running = Dispute.objects.running()
    warn_at = F("act_by") - calendar.WARN_BEFORE
    return first_after(
        after,
        (running, "act_by"),
        (_open_questions(), "answer_by"),
        (running.filter(warned_at=None).annotate(warn_at=warn_at), "warn_at"),
    )


def _next(*, at: datetime, without: set[int]) -> Due | None:
    clocks = Dispute.objects.due(at=at).filter(overdue_at=None).exclude(pk__in=without)
    asked = _open_questions().filter(answer_by__lte=at).exclude(dispute__in=without)
    first = clocks.order_by("act_by", "pk").values_list("act_by", "pk")[:1]
    found: list[Due] = [
        *((act_by, pk) for act_by, pk in first if act_by),
        *asked.order_by("answer_by", "pk").values_list("answer_by", "dispute_id")[:1],
    ]
    return min(found, default=None)


def _open_questions() -> QuestionQuerySet:
    return Question.objects.open().filter(dispute__state__in=HEARD)


@transaction.atomic
def _act(dispute_id: int, deadline: datetime) -> Dispute:
    """A late sweep must not make anybody's dates later."""
    dispute = lock(dispute_id)
    question = dispute.questions.open().filter(answer_by__lte=deadline).first()
    if question and dispute.state in HEARD:
        question.unanswered_at = question.answer_by
        question.save(update_fields=["unanswered_at"])
        _tell_of_no_answer(dispute, question)
    elif dispute.is_running and dispute.act_by and dispute.act_by <= deadline:
        _be_silent(dispute, deadline)
    return dispute


def _be_silent(dispute: Dispute, deadline: datetime) -> None:
    match dispute.state:
        case State.OPEN:
            hearing.escalate(dispute.pk, by=OVER, at=deadline)
        case State.PROPOSED:
            answering.settle_as_proposed(dispute, by=ACCEPTED, at=deadline)
        case State.DECIDED:
            deciding.lapse(dispute, by=UNAPPEALED, at=deadline)
        case State.UNRESOLVED | State.ARBITRATION_PENDING:
            arbitration.default(dispute, at=deadline)
        case State.IN_MEDIATION | State.IN_APPEAL:
            _call_the_supervisor(dispute, deadline)
        case _:
            raise AssertionError(f"Silence means nothing in {dispute.state}.")


def _call_the_supervisor(dispute: Dispute, deadline: datetime) -> None:
    dispute.overdue_at = deadline
    dispute.save(update_fields=["overdue_at"])
    dispute_letters.tell_both(
        dispute,
        f"We are late with the dispute about “{dispute.escrow.title}”",
        f"Our mediator was to act by {date_words(deadline)} and has not. Their supervisor looks at"
        " it now. Nothing was decided by that, and the money stays where it is.",
        key=f"overdue/{deadline:%Y-%m-%d}",
        at=deadline,
    )
    desk_news.tell_of_lateness(dispute, deadline, at=deadline)


def _tell_of_no_answer(dispute: Dispute, question: Question) -> None:
    who = dispute.organization_of(Side(question.side))
    dispute_letters.tell_both(
        dispute,
        f"{who} did not answer the mediator about “{dispute.escrow.title}”",
        f"The mediator asked {who}, and got no answer by {date_words(question.answer_by)}. The"
        " mediator may decide now with what there is; a decision can be appealed once.",
        key=f"unanswered/{question.number}",
        at=question.answer_by,
    )


def _warn(dispute_id: int, *, at: datetime) -> Dispute | None:
    dispute = lock(dispute_id)
    words = AHEAD.get(State(dispute.state))
    if not dispute.is_running or dispute.warned_at or not dispute.act_by or not words:
        return None
    if dispute.state == State.PROPOSED and not fits(dispute.proposal, dispute, at=at):
        words = UNFIT
    dispute.warned_at = at
    dispute.save(update_fields=["warned_at"])
    until = date_words(dispute.act_by)
    dispute_letters.tell_both(
        dispute,
        f"The dispute about “{dispute.escrow.title}”: until {until}",
        f"If nothing happens by {until}, {words}. Until then you can still agree: figures that"
        " meet settle it at once.",
        key=f"warning/{dispute.state}/{dispute.act_by:%Y-%m-%dT%H:%M}",
        at=at,
    )
    return dispute


def _expire_offers(*, at: datetime) -> None:
    due = Offer.objects.standing().filter(expires_at__lte=at).order_by("expires_at", "pk")
    one_by_one(due.values_list("pk", "dispute_id"), lambda row: _expire(*row), to="end offer")


def _expire(offer_id: int, dispute_id: int) -> None:
    lock(dispute_id)
    offer = Offer.objects.get(pk=offer_id)
    if offer.ended_at is None:
        offer.ended_at, offer.ending = offer.expires_at, Offer.Ending.EXPIRED
        offer.save(update_fields=["ended_at", "ending"])
