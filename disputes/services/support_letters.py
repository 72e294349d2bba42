"""Letters to whoever asked our staff something."""

from __future__ import annotations

from datetime import datetime

from billing_site.platform import letters, notices
from disputes.models import Ticket, TicketMessage


def tell_of_answer(ticket: Ticket, message: TicketMessage, *, at: datetime) -> None:
    did = "A question back" if ticket.waits_for_you else "Our answer"
    _tell(
        ticket,
        subject=f"{did}: {ticket.subject}",
        key=f"message/{message.pk}",
        text=message.text,
        at=at,
    )


def tell_of_closing(ticket: Ticket, *, at: datetime) -> None:
    _tell(ticket, subject=f"Closed: {ticket.subject}", key="closed", text="", at=at)


def _tell(ticket: Ticket, *, subject: str, key: str, text: str, at: datetime) -> None:
    person, whole_key = ticket.asked_by, f"ticket/{ticket.ref}/{key}"
    letters.send(
        key=whole_key,
        to=[(person.email, person.name)],
        subject=subject,
        template="support_answered",
        context={
            "url": ticket.get_absolute_url(),
            "title": ticket.subject,
            "text": text,
            "waits_for_you": ticket.waits_for_you,
        },
        about=("ticket", ticket.ref),
        at=at,
    )
    url = ticket.get_absolute_url()
    notices.tell(users=[person.pk], text=subject, url=url, key=whole_key, at=at)
