"""What a client reads beside a decision: who agreed, who still has to, in whose name one does."""

from __future__ import annotations

from billing_site.people.models import Membership, User
from invoices.models import Invoice
from invoices.models.approval import people_in
from invoices.queries.consent import Consent, fitting_seat


def seat_of(invoice: Invoice, viewer: User, consent: Consent) -> Membership | None:
    """Return by which membership the viewer would approve now."""
    if viewer.pk == invoice.submitted_by_id:
        return None
    seats = consent.seats.get(viewer, [])
    return fitting_seat(invoice, seats, taken=people_in(consent.approvals))


def words(invoice: Invoice, viewer: User, consent: Consent) -> list[str]:
    said = []
    seat = seat_of(invoice, viewer, consent)
    if consent.needed > 1 and not consent.of(viewer):
        said.append(_who_is_needed(viewer, consent))
    if seat and seat.user_id != viewer.pk and not consent.of(viewer):
        said.append(f"You approve in the name of {seat.user}, who is away.")
    if consent.needed > 1 and invoice.silence_approves:
        said.append("Silence approves it at the end, however many have agreed by then.")
    return said


def seen(invoice: Invoice, viewer: User, consent: Consent) -> str:
    """In whose name one presses; it travels with the form, which refuses where that changed."""
    if mine := consent.of(viewer):
        return str(mine.on_behalf_of or mine.by)
    seat = seat_of(invoice, viewer, consent)
    return str(seat.user) if seat else ""


def _who_is_needed(viewer: User, consent: Consent) -> str:
    if consent.approvals:
        return f"{consent.by_words} agreed to it. Yours would be the second approval, and enough."
    others = [user for user in consent.others if user.pk != viewer.pk]
    if not others:
        return (
            "A sum like this takes two people, and nobody else may approve so much: "
            "an owner can raise a limit or change the rule."
        )
    names = ", ".join(str(user) for user in others)
    return f"A sum like this takes two people. After you it waits for one of these: {names}."
