"""A milestone's money, from the client's charge to the freelancer's bank, stop by stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from billing_site.kernel.money import Money, show
from invoices.models import Invoice, Milestone
from invoices.taxing import percent
from ledger.queries import trail
from ledger.queries.trail import TrailEntry
from payments.models import Charge, Escrow, Lot, Settlement


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of components/trail.html; those that are not done lie ahead."""

    words: str
    amount: Money | None
    at: datetime | None
    note: str = ""
    url: str = ""
    done: bool = True


def stops_of(
    milestone: Milestone, invoice: Invoice | None, *, for_client: bool, at: datetime
) -> list[Stop]:
    """Return where the money was, is, and will be. Nothing where it was never funded."""
    escrow = milestone.escrow
    if escrow is None:
        return []
    settlement = Settlement.objects.select_related("charge").get(escrow=escrow)
    lot = Lot.objects.filter(escrow=escrow).first()
    stops = [_paid(settlement, escrow, for_client=for_client)]
    if escrow.held_at:
        stops.append(_held(escrow))
    if escrow.state == Escrow.State.REFUNDED:
        return [*stops, Stop("Sent back to the client", escrow.total, milestone.closed_at)]
    if lot:
        return [*stops, *_released(escrow, lot, at=at)]
    return [*stops, *_ahead(escrow, invoice)]


def entries_of(milestone: Milestone, invoice: Invoice | None) -> list[TrailEntry]:
    """Return every posting about a milestone's money."""
    if milestone.escrow is None:
        return []
    settlement = Settlement.objects.select_related("charge").get(escrow=milestone.escrow)
    references = [("escrow", milestone.escrow.ref), ("charge", settlement.charge.ref)]
    lot = Lot.objects.filter(escrow=milestone.escrow).first()
    if invoice:
        references.append(("invoice", invoice.ref))
    if lot:
        references.append(("lot", lot.ref))
    refunds = settlement.charge.refunds.filter(escrow=milestone.escrow)
    references += [("refund", ref) for ref in refunds.values_list("ref", flat=True)]
    return trail.of(references)


def _paid(settlement: Settlement, escrow: Escrow, *, for_client: bool) -> Stop:
    charge = settlement.charge
    who = "You" if for_client else str(escrow.client)
    fee = f"{show(escrow.client_fee)} client fee"
    if escrow.client_fee_tax:
        fee = f"{fee} and {show(escrow.client_fee_tax)} VAT on it"
    has_paid = charge.state == Charge.State.SUCCEEDED
    return Stop(
        words=f"{who} paid by {charge.method}" if has_paid else f"{who} began a payment",
        amount=settlement.amount,
        at=charge.finished_at if has_paid else charge.begun_at,
        note=f"includes {fee}" if has_paid else charge.get_state_display(),
        url=charge.get_absolute_url() if for_client else "",
        done=has_paid,
    )


def _held(escrow: Escrow) -> Stop:
    note = "nobody can move it without one of you"
    return Stop("Held for this milestone", escrow.gross, escrow.held_at, note)


def _released(escrow: Escrow, lot: Lot, *, at: datetime) -> list[Stop]:
    is_available = lot.available_at <= at
    return [
        Stop(
            f"Released to {escrow.freelancer}",
            lot.amount,
            lot.released_at,
            "approved" if is_available else "pending for the security period",
        ),
        *_fee(escrow, lot.released_at, done=True),
        Stop("Available to withdraw", lot.amount, lot.available_at, done=is_available),
    ]


def _ahead(escrow: Escrow, invoice: Invoice | None) -> list[Stop]:
    approved_at = invoice.auto_approve_at if invoice else None
    available_at = approved_at + timedelta(days=escrow.security_days) if approved_at else None
    note = f"after the security period of {escrow.security_days} days"
    return [
        Stop(
            f"On approval, to {escrow.freelancer}",
            escrow.net_to_freelancer,
            available_at,
            f"at the latest · available {note}" if available_at else f"available {note}",
            done=False,
        ),
        *_fee(escrow, None, done=False),
    ]


def _fee(escrow: Escrow, at: datetime | None, *, done: bool) -> list[Stop]:
    fee = escrow.freelancer_fee + escrow.freelancer_fee_tax
    words = f"Freelancer fee, {percent(escrow.freelancer_fee_bps)}"
    note = f"{escrow.freelancer} gets an invoice for it"
    if escrow.freelancer_fee_tax:
        note = f"with {show(escrow.freelancer_fee_tax)} VAT · {note}"
    return [Stop(words, fee, at, note, done=done)] if fee else []
