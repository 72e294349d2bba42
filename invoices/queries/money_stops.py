"""The stops of money on its way: what each is called, its fee, and when it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, show, zero
from billing_site.people.models import Organization
from invoices.models import Invoice
from invoices.taxing import percent
from payments.models import (
    Charge,
    Chargeback,
    ChargebackPart,
    Escrow,
    Lot,
    OpenItem,
    Refund,
    Settlement,
)
from payments.queries.charged_in import at_its_rate
from payments.queries.cooling import arrival_of, available_from, cooled_at
from payments.refund_times import seen_after


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of components/trail.html; those that are not done lie ahead."""

    words: str
    amount: Money | None
    at: datetime | None
    note: str = ""
    url: str = ""
    done: bool = True


def divided(escrow: Escrow) -> list[Stop]:
    return [
        Stop("Divided off, to be decided apart", part.gross, change.at)
        for part in escrow.divided_into.order_by("pk")
        for change in part.changes.order_by("pk")[:1]
    ]


def sent_back(refund: Refund, *, for_client: bool) -> Stop:
    """With our fee on it; cards and banks show it some time after it was sent."""
    notes = []
    if refund.client_fee:
        fee = refund.client_fee + (refund.client_fee_tax or zero(refund.currency))
        notes.append(f"{show(refund.amount - fee)} and {show(fee)} of our fee")
    if refund.short_since:
        notes.append("waits until our own balance has settled")
    elif refund.finished_at is None:
        notes.append(f"on its way; {seen_after(refund.charge.way)}")
    who = "you" if for_client else "the client"
    return Stop(f"Sent back to {who}", refund.amount, refund.requested_at, " · ".join(notes))


def paid(settlement: Settlement, terms: Escrow | OpenItem, *, for_client: bool) -> Stop:
    charge = settlement.charge
    who = "You" if for_client else str(terms.client)
    has_paid = charge.state == Charge.State.SUCCEEDED
    notes = [_included(settlement, terms) if has_paid else charge.get_state_display()]
    if for_client and charge.quote:
        notes.append(f"of a payment of {at_its_rate(charge.quote)}")
    return Stop(
        words=f"{who} paid by {charge.method}" if has_paid else f"{who} began a payment",
        amount=settlement.amount,
        at=charge.finished_at if has_paid else charge.begun_at,
        note=" · ".join(filter(None, notes)),
        url=charge.get_absolute_url() if for_client else "",
        done=has_paid,
    )


def _included(settlement: Settlement, terms: Escrow | OpenItem) -> str:
    fee, tax = terms.client_fee, terms.client_fee_tax
    if settlement.client_fee is not None and settlement.client_fee_tax is not None:
        fee, tax = settlement.client_fee, settlement.client_fee_tax
    words = f"includes {show(fee)} client fee"
    return f"{words} and {show(tax)} VAT on it" if tax else words


def held(escrow: Escrow) -> Stop:
    note = "nobody can move it without one of you"
    what = "this milestone" if escrow.document.startswith("milestone/") else "this invoice"
    return Stop(f"Held for {what}", escrow.gross, escrow.held_at, note)


def released(lot: Lot, *, for_client: bool, at: datetime, kept: Money | None = None) -> list[Stop]:
    """*kept* was kept of it for what its freelancer owed, and is told to them alone."""
    is_available = lot.made_available_at is not None and lot.free_at <= at
    free_at: datetime | None = lot.free_at
    waits = ""
    if lot.kept_for_id:
        whose = "your bank" if for_client else "the client's bank"
        free_at, waits = None, f"kept until {whose} decides"
    left = max(lot.left - kept, zero(lot.currency)) if kept else lot.left
    return [
        Stop(
            f"Released to {lot.freelancer}",
            lot.amount,
            lot.released_at,
            "approved" if is_available else "pending for the security period",
        ),
        *_fee(lot.freelancer, lot.net, lot.fee, lot.fee_tax, lot.released_at),
        *_gone_back(lot, for_client=for_client),
        *([Stop("Kept for what you owed", kept, lot.free_at)] if kept else []),
        Stop("Available to withdraw", left, free_at, waits, done=is_available),
    ]


def _gone_back(lot: Lot, *, for_client: bool) -> list[Stop]:
    """What a bank took of it is told apart from what its freelancer gave back."""
    if not lot.amount_back:
        return []
    parts = ChargebackPart.objects.filter(lot=lot, chargeback__state=Chargeback.State.LOST)
    lost = sum((part.freelancer_amount for part in parts), zero(lot.currency))
    whose = "your bank" if for_client else "the client's bank"
    credited = lot.amount_back - lost
    stops = [("Went back by credit note", credited), (f"Taken back by {whose}", lost)]
    return [Stop(words, amount, None) for words, amount in stops if amount]


def ahead(
    escrow: Escrow, invoice: Invoice | None, paid_by: Charge | None, *, at: datetime
) -> list[Stop]:
    """*paid_by* brought what is held, or is on its way to bring it."""
    part = escrow.release_of(escrow.remaining)
    is_contested = invoice is not None and invoice.state == Invoice.State.CONTESTED
    approved_at = invoice.answer_by if invoice and invoice.silence_approves else None
    approved_at = None if is_contested else approved_at  # its clock stands still
    arrival, available_at = arrival_of(paid_by), None
    if approved_at and arrival and arrival > approved_at and invoice and invoice.is_protected:
        paid_by, arrival = None, None  # We pay it in the client's stead.
    if approved_at:
        begins = max(approved_at, arrival or approved_at)
        available_at = available_from(escrow.security_days, paid_by, at=begins)
    note = f"after the security period of {escrow.security_days} days"
    if (cooled := cooled_at(paid_by, at=arrival or at)) and cooled > at:
        note += f", and not before {cooled.day} {cooled:%B %Y}: its bank may take the debit back"
    return [
        Stop(
            f"{'If all is theirs' if is_contested else 'On approval'}, to {escrow.freelancer}",
            part.net_to_freelancer,
            available_at,
            f"at the latest · available {note}" if available_at else f"available {note}",
            done=False,
        ),
        *_fee(escrow.freelancer, part.net, part.freelancer_fee, part.freelancer_fee_tax, None),
    ]


def _fee(
    freelancer: Organization, base: Money, fee: Money, tax: Money, at: datetime | None
) -> list[Stop]:
    """Our fee on a release; without a moment it lies ahead."""
    if not fee:
        return []
    words = f"Freelancer fee, {percent(round(fee.amount * 10_000 / base.amount))}"
    note = f"{freelancer} gets an invoice for it"
    if tax:
        note = f"with {show(tax)} VAT · {note}"
    return [Stop(words, fee + tax, at, note, done=at is not None)]
