"""What can be done to an invoice until it is approved. Approval has a module of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.transitions import NotAllowed, WrongState, take
from billing_site.people.access import Deed
from billing_site.people.models import User
from billing_site.platform import files
from invoices.models import Contract, Delivery, Expense, Invoice
from invoices.queries import unpaid_words
from invoices.services import lost_money, weeks
from invoices.services.approving import approve, refuse_if_approved
from invoices.services.closing import close_if_done
from invoices.services.consenting import clear
from invoices.services.invoice_drafts import begin, draft, open_invoice
from invoices.services.locking import lock_from_the_top, lock_with_contract
from invoices.services.repeating import is_repeated, sent
from invoices.services.silence import approve_unanswered, return_unanswered
from invoices.services.telling import date_words, tell

__all__ = [
    "Upload",
    "approve",
    "approve_unanswered",
    "deliver",
    "draft",
    "return_",
    "return_unanswered",
    "submit",
    "withdraw",
]

MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in, looked at by nobody yet."""

    name: str
    content: bytes
    content_type: str


@transaction.atomic
def deliver(
    milestone_id: int,
    *,
    message: str,
    uploads: Sequence[Upload] = (),
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Invoice:
    """Hand the work of a milestone in: its invoice is submitted, for the first time or again.

    :raises NotAllowed: the milestone is not funded, or a file is none that we keep.
    :raises WrongState: the invoice waits for the client already, or is approved.
    """
    contract, milestone = lock_with_contract(milestone_id)
    form = sent(by, "milestone.deliver", f"milestone/{milestone.ref}", op_id=op_id, at=at)
    if form.is_again:
        return milestone.invoices.get(ref__in=form.made)
    invoice = open_invoice(milestone) or begin(milestone, by=by, at=at)
    return form.answer(_submit(invoice, contract, message=message, uploads=uploads, by=by, at=at))


@transaction.atomic
def submit(
    invoice_id: int,
    *,
    message: str,
    uploads: Sequence[Upload] = (),
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Invoice:
    """Hand the work in, which starts the client's review period; again, and it starts anew.

    :raises WrongState: it waits for the client already, is approved or withdrawn.
    :raises NotYours: *by* does not work for the freelancer's side.
    """
    contract, invoice = lock_from_the_top(invoice_id)
    if is_repeated(by, "invoice.submit", f"invoice/{invoice.ref}", op_id=op_id, at=at):
        return invoice
    return _submit(invoice, contract, message=message, uploads=uploads, by=by, at=at)


@transaction.atomic
def return_(
    invoice_id: int, *, reason: str, by: User, at: datetime, op_id: UUID | None = None
) -> Invoice:
    """Ask for changes, which stops the clock until the work is handed in again.

    :raises WrongState: it does not wait for approval; somebody was faster.
    :raises NotYours: *by* does not review for the client.
    """
    _, invoice = lock_from_the_top(invoice_id)
    if is_repeated(by, "invoice.return", f"invoice/{invoice.ref}", op_id=op_id, at=at):
        return invoice
    refuse_if_approved(invoice)
    if not reason.strip():
        raise NotAllowed("Say what should change.")
    if invoice.answer_by and at >= invoice.answer_by:
        # A late sweep is no reason to take back what silence has decided.
        raise WrongState(
            f"The time to answer ended on {date_words(invoice.answer_by)}: it counts as approved."
        )
    take(invoice.return_, by=by, at=at, note=reason)
    clear(invoice, because="changes were asked for", at=at)
    tell(
        invoice.issuer,
        Deed.WORK,
        invoice,
        template="invoice_returned",
        subject=f"{invoice.recipient} asks for changes to “{invoice.title}”",
        key=f"returned/{invoice.round}",
        at=at,
        client=str(invoice.recipient),
        reason=reason,
        price=show(invoice.gross),
        money=unpaid_words.while_returned(invoice),
    )
    return invoice


@transaction.atomic
def withdraw(
    invoice_id: int, *, by: User, at: datetime, reason: str = "", op_id: UUID | None = None
) -> Invoice:
    """Take the invoice back. What is held for a milestone stays held, for a week it goes back."""
    contract, invoice = lock_from_the_top(invoice_id)
    if is_repeated(by, "invoice.withdraw", f"invoice/{invoice.ref}", op_id=op_id, at=at):
        return invoice
    refuse_if_approved(invoice)
    was_seen = invoice.submitted_at is not None
    money = unpaid_words.once_withdrawn(invoice)
    take(invoice.withdraw, by=by, at=at, note=reason)
    clear(invoice, because="the invoice was withdrawn", at=at)
    if invoice.week:
        weeks.let_go(invoice, at=at, why="its invoice was withdrawn")
    Expense.objects.filter(invoice=invoice).update(invoice=None)
    close_if_done(contract, at=at)
    if was_seen:
        tell(
            invoice.recipient,
            Deed.APPROVE,
            invoice,
            template="invoice_withdrawn",
            subject=f"{invoice.issuer} withdrew the invoice for “{invoice.title}”",
            key="withdrawn",
            at=at,
            freelancer=str(invoice.issuer),
            reason=reason,
            price=show(invoice.gross),
            money=money,
        )
    return invoice


def _submit(
    invoice: Invoice,
    contract: Contract,
    *,
    message: str,
    uploads: Sequence[Upload],
    by: User,
    at: datetime,
) -> Invoice:
    if not message.strip():
        raise NotAllowed("Say what you deliver.")
    if invoice.milestone and invoice.milestone.refund_requests.asked().exists():
        raise NotAllowed(f"{contract.client} asks for the money back: answer that first.")
    if len(uploads) > MOST_FILES:
        raise NotAllowed(f"A delivery has {MOST_FILES} files at most. Put them into a ZIP file.")
    lost_money.fit(invoice, at=at)
    take(invoice.submit, by=by, at=at, submitted_by=by)
    delivery = Delivery.objects.create(
        invoice=invoice, round=invoice.round, message=message, by=by, at=at
    )
    delivery.files.set(
        files.upload(
            upload.content,
            name=upload.name,
            content_type=upload.content_type,
            owner=contract.freelancer_id,
            at=at,
        )
        for upload in uploads
    )
    assert invoice.answer_by, "A review has an end."
    tell(
        invoice.recipient,
        Deed.APPROVE,
        invoice,
        template="invoice_submitted",
        subject=f"{show(invoice.gross)} for “{invoice.title}” waits for your approval",
        key=f"submitted/{invoice.round}",
        at=at,
        freelancer=str(invoice.issuer),
        price=show(invoice.gross),
        message=message,
        answer_by=date_words(invoice.answer_by),
        money=unpaid_words.while_reviewed(invoice),
        silence_approves=invoice.silence_approves,
    )
    return invoice
