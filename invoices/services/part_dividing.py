"""A part of a week's hours is approved, and the rest goes back with a question.

The invoice that the client has looked at goes back, and asks for the rest from now on. What
they agree with goes to an invoice of its own, and its money to an escrow of its own, which is
approved as any other: by as many people as its sum wants.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState, take
from billing_site.people.access import Deed
from billing_site.people.models import User
from invoices.models import Invoice, InvoiceLine, PartEntry
from invoices.models.invoice_rows import InvoiceQuerySet
from invoices.queries.division_of_hours import DivisionOfHours, Half, divide_hours
from invoices.services.approving import approve, refuse_if_approved
from invoices.services.consenting import Seen, clear
from invoices.services.locking import lock_from_the_top
from invoices.services.repeating import sent
from invoices.services.telling import date_words, tell
from payments.models import Escrow
from payments.services import parting
from payments.services.booking import book

if TYPE_CHECKING:
    from ledger.movements import Movement


def approve_part(
    invoice_id: int,
    *,
    returned: Collection[str],
    reason: str,
    seen: Money | None = None,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Invoice:
    """Approve the hours of *invoice* but for the entries *returned* (their refs); return the part.

    In two transactions: first it is divided, then its part is approved. Where that is for
    somebody else to do, or for two, the part waits for them.

    :raises NotYours: *by* does not review for the client.
    :raises WrongState: it does not wait for approval; somebody was faster.
    :raises NotAllowed: it cannot be divided like this, or the money for it is not here.
    """
    part = divide(
        invoice_id, returned=returned, reason=reason, seen=seen, by=by, at=at, op_id=op_id
    )
    return approve(part.pk, by=by, at=at, seen=Seen(part.gross, part.round), op_id=op_id)


@transaction.atomic
def divide(
    invoice_id: int,
    *,
    returned: Collection[str],
    reason: str,
    seen: Money | None = None,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Invoice:
    """Send the entries *returned* back with *reason*; return the submitted invoice of the others.

    *seen* is what they thought that comes to. Posts to the books, last. Raises as `approve_part`.
    """
    _, invoice = lock_from_the_top(invoice_id)
    form = sent(by, "invoice.divide", f"invoice/{invoice.ref}", op_id=op_id, at=at)
    if form.is_again:
        return Invoice.objects.get(ref__in=form.made)
    refuse_if_approved(invoice)
    _check(invoice, reason, at=at)
    take(invoice.return_, by=by, at=at, note=reason)
    division = divide_hours(invoice, returned)
    if division is None:
        raise NotAllowed("Choose some of the hours, and leave some. Nothing was approved.")
    if seen is not None and seen != division.approved.gross:
        raise WrongState("It comes to another sum by now. Look at it again.")
    clear(invoice, because="a part was sent back", at=at)
    part, movement = cut(invoice, division, at=at)
    by_them = SYSTEM(f"{by} agreed with this part of it")
    take(part.submit, by=by_them, at=at, submitted_by=None)
    _tell(invoice, part, reason, at=at)
    form.makes(part)
    book([movement])
    return part


def cut(invoice: Invoice, division: DivisionOfHours, *, at: datetime) -> tuple[Invoice, Movement]:
    """Leave the returned half on *invoice*; the other becomes a draft with an escrow of its own.

    The caller has locked the invoice, which is returned, and posts the movement, last.

    :raises WrongState, NotAllowed: its money is not here, or frozen.
    """
    _rewrite(invoice, division.returned)
    part = _begin(invoice, division.approved, at=at)
    assert invoice.escrow_id, "A week has an escrow from its lock on."
    part.escrow, movement = parting.divide_off(
        Escrow.objects.lock(invoice.escrow_id),
        net=part.net,
        tax=part.tax,
        document=f"invoice/{part.ref}",
        title=part.title,
        at=at,
    )
    _write(part, division)
    return part, movement


def _check(invoice: Invoice, reason: str, *, at: datetime) -> None:
    if not reason.strip():
        raise NotAllowed("Say what is wrong with the hours that go back.")
    if invoice.source != Invoice.Source.WEEK:
        raise NotAllowed("Only hours are approved in part.")
    refuse_if_short(invoice)
    if invoice.answer_by and at >= invoice.answer_by:
        raise WrongState(
            f"The time to answer ended on {date_words(invoice.answer_by)}: it counts as approved."
        )


def refuse_if_short(invoice: Invoice) -> None:
    """:raises NotAllowed: what is held is less than the hours cost, so no part has its own."""
    if invoice.discount_net is not None:
        raise NotAllowed("A bank took back a part of what was held: the hours stay together.")


def _rewrite(invoice: Invoice, half: Half) -> None:
    """What went back asks for the rest: a returned invoice may change."""
    invoice.net, invoice.tax, invoice.gross = half.net, half.tax, half.gross
    invoice.save(update_fields=["net", "tax", "gross"])
    invoice.lines.all().delete()
    _write_lines(invoice, half)


def _begin(invoice: Invoice, half: Half, *, at: datetime) -> Invoice:
    """The approved part, which is reviewed in the same round as the whole was."""
    last = _parts_of(invoice).aggregate(last=Max("part"))["last"] or 0
    number = max(last, invoice.part) + 1
    return Invoice(
        contract=invoice.contract,
        source=invoice.source,
        week=invoice.week,
        is_protected=invoice.is_protected,
        part=number,
        issuer=invoice.issuer,
        recipient=invoice.recipient,
        title=f"{invoice.title.split(', part')[0]}, part {number}",
        supplied_from=invoice.supplied_from,
        supplied_to=invoice.supplied_to,
        currency=invoice.currency,
        net=half.net,
        tax=half.tax,
        gross=half.gross,
        tax_treatment=invoice.tax_treatment,
        tax_bps=invoice.tax_bps,
        tax_text=invoice.tax_text,
        round=invoice.round - 1,
        created_at=at,
    )


def _write(part: Invoice, division: DivisionOfHours) -> None:
    part.save()
    _write_lines(part, division.approved)
    PartEntry.objects.bulk_create(
        [PartEntry(invoice=part, entry=each.entry) for each in division.approved.hours]
    )


def _write_lines(invoice: Invoice, half: Half) -> None:
    for line in half.lines:
        line.invoice = invoice
    InvoiceLine.objects.bulk_create(half.lines)


def _parts_of(invoice: Invoice) -> InvoiceQuerySet:
    parts = Invoice.objects.filter(week=invoice.week_id, is_protected=invoice.is_protected)
    return parts.filter(part__gt=1).exclude(pk=invoice.pk)


def _tell(invoice: Invoice, part: Invoice, reason: str, *, at: datetime) -> None:
    tell(
        invoice.issuer,
        Deed.WORK,
        invoice,
        template="invoice_returned_in_part",
        subject=f"{invoice.recipient} asks about {show(invoice.gross)} of “{invoice.title}”",
        key=f"divided/{part.ref}",
        at=at,
        client=str(invoice.recipient),
        reason=reason,
        returned=show(invoice.gross),
        approved=show(part.gross),
    )
