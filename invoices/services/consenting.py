"""Agreeing to an invoice: by a row, in one's own name or a lent one, until it is enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.access import approving_seats
from billing_site.people.models import Membership, User
from invoices.models import Approval, Invoice
from invoices.models.approval import people_in
from invoices.queries.consent import Consent, consent_to, fitting_seat, living_approvals
from invoices.services.telling import date_words, tell_people


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody had before their eyes when they pressed."""

    gross: Money
    round: int


def agree(invoice: Invoice, *, by: User, seen: Seen | None, at: datetime) -> Consent:
    """Let *by* agree to *invoice*, which the caller has locked; if more are needed, ask them."""
    consent = give(invoice, by=by, seen=seen, at=at)
    if not consent.is_enough:
        ask_for_another(invoice, consent, at=at)
    return consent


def give(invoice: Invoice, *, by: User, seen: Seen | None, at: datetime) -> Consent:
    """Write down that *by* agrees to the total of *invoice*, which the caller has locked.

    In their own name if it reaches so far, else in that of somebody who lent them theirs.

    :raises WrongState: it asks for something else by now, or *by* agreed to it before.
    :raises NotYours: *by* does not approve for the client, or not this much, or submitted it.
    """
    if seen and (seen.gross, seen.round) != (invoice.gross, invoice.round):
        raise WrongState(
            f"{invoice} was handed in again and asks for {show(invoice.gross)} now. "
            "Nothing was approved: look at it again."
        )
    before = consent_to(invoice, at=at)
    mine = Approval.objects.of_this_round(invoice).involving(by).first()
    if mine and not before.is_enough:
        raise WrongState(
            f"{mine} approved it on {date_words(mine.at)}. It takes two people, and "
            f"now it is the other's turn: {before.others_words}."
        )
    if mine:
        return before  # The rule has changed since: what stands is enough by now.
    seat = _own_or_lent(invoice, by, at=at)
    Approval.objects.create(
        invoice=invoice,
        round=invoice.round,
        by=by,
        on_behalf_of=None if seat.user_id == by.pk else seat.user,
        at=at,
        currency=invoice.currency,
        seen=invoice.gross,
    )
    return consent_to(invoice, at=at)


def clear(invoice: Invoice, *, because: str, at: datetime) -> None:
    """What was agreed to is not there any more: whoever agreed has to look again."""
    Approval.objects.living().filter(invoice=invoice).update(cleared_at=at, cleared_because=because)


def ask_for_another(invoice: Invoice, consent: Consent, *, at: datetime) -> None:
    """Write to those who could give the approval that is missing."""
    tell_people(
        consent.others or [seat.user for seat in _owners(invoice, at=at)],
        invoice,
        template="invoice_second_approval",
        subject=f"{show(invoice.gross)} for “{invoice.title}” needs a second approval",
        key=f"second-approval/{invoice.round}",
        at=at,
        first=consent.by_words,
        freelancer=str(invoice.issuer),
        price=show(invoice.gross),
        somebody_can=bool(consent.others),
        answer_by=date_words(invoice.answer_by) if invoice.answer_by else "",
    )


def _own_or_lent(invoice: Invoice, by: User, *, at: datetime) -> Membership:
    seats = approving_seats(invoice.recipient, at=at).get(by, [])
    if by.pk == invoice.submitted_by_id or not seats:
        raise NotYours(f"It is not for {by} to approve {invoice}.")
    if seat := fitting_seat(invoice, seats, taken=people_in(living_approvals(invoice))):
        return seat
    raise NotYours(
        f"{show(invoice.gross)} is more than {by} may approve"
        + (", also for those who are away." if seats[1:] else ".")
    )


def _owners(invoice: Invoice, *, at: datetime) -> list[Membership]:
    seats = approving_seats(invoice.recipient, at=at)
    return [mine[0] for mine in seats.values() if mine[0].is_owner]
