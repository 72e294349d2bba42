"""The files of an answer to a bank: drawn, handed to the provider, and then shown with its words.

Each step is a commit of its own, and done again does nothing: what is drawn is kept here, what
the provider keeps has its name there, and only then the answer is sent, which names it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from billing_site.kernel.sweeping import one_by_one
from billing_site.platform import files
from billing_site.platform.files import NotAFile
from billing_site.platform.models import File
from payments.gateways.base import Gateway, Paper
from payments.gateways.papers import LARGEST_TOGETHER, problem_with
from payments.models import Chargeback, EvidenceFile, GatewayCommand
from payments.services.commands import enqueue

Kind = GatewayCommand.Kind
WAITED_FOR_UNTIL = timedelta(hours=6)  # before the last moment to answer
WAITED_FOR_AT_LEAST = timedelta(minutes=15)  # to be drawn and handed over, since it was given
NO_TIME_TO_WAIT = timedelta(hours=1)  # before the last moment to answer, however new it is


@dataclass(frozen=True, slots=True)
class Drawn:
    """*shows* is the provider's name for what it shows; the most important one comes first."""

    shows: str
    title: str
    name: str
    content: bytes


def prepare(chargeback_id: int, *, answer: int, at: datetime) -> None:
    """Draw what *answer* shows and hand it over; without files, send it at once.

    Drawing takes its time, so nothing is locked meanwhile. A later answer takes its place.
    """
    case = Chargeback.objects.select_related("charge__client").get(pk=chargeback_id)
    if _needs_no_files(case, answer):
        return
    draw: Callable[[Chargeback, datetime], list[Drawn]] = import_string(settings.CHARGEBACK_FILES)
    drawn = draw(case, at)
    with transaction.atomic():
        case = Chargeback.objects.lock(chargeback_id)
        if _needs_no_files(case, answer):
            return
        room = LARGEST_TOGETHER
        for each in drawn:
            if len(each.content) <= room and _hand_over(case, each, at=at):
                room -= len(each.content)
        send_if_ready(case, at=at)


def paper_of(ref: str) -> Paper:
    """Return a file as the provider is handed it."""
    file = File.objects.get(ref=ref)
    return Paper(file.name, file.content_type, file.sha256, files.open(file))


def hand_over(gateway: Gateway, params: dict[str, Any], key: str) -> str:
    return gateway.keep_paper(paper_of(params["file"]), key=key)


@transaction.atomic
def kept(command: GatewayCommand, kept_as: str, *, at: datetime) -> EvidenceFile:
    """The provider keeps it, under this name."""
    return _know(command, kept_as=kept_as, at=at)


@transaction.atomic
def refused(command: GatewayCommand, *, problem: str, at: datetime) -> EvidenceFile:
    """The provider does not take it. The answer goes without it, and in time."""
    return _know(command, problem=problem[:300], at=at)


def send_if_ready(case: Chargeback, *, at: datetime) -> None:
    """Send the last answer once nothing of it is on its way to the provider. Once.

    The caller has locked the case.
    """
    if case.given_up_at or case.state not in Chargeback.ANSWERABLE or not case.evidence:
        return  # It was given up meanwhile, became another case, or is decided.
    shown = list(case.files.filter(answer=case.answers).order_by("pk"))
    if any(each.is_waited_for for each in shown) or _is_sent(case):
        return
    params = {
        "dispute": case.dispute_id,
        "texts": case.evidence,
        "files": {each.shows: each.kept_as for each in shown if each.kept_as},
        "submit": case.submitted_at is not None,
        "answer": case.answers,
    }
    enqueue(Kind.SUBMIT_EVIDENCE, case, params, at=at)


def send_in_time(*, at: datetime) -> list[Chargeback]:
    """Send what was to be final without files that are still on their way, before it is late."""
    keys = _due(at).order_by("answer_by", "pk").values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: _send_in_time(pk, at=at), to="send the answer of chargeback")


def _due(at: datetime) -> QuerySet[Chargeback]:
    """Final answers that are not with the bank, and whose time is nearly over."""
    return Chargeback.objects.filter(
        Q(submitted_at__lte=at - WAITED_FOR_AT_LEAST) | Q(answer_by__lte=at + NO_TIME_TO_WAIT),
        state__in=Chargeback.ANSWERABLE,
        submitted_at__isnull=False,
        given_up_at__isnull=True,
        answer_by__gt=at,
        answer_by__lte=at + WAITED_FOR_UNTIL,
    )


def _send_in_time(chargeback_id: int, *, at: datetime) -> Chargeback | None:
    case = Chargeback.objects.lock(chargeback_id)
    if _is_sent(case) or not _due(at).filter(pk=case.pk).exists():
        return None
    waiting = case.files.filter(answer=case.answers, kept_as="", problem="")
    waiting.update(problem="The provider did not take it in time.")
    send_if_ready(case, at=at)
    return case if _is_sent(case) else None


def _needs_no_files(case: Chargeback, answer: int) -> bool:
    """Whether it was given up or answered anew, or this answer has its files or went without."""
    return (
        case.given_up_at is not None
        or case.answers != answer
        or case.files.filter(answer=answer).exists()
        or _is_sent(case)
    )


def _is_sent(case: Chargeback) -> bool:
    """Whether the last answer was asked to be sent, whatever became of that."""
    sent = case.commands.filter(kind=Kind.SUBMIT_EVIDENCE, params__answer=case.answers)
    return sent.exists()


def _hand_over(case: Chargeback, drawn: Drawn, *, at: datetime) -> bool:
    """Keep it, and promise to hand it over; tell whether a bank can read it at all."""
    try:
        file = files.store(drawn.content, name=drawn.name, content_type="", owner=None, at=at)
    except NotAFile:
        return False
    if problem_with(Paper(file.name, file.content_type, file.sha256, drawn.content)):
        return False
    command = enqueue(Kind.KEEP_PAPER, case, {"file": file.ref}, at=at)
    EvidenceFile.objects.create(
        chargeback=case,
        answer=case.answers,
        shows=drawn.shows,
        title=drawn.title,
        file=file,
        command=command,
    )
    return True


def _know(command: GatewayCommand, *, at: datetime, **facts: str) -> EvidenceFile:
    assert command.chargeback_id, "It is about a case."
    case = Chargeback.objects.lock(command.chargeback_id)
    found = EvidenceFile.objects.get(command=command)
    if found.is_waited_for:
        for name, value in facts.items():
            setattr(found, name, value)
        found.save(update_fields=list(facts))
        if found.answer == case.answers:  # The files of a later one may not be drawn yet.
            send_if_ready(case, at=at)
    return found
