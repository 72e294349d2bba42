"""Paying out of held money what both sides agree on: a part with its invoice, the rest back."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import SYSTEM, take
from billing_site.people.models import User
from billing_site.platform.queue import later
from invoices.models import Contract, Invoice, Milestone
from invoices.services import approving, fee_credits, invoice_drafts, releasing
from invoices.services.billing import bill_freelancer_fee
from invoices.services.closing import close_if_done
from invoices.services.consenting import clear
from payments.models import Escrow
from payments.services import dividing, escrow
from payments.services.escrow import Release
from payments.services.freezing import refuse_if_frozen

AGREED = SYSTEM("both sides agreed on the sum")


def settle(
    milestone: Milestone,
    *,
    net: Money,
    gross: Money,
    approved_by: User,
    by: User | SYSTEM,
    at: datetime,
    as_credit: bool = False,
) -> Invoice | None:
    """Give the freelancer *gross* of what is held, with an invoice for it, the client the rest.

    *as_credit*: the client wants to keep the rest with us.

    The contract and the milestone are locked. What was drafted or returned is withdrawn:
    the invoice made here is the one that counts. Returns it, or nothing where the freelancer
    gets nothing. This posts to the books: call it last in your transaction.

    :raises NotAllowed: what is held stays where it is for now.
    """
    contract = milestone.contract
    assert milestone.escrow_id, "Work starts funded; the database sees to it."
    withdraw_open_invoices(milestone, by=AGREED, at=at)
    held = Escrow.objects.lock(milestone.escrow_id)  # before the number of an invoice is taken
    refuse_if_frozen(held)  # before its contested invoice is met with another one
    invoice = None
    if gross:
        invoice = _begin(milestone, net=net, gross=gross, at=at)
        approving.issue_agreed(invoice, approved_by=approved_by, at=at)
        take(invoice.settle, by=releasing.RELEASED, at=at)
    take(milestone.close, by=AGREED, at=at, note=_note(contract, gross, held.remaining))
    close_if_done(contract, at=at)
    made = _move(
        held.pk,
        held.remaining,
        gross=gross,
        invoice=invoice,
        by=by,
        at=at,
        as_credit=as_credit,
    )
    if invoice and made:
        day = held.created_at.date()
        bill_freelancer_fee(contract, made.lot, invoice=invoice, agreed_on=day)
        later("invoices.tasks.render_invoice", invoice_id=invoice.pk)
        releasing.tell_of_release(invoice, made, by_silence=False, at=at)
    return invoice


def withdraw_open_invoices(milestone: Milestone, *, by: SYSTEM, at: datetime) -> None:
    keys = milestone.invoices.filter(state__in=Invoice.OPEN).order_by("pk")
    for pk in keys.values_list("pk", flat=True):
        invoice = Invoice.objects.lock(pk)
        take(invoice.withdraw, by=by, at=at)
        clear(invoice, because="both sides agreed on something else", at=at)


def _move(
    escrow_id: int,
    remaining: Money,
    *,
    gross: Money,
    invoice: Invoice | None,
    by: User | SYSTEM,
    at: datetime,
    as_credit: bool,
) -> Release | None:
    if invoice is None:
        back = escrow.refund(escrow_id, reason=AGREED.reason, by=by, at=at, as_credit=as_credit)
        fee_credits.of_refund(back, at=at)
        return None
    if gross == remaining:
        return escrow.release(escrow_id, document=invoice.ref, at=at, by_reason=AGREED.reason)
    made, back = dividing.divide(
        escrow_id,
        released=gross,
        document=invoice.ref,
        reason=AGREED.reason,
        by=by,
        at=at,
        as_credit=as_credit,
    )
    fee_credits.of_refund(back, at=at)
    return made


def _begin(milestone: Milestone, *, net: Money, gross: Money, at: datetime) -> Invoice:
    whole = net == milestone.price
    detail = "" if whole else f"As agreed, of a price of {show(milestone.price)}"
    invoice = invoice_drafts.make(milestone, at=at, net=net, gross=gross, detail=detail)
    return Invoice.objects.lock(invoice.pk)


def _note(contract: Contract, gross: Money, held: Money) -> str:
    if not gross:
        return f"{show(held)} goes back to {contract.client}."
    if gross == held:
        return f"{show(gross)} goes to {contract.freelancer}."
    back = held - gross
    return f"{show(gross)} goes to {contract.freelancer}, {show(back)} back to {contract.client}."
