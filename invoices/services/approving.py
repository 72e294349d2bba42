"""Approval: the invoice is numbered and frozen, and paid from what is held, or owed from now on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.references import public_ref
from billing_site.kernel.transitions import SYSTEM, WrongState, take
from billing_site.people.models import NumberPattern, User
from billing_site.platform.queue import later
from invoices.documents import freezing
from invoices.models import Invoice, Project
from invoices.models.document import Issue
from invoices.queries.over_budget import NOT_AGREED
from invoices.services import budgeting, owing, releasing
from invoices.services.consenting import Seen, agree
from invoices.services.locking import lock_from_the_top
from invoices.services.numbering import take_number
from invoices.services.repeating import is_repeated
from invoices.services.telling import date_words


@transaction.atomic
def approve(
    invoice_id: int,
    *,
    by: User | SYSTEM,
    at: datetime,
    purchase_order: str = "",
    seen: Seen | None = None,
    over_budget: bool = False,
    op_id: UUID | None = None,
) -> Invoice:
    """Accept the work: issue the invoice, and pay it out of what is held for it.

    Where nothing is held, the client owes it from now on, until its due date.

    Where the client wants two for such a sum, the first approval stands, others are asked, and
    the invoice waits as before. Silence counts for both.

    :raises WrongState: it does not wait for approval; the message names who was faster.
    :raises NotYours: *by* does not approve for the client, or not this much, or submitted it.
    :raises NotAllowed: what is held is frozen, or not what the invoice asks for; or it was not
        agreed in advance, and a budget does not hold it.
    """
    contract, invoice = lock_from_the_top(invoice_id)
    if is_repeated(by, "invoice.approve", f"invoice/{invoice.ref}", op_id=op_id, at=at):
        return invoice
    refuse_if_approved(invoice)
    if isinstance(by, SYSTEM) and invoice.answer_by and invoice.answer_by > at:
        raise WrongState(f"{invoice} was answered meanwhile, and has a new deadline.")
    if invoice.escrow_id:
        releasing.check_money(invoice, by=by)
    note = ""
    if invoice.state == Invoice.State.SUBMITTED and not isinstance(by, SYSTEM):
        consent = agree(invoice, by=by, seen=seen, at=at)
        if not consent.is_enough:
            return invoice
        note = consent.note_of(by)
    is_new = invoice.source in NOT_AGREED and not isinstance(by, SYSTEM)
    if is_new and contract.project_id:
        Project.objects.lock(contract.project_id)  # before the series
    _issue(
        invoice, by=by, at=at, note=note, purchase_order=purchase_order or invoice.purchase_order
    )
    if is_new:
        budgeting.check_invoice(invoice, contract, by=by, at=at, over_budget=over_budget)
    draw(invoice)
    if invoice.escrow_id:
        releasing.release(invoice, contract, by=by, at=at)
    else:
        owing.owe(invoice, contract, at=at)
    return invoice


def draw(invoice: Invoice) -> None:
    """Have the document of an issued invoice drawn, after the commit."""
    later("invoices.tasks.render_invoice", invoice_id=invoice.pk)


def refuse_if_approved(invoice: Invoice) -> None:
    """Say who was faster; the last step of a paid invoice is nobody's, so the history cannot."""
    if not invoice.is_issued or invoice.approved_at is None:
        return
    when = date_words(invoice.approved_at)
    if invoice.contested_at:
        raise WrongState(f"The dispute about {invoice} was decided on {when}.")
    if invoice.approved_by is None:
        raise WrongState(f"{invoice} counts as approved since {when}: nobody had answered.")
    raise WrongState(f"{invoice.approved_by} was faster: {invoice} was approved on {when}.")


def issue_agreed(invoice: Invoice, *, approved_by: User | None, at: datetime) -> None:
    """Number and freeze a draft whose sum both sides had agreed on before."""
    said = paper(invoice, approved_by=approved_by, at=at, purchase_order="")
    take(invoice.agree, by=SYSTEM("both sides had agreed on its sum"), at=at, **said)


def _issue(
    invoice: Invoice, *, by: User | SYSTEM, at: datetime, note: str, purchase_order: str
) -> None:
    approved_by = None if isinstance(by, SYSTEM) else by
    said = paper(invoice, approved_by=approved_by, at=at, purchase_order=purchase_order)
    take(invoice.approve, by=by, at=at, note=note, **said)


def paper(
    invoice: Invoice, *, approved_by: User | None, at: datetime, purchase_order: str
) -> Issue:
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
    return {
        "approved_by": approved_by,
        "purchase_order": purchase_order,
        "number": number,
        "frozen": frozen,
        "frozen_sha256": freezing.sha256(frozen),
        "verification_code": code,
    }
