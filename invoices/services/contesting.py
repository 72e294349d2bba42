"""An invoice in dispute: its review stands still, then it resumes, or its sum is decided.

Disputes call this; an invoice does not ask whether there is one. Freezing the escrow is
theirs too, with `payments.services.freezing`, and so is ending that before they decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, show, zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState, take
from billing_site.people.models import User
from billing_site.platform.queue import later
from invoices.models import Contract, Invoice, Milestone, RefundRequest
from invoices.services import (
    approving,
    clocks,
    deciding_sums,
    fee_credits,
    lost_money,
    releasing,
    weeks,
)
from invoices.services.billing import bill_freelancer_fee
from invoices.services.closing import close_if_done
from invoices.services.consenting import clear
from invoices.services.invoice_drafts import make, open_invoice
from invoices.services.locking import lock_from_the_top, lock_with_contract
from invoices.services.telling import date_words
from payments.models import Escrow, Refund
from payments.services import dividing, escrow
from payments.services.escrow import Release
from payments.services.freezing import refuse_if_frozen

DISPUTED = SYSTEM("its money is in dispute")
DECIDED = SYSTEM("the dispute about it was decided")


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a contested invoice: numbered or withdrawn, and where its money went."""

    invoice: Invoice
    release: Release | None
    refund: Refund | None


@transaction.atomic
def contest(invoice_id: int, *, by: User | SYSTEM, at: datetime) -> Invoice:
    """Stop the review of an invoice that held money stands behind, until somebody decides.

    :raises WrongState: it is not with the client or returned, or its time is over.
    :raises NotYours: *by* speaks for neither side.
    :raises NotAllowed: nothing is held for it.
    """
    _, invoice = lock_from_the_top(invoice_id)
    return contest_locked(invoice, by=by, at=at)


@transaction.atomic
def contest_escrow(escrow_id: int, *, by: User | SYSTEM, at: datetime) -> Invoice:
    """Contest the invoice that stands on a milestone's held money, or make one over all of it.

    What was asked back of it is in dispute with it. Made for the dispute, the invoice is
    nobody's delivery: resumed, it is the freelancer's to deliver.

    :raises WrongState, NotYours, NotAllowed: as `contest`.
    """
    found = Milestone.objects.values_list("pk", flat=True).filter(escrow=escrow_id).first()
    if found is None:
        on_it = Invoice.objects.filter(escrow=escrow_id).exclude(state=Invoice.State.WITHDRAWN)
        return contest(on_it.values_list("pk", flat=True).get(), by=by, at=at)
    contract, milestone = lock_with_contract(found)
    if milestone.state != Milestone.State.FUNDED:
        raise WrongState(f"Nothing is held for {milestone} now.")
    _dispute_requests(milestone, at=at)
    invoice = open_invoice(milestone) or make(milestone, at=at)
    invoice.contract, invoice.milestone = contract, milestone
    if invoice.state == Invoice.State.DRAFT:
        invoice.is_of_dispute = True
        take(invoice.submit, by=DISPUTED, at=at, submitted_by=None)
    return contest_locked(invoice, by=by, at=at)


@transaction.atomic
def resume(invoice_id: int, *, by: User | SYSTEM, at: datetime, reason: str = "") -> Invoice:
    """Go on where the invoice was when it was contested; its time to answer stood meanwhile.

    :raises WrongState: it is not contested.
    """
    _, invoice = lock_from_the_top(invoice_id)
    since = invoice.contested_at
    take(invoice.resume, by=SYSTEM(reason or "the dispute is over"), at=at, note=_note(by))
    clocks.give_time_back(invoice, at=at, contested=since)
    lost_money.fit(invoice, at=at)
    _close_requests(invoice, at=at)
    return invoice


@transaction.atomic
def decide(
    invoice_id: int,
    *,
    gross_to_freelancer: Money,
    by: User | SYSTEM,
    at: datetime,
    reason: str = "",
) -> Decided:
    """Give the freelancer so much of what is held, with the invoice for it, the client the rest.

    For nothing the invoice is withdrawn; for all of it, it is issued as it was submitted.
    Whoever froze the money for this decision has ended that. Posts to the books, last.

    :raises WrongState: it is not contested, or its money has not come.
    :raises NotAllowed: another cause freezes the money, or that much is not held.
    """
    contract, invoice = lock_from_the_top(invoice_id)
    assert invoice.escrow_id, "Only held money is contested."
    if invoice.state != Invoice.State.CONTESTED:
        raise WrongState(f"Nothing is to decide about {invoice}: {_stands(invoice)}.")
    held = Escrow.objects.lock(invoice.escrow_id)
    invoice.escrow = held
    _check(held, gross_to_freelancer)
    note, why = _note(by), SYSTEM(reason) if reason else DECIDED
    if gross_to_freelancer:
        _issue(invoice, gross_to_freelancer, why=why, note=note, at=at)
    else:
        take(invoice.decide_nothing, by=why, at=at, note=note)
    _close(contract, invoice, why=why, at=at)
    made, back = _move(held, gross_to_freelancer, invoice=invoice, why=why, by=by, at=at)
    if made:
        day = held.created_at.date()
        bill_freelancer_fee(contract, made.lot, invoice=invoice, agreed_on=day)
    if back:
        fee_credits.of_refund(back, at=at)
    return Decided(invoice, made, back)


def contest_locked(invoice: Invoice, *, by: User | SYSTEM, at: datetime) -> Invoice:
    """As `contest`, of an invoice that the caller has locked from the top."""
    if invoice.escrow_id is None:
        raise NotAllowed(f"Nothing is held for {invoice}: ask for changes, or do not pay it.")
    approving.refuse_if_approved(invoice)
    refuse_if_too_late(invoice, at=at)
    take(invoice.contest, by=by, at=at)
    clear(invoice, because="it is in dispute", at=at)
    return invoice


def refuse_if_too_late(invoice: Invoice, *, at: datetime) -> None:
    is_reviewed = invoice.state == Invoice.State.SUBMITTED
    if is_reviewed and invoice.answer_by and at >= invoice.answer_by:
        # A late sweep is no reason to take back what silence has decided.
        raise WrongState(f"The time to answer ended on {date_words(invoice.answer_by)}.")


def _check(held: Escrow, gross: Money) -> None:
    refuse_if_frozen(held)
    is_waiting = held.state == Escrow.State.EXPECTED
    if held.state != Escrow.State.HELD and (gross or not is_waiting):
        raise WrongState(f"“{held.title}” is {held.get_state_display()}: nothing is to divide.")
    if held.state == Escrow.State.HELD and not zero(held.currency) <= gross <= held.remaining:
        raise NotAllowed(f"{show(held.remaining)} is held, and {show(gross)} was decided on.")


def _issue(invoice: Invoice, gross: Money, *, why: SYSTEM, note: str, at: datetime) -> None:
    if gross != invoice.gross:
        deciding_sums.lower_to(invoice, gross)
    paper = approving.paper(invoice, approved_by=None, at=at, purchase_order=invoice.purchase_order)
    take(invoice.decide, by=why, at=at, note=note, **paper)
    take(invoice.settle, by=releasing.RELEASED, at=at)
    later("invoices.tasks.render_invoice", invoice_id=invoice.pk)


def _close(contract: Contract, invoice: Invoice, *, why: SYSTEM, at: datetime) -> None:
    _close_requests(invoice, at=at)
    if invoice.milestone:
        take(invoice.milestone.close, by=why, at=at)
    weeks.close_if_done(invoice, at=at)
    close_if_done(contract, at=at)


def _move(
    held: Escrow, gross: Money, *, invoice: Invoice, why: SYSTEM, by: User | SYSTEM, at: datetime
) -> tuple[Release | None, Refund | None]:
    if held.state == Escrow.State.EXPECTED:
        weeks.let_go(invoice, at=at, why=why.reason)
        return None, None
    if not gross:
        return None, escrow.refund(held.pk, reason=why.reason, by=by, at=at)
    if gross == held.remaining:
        return escrow.release(held.pk, document=invoice.ref, at=at, by_reason=why.reason), None
    return dividing.divide(
        held.pk, released=gross, document=invoice.ref, reason=why.reason, by=by, at=at
    )


def _dispute_requests(milestone: Milestone, *, at: datetime) -> None:
    for request in _requests(milestone, RefundRequest.State.ASKED, RefundRequest.State.REFUSED):
        take(request.dispute, by=DISPUTED, at=at)


def _close_requests(invoice: Invoice, *, at: datetime) -> None:
    """The dispute's outcome says what becomes of the money that was asked back."""
    if invoice.milestone:
        for request in _requests(invoice.milestone, RefundRequest.State.DISPUTED):
            take(request.close, by=DECIDED, at=at)


def _requests(milestone: Milestone, *states: RefundRequest.State) -> list[RefundRequest]:
    found = milestone.refund_requests.filter(state__in=states).order_by("pk")
    return [RefundRequest.objects.lock(pk) for pk in found.values_list("pk", flat=True)]


def _note(by: User | SYSTEM) -> str:
    return by.reason if isinstance(by, SYSTEM) else f"Decided by {by}"


def _stands(invoice: Invoice) -> str:
    return f"it is {invoice.get_state_display()}"
