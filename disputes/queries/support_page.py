"""Questions to our staff: which there are, what was said, and what a reference names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from billing_site.people.models import User
from disputes.models import Dispute, Ticket
from invoices.models import Invoice
from payments.models import Payout

US = "Countersign"


@dataclass(frozen=True, slots=True)
class Said:
    """One message, as the timeline shows it."""

    who: str
    at: datetime
    did: str
    text: str
    amount: None = None
    url: str = ""
    files: tuple[()] = ()
    by_system: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    ticket: Ticket
    sentence: str
    story: list[Said]
    may_reply: bool
    may_close: bool
    may_answer: bool
    about_words: str
    about_url: str
    desk_url: str  # of the same at the desk, where staff reads it


def thread_of(ticket: Ticket, viewer: User) -> Thread:
    messages = ticket.messages.select_related("by").order_by("at", "pk")
    story = [
        Said(
            who=f"{each.by.name}, {US}" if each.is_from_staff else str(each.by),
            at=each.at,
            did="answered" if each.is_from_staff else "wrote",
            text=each.text,
        )
        for each in messages
    ]
    return Thread(
        ticket=ticket,
        sentence=_sentence(ticket),
        story=story,
        may_reply=ticket.is_unfinished and ticket.is_theirs(viewer),
        may_close=ticket.is_unfinished and ticket.is_of(viewer),
        may_answer=ticket.is_unfinished and ticket.is_ours(viewer),
        about_words=words_of(ticket.about),
        about_url=ticket.about.get_absolute_url() if ticket.about else "",
        desk_url=_at_desk(ticket.about),
    )


def named_by(words: str, user: User) -> Invoice | Payout | Dispute | None:
    """Return what *user* may see under this number or reference; None where there is no such."""
    invoices = Invoice.objects.visible_to(user)
    return (
        invoices.filter(ref=words).first()
        or invoices.filter(number=words).order_by("pk").first()
        or Payout.objects.visible_to(user).filter(ref=words).first()
        or Dispute.objects.visible_to(user).filter(ref=words).first()
    )


def words_of(about: Invoice | Payout | Dispute | None) -> str:
    if about is None:
        return ""
    if isinstance(about, Invoice):
        return f"Invoice {about.number}" if about.number else f"Invoice “{about.title}”"
    if isinstance(about, Dispute):
        return f"The case about “{about.escrow.title}”"
    return f"Payout {about.ref}"


def _sentence(ticket: Ticket) -> str:
    if ticket.waits_for_us:
        return "We have it. Our answer stands here and comes by letter."
    if ticket.waits_for_you:
        return "We asked something back: with your answer we go on."
    if ticket.is_unfinished:
        return "Answered. If something is still open, write it here."
    return "Closed. If it comes up again, ask a new question."


def _at_desk(about: Invoice | Payout | Dispute | None) -> str:
    if about is None:
        return ""
    if isinstance(about, Dispute):
        return reverse("admin:disputes_dispute_desk", args=[about.ref])
    kind = "invoices_invoice" if isinstance(about, Invoice) else "payments_payout"
    return reverse(f"admin:{kind}_change", args=[about.pk])
