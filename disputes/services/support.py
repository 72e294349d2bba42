"""Questions to our staff, and what becomes of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed, take
from billing_site.people.models import User
from billing_site.platform import operations
from disputes.models import Dispute, Ticket, TicketMessage
from disputes.queries.support_page import named_by
from disputes.services import support_letters
from invoices.models import Invoice
from payments.models import Payout

MOST_AT_ONCE = 10


@transaction.atomic
def ask(*, subject: str, text: str, about: str = "", by: User, at: datetime, op_id: UUID) -> Ticket:
    """Ask our staff. *about* is the reference or number of something the person can see.

    :raises NotAllowed: nothing of theirs has that reference, or ten questions are open already.
    """
    form = operations.form(
        user_id=by.pk, deed="support-question", op_id=op_id, subject="support", at=at
    )
    if form.is_again:
        return Ticket.objects.visible_to(by).get(ref__in=form.made)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # their questions are counted
    if Ticket.objects.visible_to(by).unfinished().count() >= MOST_AT_ONCE:
        raise NotAllowed("You have ten open questions. Go on in one of them, or close one.")
    thing = named_by(about, by) if about else None
    if about and thing is None:
        raise NotAllowed(f"You have no invoice, payout or case “{about}”.")
    ticket = Ticket.objects.create(
        subject=subject,
        invoice=thing if isinstance(thing, Invoice) else None,
        payout=thing if isinstance(thing, Payout) else None,
        dispute=thing if isinstance(thing, Dispute) else None,
        asked_by=by,
        asked_at=at,
        moved_at=at,
    )
    _say(ticket, text, by=by, at=at)
    return form.answer(ticket)


@transaction.atomic
def reply(ticket_id: int, *, text: str, by: User, at: datetime, op_id: UUID) -> Ticket:
    """Write more: a question that waited for its asker, or was answered, waits for us again.

    :raises NotAllowed: it is closed, or somebody else's.
    """
    ticket = Ticket.objects.lock(ticket_id)
    if not _first_time(ticket, "support-reply", by=by, at=at, op_id=op_id):
        return ticket
    if not ticket.waits_for_us:
        take(ticket.reply, by=by, at=at)
    elif not ticket.is_theirs(by):
        raise NotAllowed("It is somebody else's question.")
    _say(ticket, text, by=by, at=at)
    return ticket


@transaction.atomic
def answer(
    ticket_id: int, *, text: str, asks_back: bool = False, by: User, at: datetime, op_id: UUID
) -> Ticket:
    """Answer as staff, or ask something back; the asker gets it by letter.

    :raises NotAllowed: it is closed, or was answered by somebody faster.
    """
    ticket = Ticket.objects.lock(ticket_id)
    if not _first_time(ticket, "support-answer", by=by, at=at, op_id=op_id):
        return ticket
    take(ticket.ask_back if asks_back else ticket.answer, by=by, at=at)
    message = _say(ticket, text, by=by, at=at, is_from_staff=True)
    support_letters.tell_of_answer(ticket, message, at=at)
    return ticket


@transaction.atomic
def close(ticket_id: int, *, by: User, at: datetime) -> Ticket:
    """End the thread: whoever asked, because it is settled, or staff.

    :raises NotAllowed: it is closed already, or somebody else's.
    """
    ticket = Ticket.objects.lock(ticket_id)
    take(ticket.close, by=by, at=at)
    if not ticket.is_theirs(by):
        support_letters.tell_of_closing(ticket, at=at)
    return ticket


def _first_time(ticket: Ticket, deed: str, *, by: User, at: datetime, op_id: UUID) -> bool:
    done = operations.once(user_id=by.pk, deed=deed, op_id=op_id, subject=ticket.ref, at=at)
    return done is not None


def _say(
    ticket: Ticket, text: str, *, by: User, at: datetime, is_from_staff: bool = False
) -> TicketMessage:
    return ticket.messages.create(by=by, text=text, at=at, is_from_staff=is_from_staff)
