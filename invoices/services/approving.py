"""Approval: the invoice is numbered and frozen, the held money is released, all at once."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.references import public_ref
from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState, take
from billing_site.people.access import Deed
from billing_site.people.models import NumberPattern, User
from billing_site.platform.queue import later
from invoices.documents import freezing
from invoices.fees import cost_of
from invoices.models import FeeInvoice, Invoice, Milestone
from invoices.services.ending import close_if_done
from invoices.services.milestones import lock_with_contract
from invoices.services.numbering import take_number
from invoices.services.repeating import is_repeated
from invoices.services.telling import date_words, tell
from payments.models import Escrow
from payments.services import escrow
from payments.services.escrow import Release

logger = logging.getLogger(__name__)

SILENCE = SYSTEM("the review period passed without an answer")
RELEASED = SYSTEM("its held money was released")


@transaction.atomic
def approve(
    invoice_id: int,
    *,
    by: User | SYSTEM,
    at: datetime,
    purchase_order: str = "",
    op_id: UUID | None = None,
) -> Invoice:
    """Accept the work: issue the invoice and pay it out of the money that is held for it.

    :raises WrongState: it does not wait for approval; the message names who was faster.
    :raises NotYours: *by* does not approve for the client, or not this much, or submitted it.
    :raises NotAllowed: what is held is not what the invoice asks for.
    """
    milestone_id = Invoice.objects.values_list("milestone_id", flat=True).get(pk=invoice_id)
    contract, milestone = lock_with_contract(milestone_id)
    invoice = Invoice.objects.lock(invoice_id)
    invoice.contract, invoice.milestone = contract, milestone
    if is_repeated(by, "invoice.approve", f"invoice/{invoice.ref}", op_id=op_id, at=at):
        return invoice
    refuse_if_approved(invoice)
    if isinstance(by, SYSTEM) and invoice.auto_approve_at not in (None, at):
        raise WrongState(f"{invoice} was answered meanwhile, and has a new deadline.")
    _check_money(invoice, milestone)
    _issue(invoice, by=by, at=at, purchase_order=purchase_order)
    settle(invoice, at=at)
    take(milestone.close, by=RELEASED, at=at)
    close_if_done(contract, at=at)
    assert milestone.escrow_id, "Work starts funded; the database sees to it."
    reason = str(by) if isinstance(by, SYSTEM) else "approved"
    release = escrow.release(milestone.escrow_id, document=invoice.ref, at=at, by_reason=reason)
    _bill_freelancer_fee(milestone, release, at=at)
    later("invoices.tasks.render_invoice", invoice_id=invoice.pk)
    _tell_of_approval(invoice, release, by=by, at=at)
    return invoice


def approve_unanswered(*, at: datetime) -> list[Invoice]:
    """Approve what clients left unanswered, as of the deadline, each in its own transaction."""
    approved = []
    due = Invoice.objects.unanswered(at=at).order_by("auto_approve_at", "pk")
    for pk, deadline in due.values_list("pk", "auto_approve_at"):
        try:
            # A late sweep must not make the freelancer's dates later.
            assert deadline, "What is due has a deadline."
            approved.append(approve(pk, by=SILENCE, at=deadline))
        except NotAllowed:
            pass  # Somebody answered while we were getting here, or money is missing.
        except Exception:
            # One bad invoice is ours to look into, and no reason to keep others waiting.
            logger.exception("Could not approve invoice %s", pk)
    return approved


def settle(invoice: Invoice, *, at: datetime) -> None:
    """Note that an approved invoice is paid: its held money is released in this transaction."""
    take(invoice.settle, by=RELEASED, at=at)


def refuse_if_approved(invoice: Invoice) -> None:
    """Say who was faster; the last step of a paid invoice is nobody's, so the history cannot."""
    if not invoice.is_issued or invoice.approved_at is None:
        return
    when = date_words(invoice.approved_at)
    if invoice.approved_by is None:
        raise WrongState(f"{invoice} counts as approved since {when}: nobody had answered.")
    raise WrongState(f"{invoice.approved_by} was faster: {invoice} was approved on {when}.")


def _check_money(invoice: Invoice, milestone: Milestone) -> None:
    """An invoice is approved only from its escrow, or the client would pay twice."""
    if invoice.state != Invoice.State.SUBMITTED:
        return  # Taking the step says that in better words.
    assert milestone.escrow_id, "Work starts funded; the database sees to it."
    held = Escrow.objects.lock(milestone.escrow_id)
    if held.state != Escrow.State.HELD or held.gross != invoice.gross:
        raise NotAllowed(
            f"What is held for {milestone} is {held.get_state_display()} and not the "
            f"{show(invoice.gross)} of its invoice. Nothing was approved."
        )


def _issue(invoice: Invoice, *, by: User | SYSTEM, at: datetime, purchase_order: str) -> None:
    """Number and freeze the document; the number is asked for last of all but the books."""
    code = public_ref()
    number = take_number(NumberPattern.Kind.INVOICE, issuer=invoice.issuer, on=at.date())
    frozen = freezing.invoice(
        invoice,
        number=number.text,
        code=code,
        at=at,
        purchase_order=purchase_order,
    )
    take(
        invoice.approve,
        by=by,
        at=at,
        approved_by=None if isinstance(by, SYSTEM) else by,
        purchase_order=purchase_order,
        number=number,
        frozen=frozen,
        frozen_sha256=freezing.sha256(frozen),
        verification_code=code,
    )


def _bill_freelancer_fee(milestone: Milestone, release: Release, *, at: datetime) -> None:
    if not release.freelancer_fee:
        return
    contract = milestone.contract
    assert milestone.escrow, "Work starts funded; the database sees to it."
    assert milestone.funding_began_at, "It was funded."
    agreed = cost_of(contract, [milestone.price], on=milestone.funding_began_at.date())
    fee_invoice = FeeInvoice.objects.create(
        side=FeeInvoice.Side.FREELANCER,
        recipient=contract.freelancer,
        milestone=milestone,
        escrow=milestone.escrow,
        currency=milestone.currency,
        base=milestone.escrow.net,
        fee_bps=milestone.escrow.freelancer_fee_bps,
        net=release.freelancer_fee,
        tax=release.freelancer_fee_tax,
        gross=release.freelancer_fee + release.freelancer_fee_tax,
        tax_bps=milestone.escrow.freelancer_fee_tax_bps,
        tax_country=milestone.escrow.fee_tax_country_freelancer,
        tax_text=agreed.freelancer_vat.text,
        caused_at=at,
    )
    later("invoices.tasks.issue_fee_invoice", fee_invoice_id=fee_invoice.pk)


def _tell_of_approval(
    invoice: Invoice, release: Release, *, by: User | SYSTEM, at: datetime
) -> None:
    facts = {
        "number": invoice.number,
        "price": show(invoice.gross),
        "gets": show(release.net_to_freelancer),
        "available": date_words(release.available_at),
        "by_silence": isinstance(by, SYSTEM),
    }
    tell(
        invoice.issuer,
        Deed.WORK,
        invoice,
        template="invoice_approved",
        subject=f"{show(release.net_to_freelancer)} for “{invoice.title}” is yours, "
        f"available {date_words(release.available_at)}",
        key="approved/freelancer",
        at=at,
        client=str(invoice.recipient),
        **facts,
    )
    tell(
        invoice.recipient,
        Deed.VIEW,
        invoice,
        template="invoice_issued",
        subject=f"Invoice {invoice.number} over {show(invoice.gross)} was approved and paid",
        key="approved/client",
        at=at,
        freelancer=str(invoice.issuer),
        **facts,
    )
