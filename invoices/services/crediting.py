"""Credit notes: an issued invoice is never changed, a part of it is taken back in the open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, currency_of, show, zero
from billing_site.kernel.references import public_ref
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState, take
from billing_site.people.access import Deed, may
from billing_site.people.models import NumberPattern, User
from billing_site.platform.queue import later
from invoices import creditable
from invoices.creditable import Creditable
from invoices.documents import freezing, freezing_credits
from invoices.models import CreditNote, CreditNoteLine, Invoice
from invoices.services import fee_credits
from invoices.services.numbering import take_number
from invoices.services.repeating import sent
from invoices.services.telling import tell
from payments.models import OpenItem
from payments.queries.debts import plan
from payments.services.booking import book
from payments.services.taking_back import TakenBack, take_back

CREDITED = SYSTEM("it was credited in full")
NOTHING_OWED = SYSTEM("what was left of it is paid")
Amounts = Mapping[int, Money]  # net, by the key of the invoice's line


@transaction.atomic
def credit(
    invoice_id: int,
    *,
    amounts: Amounts,
    reason: str,
    by: User | SYSTEM,
    at: datetime,
    op_id: UUID | None = None,
) -> CreditNote:
    """Take back *amounts* of the lines of an issued invoice.

    What the client has not paid is no longer owed; what was paid goes back as the client's
    credit, both fees with it. This posts to the books: call it last in your transaction.

    :raises WrongState: it was never issued, or nothing of it is left.
    :raises NotYours: *by* does not bill for the issuer.
    :raises NotAllowed: a line has less left than is to be credited, or no reason is given.
    """
    invoice = Invoice.objects.lock(invoice_id)
    form = sent(by, "invoice.credit", f"invoice/{invoice.ref}", op_id=op_id, at=at)
    if form.is_again:
        return invoice.credit_notes.get(ref__in=form.made)
    check(invoice, by=by)
    lines = creditable.lines_of(invoice)
    chosen = _chosen(lines, amounts)
    note = draft(invoice, lines, chosen, reason=reason, by=by)
    taken = take_back(
        note.gross,
        documents=invoice.refs_of_its_money(),
        item_id=invoice.open_item_id,
        because=("credit_note", note.ref),
        at=at,
        actor=note.by_id,
    )
    note.owed_less, note.to_receivable = taken.owed_less, taken.to_receivable
    note.to_credit = taken.to_credit
    for lot, part in taken.parts:
        fee_credits.give_back(lot, part, cause=f"credit_note/{note.ref}", at=at)
    _move_on(invoice, lines, chosen, at=at)
    issue(note, lines, chosen, at=at)
    _tell(invoice, note, taken, at=at)
    form.makes(note)
    book(taken.movements)
    return note


def whole(invoice: Invoice) -> dict[int, Money]:
    """Return what is left of every line: what `credit` takes to credit it in full."""
    return {each.line.pk: each.left for each in creditable.lines_of(invoice) if each.left}


# For the services that credit in order to do something else.


def check(invoice: Invoice, *, by: User | SYSTEM) -> None:
    if not isinstance(by, SYSTEM) and not may(by, Deed.WORK, invoice.issuer):
        raise NotYours(f"Only {invoice.issuer} credits what it billed.")
    if invoice.state not in Invoice.CREDITABLE:
        raise WrongState(f"{invoice} is {invoice.get_state_display()}: nothing can be credited.")


def draft(
    invoice: Invoice,
    lines: Sequence[Creditable],
    chosen: Amounts,
    *,
    reason: str,
    by: User | SYSTEM,
) -> CreditNote:
    """Return a credit note over *chosen* that is not stored, numbered or paid yet."""
    if not reason.strip():
        raise NotAllowed("Say why: the reason stands on the credit note.")
    taxes = creditable.taxes_of(invoice, lines, chosen)
    nothing = zero(invoice.currency)
    net = sum((row.net for row in taxes), nothing)
    tax = sum((row.tax for row in taxes), nothing)
    return CreditNote(
        invoice=invoice,
        issuer=invoice.issuer,
        recipient=invoice.recipient,
        by=None if isinstance(by, SYSTEM) else by,
        reason=reason.strip(),
        currency=invoice.currency,
        net=net,
        tax=tax,
        gross=net + tax,
        owed_less=nothing,
        to_receivable=nothing,
        to_credit=nothing,
    )


def issue(note: CreditNote, lines: Sequence[Creditable], chosen: Amounts, *, at: datetime) -> None:
    """Number, freeze and store it; the number is asked for last of all but the books."""
    taxes = creditable.taxes_of(note.invoice, lines, chosen)
    number = take_number(NumberPattern.Kind.CREDIT_NOTE, issuer=note.issuer, on=at.date())
    note.bear(number)
    note.issued_at, note.verification_code = at, public_ref()
    credited = [each for each in lines if each.line.pk in chosen]
    note.frozen = freezing_credits.credit_note(note, credited, chosen, taxes)
    note.frozen_sha256 = freezing.sha256(note.frozen)
    note.save(force_insert=True)
    CreditNoteLine.objects.bulk_create(
        CreditNoteLine(
            credit_note=note,
            invoice_line=each.line,
            currency=note.currency,
            amount=chosen[each.line.pk],
            tax_treatment=each.line.tax_treatment,
            tax_bps=each.line.tax_bps,
        )
        for each in credited
    )
    later("invoices.tasks.render_credit_note", credit_note_id=note.pk)


def _chosen(lines: Sequence[Creditable], amounts: Amounts) -> dict[int, Money]:
    """Return the amounts that are something, all of them within what is left."""
    by_key = {each.line.pk: each for each in lines}
    chosen = {key: amount for key, amount in amounts.items() if amount}
    if not chosen:
        raise NotAllowed("Write a sum beside at least one line. Nothing was credited.")
    for key, amount in chosen.items():
        line = by_key.get(key)
        if line is None:
            raise NotAllowed("That line is not on this invoice. Nothing was credited.")
        if amount.amount < 0 or amount > line.left:
            raise NotAllowed(
                f"{show(line.left)} is left of “{line.line.description}”, not {show(amount)}. "
                "Nothing was credited."
            )
    return chosen


def _move_on(
    invoice: Invoice, lines: Sequence[Creditable], chosen: Amounts, *, at: datetime
) -> None:
    """An invoice of which nothing is left is credited; one on which nothing is owed is paid."""
    nothing = zero(invoice.currency)
    if all(chosen.get(each.line.pk, nothing) == each.left for each in lines):
        take(invoice.credit, by=CREDITED, at=at)
    elif invoice.state == Invoice.State.APPROVED and not _is_owed(invoice):
        take(invoice.settle, by=NOTHING_OWED, at=at)


def _is_owed(invoice: Invoice) -> bool:
    owed = OpenItem.objects.open()
    return invoice.open_item_id is not None and owed.filter(pk=invoice.open_item_id).exists()


def _tell(invoice: Invoice, note: CreditNote, taken: TakenBack, *, at: datetime) -> None:
    back = taken.to_credit
    facts = {
        "number": note.number,
        "invoice": invoice.number,
        "gross": show(note.gross),
        "reason": note.reason,
        "owed_less": show(taken.owed_less + taken.to_receivable)
        if taken.owed_less + taken.to_receivable
        else "",
        "to_credit": show(back) if back else "",
        "from_freelancer": show(taken.from_freelancer) if taken.parts else "",
        "owes": f"{show(taken.from_debt)} of it was not there any more: you owe it. "
        f"{plan(currency_of(taken.from_debt))}"
        if taken.from_debt
        else "",
    }
    for organization, deed in [(invoice.recipient, Deed.VIEW), (invoice.issuer, Deed.WORK)]:
        tell(
            organization,
            deed,
            invoice,
            template="credit_note_issued",
            subject=f"Credit note {note.number}: {show(note.gross)} less on {invoice.number}",
            key=f"credited/{note.ref}/{organization.ref}",
            at=at,
            to_client=organization.pk == invoice.recipient_id,
            issuer=str(invoice.issuer),
            **facts,
        )
