"""What people of the demo world ask our staff, and what they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid5

from billing_site.workflows.demo_world.roster import Roster
from disputes.models import Ticket
from disputes.services import support

NAMESPACE = UUID("0f3c2f86-4a0a-4c52-9f0e-0d1c7a6c3b11")  # what is pressed twice in a demo


@dataclass(frozen=True, slots=True)
class Question:
    by: str
    subject: str
    text: str
    days_ago: float
    answer: str = ""
    asks_back: bool = False
    reply: str = ""
    is_settled: bool = False


QUESTIONS = (
    Question(
        "ben",
        "When does a payout reach my bank?",
        "I asked for a payout on Thursday and see nothing in my account yet.",
        26.2,
        answer="It was sent on Friday and is there two business days later. The date that we "
        "promise stands on the payout’s page, and the bank’s reference in its advice.",
        reply="It came this morning. Thank you!",
        is_settled=True,
    ),
    Question(
        "ada",
        "Can two people approve together?",
        "Above a certain sum I would like a colleague to look at an invoice, too.",
        12.1,
        answer="Yes: under Organization, Approvals, say from which sum on a second person has to "
        "agree. It counts from the next invoice on.",
    ),
    Question(
        "ben",
        "Our VAT number is shown as not checked",
        "It was valid last year. What do you need?",
        5.3,
        answer="Please tell us since when the number is registered under your new address.",
        asks_back=True,
    ),
    Question(
        "ada",
        "Invoice in another language",
        "Our auditor in Lyon asks for documents in French. Is that planned?",
        1.4,
    ),
)


def moments_of_questions(
    roster: Roster, *, now: datetime
) -> Iterator[tuple[datetime, Callable[..., None]]]:
    """Yield when something is asked or answered, and what does it."""
    for question in QUESTIONS:
        at = now - timedelta(days=question.days_ago)
        yield at, partial(_ask, roster, question)
        if question.answer:
            yield at + timedelta(hours=5), partial(_answer, roster, question)
        if question.reply:
            yield at + timedelta(hours=23), partial(_reply, roster, question)


def _ask(roster: Roster, question: Question, *, at: datetime) -> None:
    support.ask(
        subject=question.subject,
        text=question.text,
        by=roster.users[question.by],
        at=at,
        op_id=_form(question, "ask"),
    )


def _answer(roster: Roster, question: Question, *, at: datetime) -> None:
    support.answer(
        _ticket(question).pk,
        text=question.answer,
        asks_back=question.asks_back,
        by=roster.users["mia"],
        at=at,
        op_id=_form(question, "answer"),
    )


def _reply(roster: Roster, question: Question, *, at: datetime) -> None:
    by, ticket = roster.users[question.by], _ticket(question)
    support.reply(ticket.pk, text=question.reply, by=by, at=at, op_id=_form(question, "reply"))
    if question.is_settled:
        support.close(ticket.pk, by=by, at=at)


def _ticket(question: Question) -> Ticket:
    return Ticket.objects.get(subject=question.subject)


def _form(question: Question, deed: str) -> UUID:
    return uuid5(NAMESPACE, f"{deed}/{question.subject}")
