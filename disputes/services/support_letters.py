"""Letters to whoever asked our staff something."""

from __future__ import annotations

from datetime import datetime

from billing_site.people import mailing
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
    mailing.tell(
        [ticket.asked_by],
        template="support_answered",
        subject=subject,
        context={"title": ticket.subject, "text": text, "waits_for_you": ticket.waits_for_you},
        url=ticket.get_absolute_url(),
        about=("ticket", ticket.ref),
        key=f"ticket/{ticket.ref}/{key}",
        at=at,
    )
