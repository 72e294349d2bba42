"""A client's bank took money back: what becomes of the work and of the documents it paid for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from billing_site.kernel.money import zero
from billing_site.kernel.transitions import SYSTEM, take
from invoices.models import Contract, Invoice, Milestone, RefundRequest
from invoices.services import fee_credits, lost_money, weeks
from invoices.services.closing import close_if_done
from invoices.services.invoice_drafts import open_invoice
from invoices.services.locking import lock_from_the_top, lock_with_contract
from payments.models import Chargeback, ChargebackPart, Lot, OpenItem
from payments.models.lot import LotPart

TAKEN = SYSTEM("the client's bank took the payment back")
GIVEN_BACK = SYSTEM("the client's bank gave the payment back after all")


def protected_lots(charge_lots: list[int]) -> set[int]:
    """Those of hours that we protect: their freelancers keep them whatever a bank decides."""
    lots = Lot.objects.filter(pk__in=charge_lots).values_list("document", "pk")
    refs = [document.removeprefix("invoice/") for document, _ in lots]
    safe = set(
        Invoice.objects.filter(ref__in=refs, is_protected=True).values_list("ref", flat=True)
    )
    return {pk for document, pk in lots if document.removeprefix("invoice/") in safe}


@transaction.atomic
def unfund(milestone_id: int, *, at: datetime) -> Milestone:
    """All that was held for it is gone. The work waits until the client funds it anew.

    Where the contract is ending, nobody funds it any more: without an invoice it is over.
    """
    contract, milestone = lock_with_contract(milestone_id)
    _withdraw_requests(milestone, at=at)
    take(milestone.unfund, by=TAKEN, at=at)
    if contract.state == Contract.State.ENDING and not open_invoice(milestone):
        take(milestone.cancel, by=TAKEN, at=at)
        close_if_done(contract, at=at)
    return milestone


@transaction.atomic
def withdraw_requests(escrow_id: int, *, at: datetime) -> None:
    """What was asked back of this money is not there any more: what is left is asked for anew."""
    for pk in Milestone.objects.filter(escrow=escrow_id).values_list("pk", flat=True):
        _withdraw_requests(lock_with_contract(pk)[1], at=at)


def move_invoice(milestone: Milestone, *, at: datetime) -> None:
    """It was funded anew: what was delivered is approved from that, with time to look at it.

    The caller has locked the milestone.
    """
    invoice = open_invoice(milestone)
    if invoice is None or invoice.escrow_id == milestone.escrow_id:
        return
    invoice.escrow_id = milestone.escrow_id
    if invoice.state == Invoice.State.SUBMITTED:
        invoice.answer_by = at + timedelta(days=milestone.contract.review_days)
    invoice.save(update_fields=["escrow", "answer_by"])
    lost_money.fit(invoice, at=at)


@transaction.atomic
def reopen(item: OpenItem, *, at: datetime) -> Invoice | None:
    """The client owes again what an invoice was paid with: it is approved, and not paid.

    Where only a part came back, the document stays paid, and the part is owed beside it.
    """
    invoices = Invoice.objects.filter(open_item=item.replaces_id)
    if item.replaces_id is None:
        invoices = invoices.filter(ref=item.document.removeprefix("invoice/"))
    found = invoices.values_list("pk", flat=True).first()
    if found is None:
        return None
    _, invoice = lock_from_the_top(found)
    credited = sum((note.gross for note in invoice.credit_notes.all()), zero(invoice.currency))
    is_whole = item.replaces_id is not None or invoice.gross - credited == item.gross
    if invoice.state != Invoice.State.PAID or not is_whole:
        return None
    invoice.open_item, invoice.due_on = item, item.due_on
    take(invoice.reopen, by=TAKEN, at=at)
    return invoice


@transaction.atomic
def settle_again(item: OpenItem, *, at: datetime) -> Invoice | None:
    """The bank gave back what paid an invoice: the client does not owe it any more.

    So it is where it was written off meanwhile: what it asked for is there after all.
    """
    owed = (Invoice.State.APPROVED, Invoice.State.WRITTEN_OFF)
    found = Invoice.objects.filter(open_item=item, state__in=owed)
    pk = found.values_list("pk", flat=True).first()
    if pk is None or item.is_open:
        return None
    contract, invoice = lock_from_the_top(pk)
    is_given_up = invoice.state == Invoice.State.WRITTEN_OFF
    take(invoice.recover if is_given_up else invoice.settle, by=GIVEN_BACK, at=at)
    weeks.close_if_done(invoice, at=at)
    close_if_done(contract, at=at)
    return invoice


def credit_fees(case: Chargeback, *, at: datetime) -> None:
    """What we had taken on both sides of the money that is lost goes back, with credit notes."""
    _fees(case, list(_parts(case))).credit(at=at)


def bill_fees_again(case: Chargeback, *, refilled: Collection[int], at: datetime) -> None:
    """They are earned after all, or will be: of what is released, and of what is held again."""
    held = ChargebackPart.Kind.HELD
    parts = [it for it in _parts(case) if it.kind != held or it.escrow_id in refilled]
    _fees(case, parts).bill_again(at=at)


def _parts(case: Chargeback) -> Iterable[ChargebackPart]:
    return case.parts.select_related("escrow", "lot__escrow", "lot__settlement__charge")


def _fees(case: Chargeback, parts: Iterable[ChargebackPart]) -> fee_credits.Fees:
    fees = fee_credits.Fees(f"chargeback/{case.ref}")
    for part in parts:
        if part.kind == ChargebackPart.Kind.RELEASED and part.lot:
            fees.of_lot(part.lot, _as_lot_part(part))
        elif part.kind == ChargebackPart.Kind.HELD and part.escrow:
            fees.of_loss(part.escrow, net=part.client_fee, tax=part.client_fee_tax)
    return fees


def _as_lot_part(part: ChargebackPart) -> LotPart:
    return LotPart(
        gross=part.gross,
        amount=part.freelancer_amount,
        fee=part.fee,
        fee_tax=part.fee_tax,
        client_fee=part.client_fee,
        client_fee_tax=part.client_fee_tax,
    )


def _withdraw_requests(milestone: Milestone, *, at: datetime) -> None:
    for pk in milestone.refund_requests.asked().order_by("pk").values_list("pk", flat=True):
        request = RefundRequest.objects.lock(pk)
        if request.is_asked:
            take(request.withdraw, by=TAKEN, at=at)
