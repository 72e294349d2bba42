"""What the sides and the mediator write to each other, and what they show."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import files
from disputes.models import Dispute, Evidence, Message, Question, Side
from disputes.models.sides import supervises
from disputes.services import desk_news, dispute_letters, negotiating
from disputes.services.bench import check_sides
from disputes.services.locking import check_running, lock
from invoices.services.invoicing import Upload
from invoices.services.repeating import is_repeated, sent


@transaction.atomic
def say(
    dispute_id: int,
    *,
    text: str,
    audience: str = Message.Audience.BOTH,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Message:
    """Write to those whom *by* chose; they get a letter, or staff a note.

    :raises WrongState: the case is over.
    :raises NotYours: *by* neither speaks for a side nor works on the case.
    :raises NotAllowed: nothing was written, or a side wrote where it may not.
    """
    dispute = lock(dispute_id)
    form = sent(by, "dispute.say", f"dispute/{dispute.ref}", op_id=op_id, at=at)
    if form.is_again:
        return dispute.messages.get(ref__in=form.made)
    if not dispute.is_running:
        raise WrongState(f"The case is over: it is {dispute.get_state_display()}.")
    side = _speaker(dispute, by)
    if not text.strip():
        raise NotAllowed("Write something.")
    if side and audience not in (Message.Audience.BOTH, side):
        raise NotAllowed("Write to both, or to the mediator alone.")
    message = Message.objects.create(
        dispute=dispute, audience=audience, side=side, text=text.strip(), by=by, at=at
    )
    if side:
        negotiating.answered(dispute, Side(side), at=at)
    _tell(dispute, message, at=at)
    return form.answer(message)


@transaction.atomic
def show(
    dispute_id: int,
    *,
    upload: Upload,
    description: str,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Evidence:
    """Add a file that both sides and the mediator see, until something is decided.

    :raises WrongState: it is decided.
    :raises NotYours: *by* speaks for neither side.
    :raises NotAllowed: there are twenty, it shows nothing, or it is no file that we keep.
    """
    dispute = lock(dispute_id)
    form = sent(by, "dispute.show", f"dispute/{dispute.ref}", op_id=op_id, at=at)
    if form.is_again:
        return dispute.evidence.get(ref__in=form.made)
    side = dispute.side_of(by)
    if side is None:
        raise NotYours(f"It is not for {by} to show evidence in {dispute}.")
    if not dispute.takes_evidence:
        raise WrongState(f"It is {dispute.get_state_display()}: evidence is shown before that.")
    if dispute.evidence.count() >= Evidence.MOST:
        raise NotAllowed(f"A case has at most {Evidence.MOST} pieces of evidence.")
    if not description.strip():
        raise NotAllowed("Say what it shows.")
    file = files.upload(
        upload.content,
        name=upload.name,
        content_type=upload.content_type,
        owner=dispute.organization_of(side).pk,
        at=at,
    )
    evidence = Evidence.objects.create(
        dispute=dispute,
        side=side,
        file=file,
        sha256=file.sha256,
        description=description.strip(),
        by=by,
        at=at,
    )
    _tell_of_evidence(dispute, evidence, at=at)
    return form.answer(evidence)


@transaction.atomic
def answer(
    question_id: int, *, text: str, by: User, at: datetime, op_id: UUID | None = None
) -> Question:
    """Answer the mediator; the clock of the case goes on with the time it had left.

    :raises WrongState: its time is over.
    :raises NotYours: another side was asked.
    """
    found = Question.objects.values_list("dispute_id", flat=True).get(pk=question_id)
    dispute = lock(found)
    question = Question.objects.get(pk=question_id)
    if is_repeated(by, "question.answer", f"dispute/{dispute.ref}", op_id=op_id, at=at):
        return question
    check_running(dispute, at=at)
    if dispute.side_of(by) != question.side:
        raise NotYours("The other side was asked.")
    if not question.is_open(at=at):
        raise WrongState("The time to answer is over, or it was answered.")
    if not text.strip():
        raise NotAllowed("Write something.")
    question.answer = Message.objects.create(
        dispute=dispute, side=question.side, text=text.strip(), by=by, at=at
    )
    question.answered_at = at
    question.save(update_fields=["answer", "answered_at"])
    assert dispute.act_by, "Who asks has a deadline."
    dispute.act_by -= question.answer_by - at
    dispute.save(update_fields=["act_by"])
    _tell(dispute, question.answer, at=at)
    words = f"{dispute.organization_of(question.side)} answered you"
    desk_news.tell_mediator(dispute, words, key=f"answer/{question.number}", at=at)
    return question


def _speaker(dispute: Dispute, by: User) -> str:
    side = dispute.side_of(by)
    if side is not None:
        return side
    if dispute.who_mediates(by) or supervises(by):
        check_sides(dispute, by)
        return ""
    raise NotYours(f"It is not for {by} to speak in {dispute}.")


def _tell_of_evidence(dispute: Dispute, shown: Evidence, *, at: datetime) -> None:
    side, key = Side(shown.side), f"evidence/{shown.ref}"
    who = dispute.organization_of(side)
    dispute_letters.tell_side(
        dispute,
        side.other,
        f"{who} showed a file in the dispute about “{dispute.escrow.title}”",
        f"{who} showed “{shown.file.name}”: {shown.description}\n\nYou and the mediator can"
        " download it on the page of the case. You can answer it, and show files of your own.",
        key=key,
        at=at,
    )
    desk_news.tell_mediator(dispute, f"{who} showed a file", key=key, at=at)


def _tell(dispute: Dispute, message: Message, *, at: datetime) -> None:
    who = dispute.organization_of(message.side) if message.side else "The mediator"
    subject = f"{who} wrote in the dispute about “{dispute.escrow.title}”"
    for side in Side:
        if side != message.side and message.audience in (Message.Audience.BOTH, side):
            words = f"{who} wrote: {message.text}"
            key = f"message/{message.ref}"
            dispute_letters.tell_side(dispute, side, subject, words, key=key, at=at)
