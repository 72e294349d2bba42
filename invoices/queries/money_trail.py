"""What is held or owed, from the client's charge to the freelancer's bank, stop by stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, show, zero
from billing_site.people.models import Organization
from invoices.models import Invoice
from invoices.taxing import percent
from ledger.queries import trail
from ledger.queries.trail import TrailEntry
from payments.models import Charge, Escrow, Lot, OpenItem, Refund, Settlement
from payments.queries.charged_in import at_its_rate
from payments.queries.cooling import available_from, cooled_at


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of components/trail.html; those that are not done lie ahead."""

    words: str
    amount: Money | None
    at: datetime | None
    note: str = ""
    url: str = ""
    done: bool = True


@dataclass(frozen=True, slots=True)
class Trail:
    stops: list[Stop]
    entries: list[TrailEntry]


@dataclass(frozen=True, slots=True)
class Found:
    """The payments for what is held or owed, what was released of it, and what went back."""

    settlements: Sequence[Settlement] = ()
    lots: Sequence[Lot] = ()
    refunds: Sequence[Refund] = ()

    @property
    def paid(self) -> list[Settlement]:
        """The payments that were made or are on their way, in their order."""
        given_up = {Charge.State.FAILED, Charge.State.CANCELLED}
        return [each for each in self.settlements if each.charge.state not in given_up]


def stops_of(
    escrow: Escrow | None,
    item: OpenItem | None,
    invoice: Invoice | None,
    *,
    for_client: bool,
    at: datetime,
) -> list[Stop]:
    """Return where the money was, is, and will be, for what is held or owed; else nothing."""
    stops: list[Stop] = []
    if escrow:
        stops += _of_escrow(escrow, _found(escrow), invoice, for_client=for_client, at=at)
    if item:
        stops += _of_item(item, _found(item), for_client=for_client, at=at)
    return stops


def entries_of(
    escrow: Escrow | None, item: OpenItem | None, invoice: Invoice | None
) -> list[TrailEntry]:
    """Return every posting about what is held or owed."""
    terms = escrow or item
    return _entries(terms, _found(terms), invoice) if terms else []


def trail_of(invoice: Invoice, *, for_client: bool, at: datetime) -> Trail:
    """Return both for the money of an *invoice*."""
    escrow, item = invoice.escrow, invoice.open_item
    if escrow is None and item is not None:
        found = _found(item)
        stops = _of_item(item, found, for_client=for_client, at=at)
        return Trail(stops, _entries(item, found, invoice))
    if escrow is None:
        return Trail([], [])
    found = _found(escrow)
    stops = _of_escrow(escrow, found, invoice, for_client=for_client, at=at)
    if item:
        stops += _of_item(item, _found(item), for_client=for_client, at=at)
    return Trail(stops, _entries(escrow, found, invoice))


def _found(terms: Escrow | OpenItem) -> Found:
    settlements = Settlement.objects.select_related("charge__quote").order_by("pk")
    lots = Lot.objects.select_related("freelancer").order_by("released_at", "pk")
    if isinstance(terms, OpenItem):
        mine = settlements.filter(open_item=terms)
        return Found(list(mine), list(lots.filter(settlement__open_item=terms)))
    refunds = Refund.objects.filter(escrow=terms).order_by("requested_at", "pk")
    return Found(
        list(settlements.filter(escrow=terms.origin)),
        list(lots.filter(escrow=terms)) if terms.released else [],
        list(refunds) if terms.refunded else [],
    )


def _entries(terms: Escrow | OpenItem, found: Found, invoice: Invoice | None) -> list[TrailEntry]:
    if not found.paid:
        return []
    references = [("charge", each.charge.ref) for each in found.paid]
    references += [("refund", refund.ref) for refund in found.refunds]
    references += [("lot", lot.ref) for lot in found.lots]
    if isinstance(terms, Escrow):
        references.append(("escrow", terms.ref))
    if invoice:
        references.append(("invoice", invoice.ref))
    return trail.of(references)


def _of_escrow(
    escrow: Escrow, found: Found, invoice: Invoice | None, *, for_client: bool, at: datetime
) -> list[Stop]:
    stops = []
    if settlement := _filling(escrow.origin, found):
        stops.append(_paid(settlement, escrow, for_client=for_client))
    if escrow.held_at:
        stops.append(_held(escrow))
    stops += _divided(escrow) if escrow.divided else []
    if escrow.lost:
        whose = "your bank" if for_client else "the client's bank"
        stops.append(Stop(f"Taken back by {whose}", escrow.lost, None))
    for lot in found.lots:
        stops += _released(lot, at=at)
    stops += [_sent_back(refund, for_client=for_client) for refund in found.refunds]
    if escrow.state in {Escrow.State.EXPECTED, Escrow.State.HELD}:
        stops += _ahead(escrow, invoice, at=at)
    return stops


def _divided(escrow: Escrow) -> list[Stop]:
    return [
        Stop("Divided off, to be decided apart", part.gross, change.at)
        for part in escrow.divided_into.order_by("pk")
        for change in part.changes.order_by("pk")[:1]
    ]


def _of_item(item: OpenItem, found: Found, *, for_client: bool, at: datetime) -> list[Stop]:
    who = "You" if for_client else str(item.client)
    stops = []
    for settlement in found.paid:
        stops.append(_paid(settlement, item, for_client=for_client))
        for lot in found.lots:
            if lot.settlement_id == settlement.pk:
                stops += _released(lot, at=at)
    left = item.owed
    for settlement in found.paid:
        if settlement.charge.state == Charge.State.PROCESSING:
            left -= settlement.amount  # It is on its way, and said above.
    if item.is_open and left.amount > 0:
        owed = left if for_client else item.payment_of(left).gross
        words = "with our fee and the VAT on it" if for_client else "without the client's fee"
        due = f"due {item.due_on.day} {item.due_on:%B %Y}"
        stops.append(Stop(f"{who} still to pay", owed, None, f"{words} · {due}", done=False))
    return stops


def _filling(origin: Escrow, found: Found) -> Settlement | None:
    """The payment that filled it, or the one begun last."""
    by = origin.funded_by_id
    return next((it for it in reversed(found.settlements) if by in {None, it.charge_id}), None)


def _sent_back(refund: Refund, *, for_client: bool) -> Stop:
    """With our fee on it; cards and banks show it days after it was sent."""
    notes = []
    if refund.client_fee:
        fee = refund.client_fee + (refund.client_fee_tax or zero(refund.currency))
        notes.append(f"{show(refund.amount - fee)} and {show(fee)} of our fee")
    if refund.finished_at is None:
        notes.append("on its way; cards and banks take up to ten days to show it")
    who = "you" if for_client else "the client"
    return Stop(f"Sent back to {who}", refund.amount, refund.requested_at, " · ".join(notes))


def _paid(settlement: Settlement, terms: Escrow | OpenItem, *, for_client: bool) -> Stop:
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


def _held(escrow: Escrow) -> Stop:
    note = "nobody can move it without one of you"
    what = "this milestone" if escrow.document.startswith("milestone/") else "this invoice"
    return Stop(f"Held for {what}", escrow.gross, escrow.held_at, note)


def _released(lot: Lot, *, at: datetime) -> list[Stop]:
    is_available = lot.available_at <= at
    return [
        Stop(
            f"Released to {lot.freelancer}",
            lot.amount,
            lot.released_at,
            "approved" if is_available else "pending for the security period",
        ),
        *_fee(lot.freelancer, lot.net, lot.fee, lot.fee_tax, lot.released_at),
        *([Stop("Went back by credit note", lot.amount_back, None)] if lot.amount_back else []),
        Stop("Available to withdraw", lot.left, lot.available_at, done=is_available),
    ]


def _ahead(escrow: Escrow, invoice: Invoice | None, *, at: datetime) -> list[Stop]:
    part = escrow.release_of(escrow.remaining)
    is_contested = invoice is not None and invoice.state == Invoice.State.CONTESTED
    approved_at = invoice.answer_by if invoice and invoice.silence_approves else None
    approved_at = None if is_contested else approved_at  # its clock stands still
    paid_by, available_at = escrow.funded_by, None
    if approved_at:
        available_at = available_from(escrow.security_days, paid_by, at=approved_at)
    note = f"after the security period of {escrow.security_days} days"
    if (cooled := cooled_at(paid_by, at=at)) and cooled > at:
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
