"""Answering a client's bank: a draft as often as we like, the answer once and in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string

from billing_site.kernel.money import show
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import audit
from billing_site.platform.queue import later
from payments.models import Chargeback, GatewayCommand
from payments.models.chargeback import ANSWER
from payments.services.commands import enqueue

REMIND_BEFORE = timedelta(days=3)
Kind = GatewayCommand.Kind


@transaction.atomic
def draft(chargeback_id: int, *, reason: str, by: User, at: datetime) -> Chargeback:
    """Show the provider what we have; nothing is sent to the bank by it.

    :raises WrongState: it was answered, the bank has decided, or the time is over.
    :raises NotYours: *by* is not of finance operations.
    """
    case = _to_answer(chargeback_id, by=by, at=at)
    _send(case, reason)
    audit.record(by, "chargeback.drafted", f"chargeback/{case.ref}", at=at)
    return case


@transaction.atomic
def submit(chargeback_id: int, *, reason: str, by: User, at: datetime) -> Chargeback:
    """Send our answer to the bank: the pack, and *reason* in our own words. It is final.

    :raises WrongState: it was answered, the bank has decided, or the time is over.
    :raises NotYours: *by* is not of finance operations.
    """
    case = _to_answer(chargeback_id, by=by, at=at)
    case.submitted_at, case.submitted_by = at, by
    _drop_drafts(case, at=at)
    _send(case, reason)
    audit.record(by, "chargeback.answered", f"chargeback/{case.ref}", at=at)
    return case


@transaction.atomic
def accept(chargeback_id: int, *, reason: str, by: User, at: datetime) -> Chargeback:
    """Give the case up: the bank decides for its customer at once, and it is lost.

    Above what one person may give up alone, the first asks for it and a second one does it.

    :raises WrongState: it was answered, the bank only asks, it has decided, or it is too late.
    :raises NotYours: *by* is not of finance operations, or asked for it and another has to agree.
    """
    case = _to_answer(chargeback_id, by=by, at=at)
    if case.state != Chargeback.State.OPENED:
        raise WrongState(f"{case} is only a question: there is nothing to give up yet.")
    if case.takes_two:
        if case.give_up_asked_by_id is None:
            return _ask_another(case, reason, by=by, at=at)
        if case.give_up_asked_by_id == by.pk:
            raise NotYours("You asked to give it up: a sum like this takes two people.")
    case.submitted_at = case.given_up_at = at
    case.submitted_by = by
    case.save(update_fields=["submitted_at", "submitted_by", "given_up_at"])
    _drop_drafts(case, at=at)
    enqueue(Kind.ACCEPT_DISPUTE, case, {"dispute": case.dispute_id}, at=at)
    audit.record(by, "chargeback.accepted", f"chargeback/{case.ref}", at=at, why=reason)
    return case


@transaction.atomic
def refused(command: GatewayCommand, *, problem: str, at: datetime) -> Chargeback:
    """The provider did not take it. Staff is told, and may answer again while a bank waits."""
    assert command.chargeback_id, "It is about a case."
    case = Chargeback.objects.lock(command.chargeback_id)
    is_last = not case.commands.filter(pk__gt=command.pk).exists()
    if not (is_last or _is_final(command)):
        return case  # A draft that came late: what was written since is shown instead.
    if is_last and _is_final(command) and case.state in Chargeback.ANSWERABLE:
        case.submitted_at = case.submitted_by = case.given_up_at = None
        case.save(update_fields=["submitted_at", "submitted_by", "given_up_at"])
    words = f"Our answer to the bank was refused: {problem}"
    _tell_staff(case, words, f"refused/{command.key}", at=at)
    return case


def paper_refused(command: GatewayCommand, *, problem: str, at: datetime) -> Chargeback:
    """A file of an answer was not taken: staff is told, since the answer goes without it."""
    assert command.chargeback_id, "It is about a case."
    case = Chargeback.objects.get(pk=command.chargeback_id)
    words = f"A file of our answer to the bank was not taken, and it goes without: {problem}"
    _tell_staff(case, words, f"refused/{command.key}", at=at)
    return case


def remind(*, at: datetime) -> list[Chargeback]:
    """Tell staff three days before a case has to be answered, once for each date."""
    due = Chargeback.objects.to_answer().filter(
        reminded_at=None, answer_by__gt=at, answer_by__lte=at + REMIND_BEFORE
    )
    keys = due.order_by("pk").values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: _remind(pk, at=at), to="remind of chargeback")


def _remind(chargeback_id: int, *, at: datetime) -> Chargeback | None:
    case = Chargeback.objects.lock(chargeback_id)
    if case.reminded_at is not None or not case.may_be_answered(at):
        return None
    case.reminded_at = at
    case.save(update_fields=["reminded_at"])
    words = f"A bank waits for our answer until {case.answer_by:%-d %B %Y, %H:%M} UTC"
    _tell_staff(case, words, f"due/{case.answer_by:%Y-%m-%d}", at=at)
    return case


def _ask_another(case: Chargeback, reason: str, *, by: User, at: datetime) -> Chargeback:
    case.give_up_asked_at, case.give_up_asked_by = at, by
    case.save(update_fields=["give_up_asked_at", "give_up_asked_by"])
    audit.record(by, "chargeback.give_up_asked", f"chargeback/{case.ref}", at=at, why=reason)
    words = (
        f"{by} asks to give up {show(case.amount)} of {case.charge.client}: a second one decides"
    )
    _tell_staff(case, words, f"give_up/{at:%Y-%m-%d}", at=at)
    return case


def _to_answer(chargeback_id: int, *, by: User, at: datetime) -> Chargeback:
    case = Chargeback.objects.lock(chargeback_id)
    if not case.may_decide(by):
        raise NotYours(f"It is not for {by} to answer a bank.")
    if case.submitted_at:
        raise WrongState(f"{case} was answered by {case.submitted_by}: a bank hears us once.")
    if case.state not in Chargeback.ANSWERABLE:
        raise WrongState(f"{case} cannot be answered any more: it is {case.get_state_display()}.")
    if not case.may_be_answered(at):
        raise NotAllowed(f"The time to answer ended on {case.answer_by:%-d %B %Y, %H:%M} UTC.")
    return case


def _send(case: Chargeback, words: str) -> None:
    """Write it down; a job draws its files, hands them over, and sends all of it."""
    pack: Callable[[Chargeback], dict[str, str]] = import_string(settings.CHARGEBACK_PACK)
    texts = pack(case)
    texts["uncategorized_text"] = f"{words}\n\n{texts.get('uncategorized_text', '')}".strip()
    case.evidence = texts
    case.answers += 1
    case.save(update_fields=["evidence", "answers", "submitted_at", "submitted_by"])
    later("payments.tasks.prepare_evidence", chargeback_pk=case.pk, answer=case.answers)


def _drop_drafts(case: Chargeback, *, at: datetime) -> None:
    """What was not shown yet must not follow the answer, nor that we give the case up."""
    waiting = case.commands.filter(kind=Kind.SUBMIT_EVIDENCE, params__submit=False)
    waiting.filter(state__in=[GatewayCommand.State.QUEUED, GatewayCommand.State.UNKNOWN]).update(
        state=GatewayCommand.State.REFUSED,
        answered_at=at,
        last_error="It was answered, or given up, instead.",
    )


def _is_final(command: GatewayCommand) -> bool:
    return command.kind == Kind.ACCEPT_DISPUTE or bool(command.params.get("submit"))


def _tell_staff(case: Chargeback, words: str, key: str, *, at: datetime) -> None:
    url = reverse("admin:payments_chargeback_change", args=[case.pk])
    staff.tell(ANSWER, text=f"{words}.", url=url, key=f"{case.ref}/{key}", at=at)
