"""What is owed and will not come is given up by two people, and noted if it comes after all."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState, take
from billing_site.people import staff
from billing_site.people.access import Deed
from billing_site.people.models import User
from invoices.models import Invoice, WriteOff
from invoices.models.write_off import WRITE_OFF
from invoices.services.locking import lock_from_the_top
from invoices.services.repeating import sent
from invoices.services.telling import tell
from payments.models import OpenItem
from payments.services import open_items
from payments.services.booking import book


@transaction.atomic
def ask(
    invoice_id: int, *, reason: str, by: User, at: datetime, op_id: UUID | None = None
) -> WriteOff:
    """Ask a second person to give up what is owed on an invoice. Nothing is posted yet.

    :raises WrongState: nothing is owed on it, or somebody has asked already.
    :raises NotYours: it is not *by*'s to give up.
    """
    _, invoice = lock_from_the_top(invoice_id)
    form = sent(by, "invoice.write_off", f"invoice/{invoice.ref}", op_id=op_id, at=at)
    if form.is_again:
        return invoice.write_offs.get(ref__in=form.made)
    item = _owed(invoice)
    if not reason.strip():
        raise NotAllowed("Say why: the second person decides by it.")
    if invoice.write_offs.asked().exists():
        raise WrongState(f"A second person has been asked already to write {invoice} off.")
    asked = WriteOff(
        invoice=invoice,
        currency=item.currency,
        amount=item.owed,
        reason=reason.strip(),
        asked_by=by,
        asked_at=at,
    )
    if not asked.may_decide(by):
        raise NotYours(f"It is not for {by} to write {invoice} off.")
    asked.save(force_insert=True)
    form.makes(asked)
    if item.is_advanced:
        _ask_staff(asked, at=at)
        return asked
    tell(
        invoice.issuer,
        Deed.WITHDRAW,
        invoice,
        template="write_off_asked",
        subject=f"Write off {show(asked.amount)} on {invoice.number}? A second person decides",
        key=f"write_off/{asked.ref}",
        at=at,
        amount=show(asked.amount),
        number=invoice.number,
        reason=asked.reason,
        who=str(by),
    )
    return asked


@transaction.atomic
def confirm(write_off_id: int, *, by: User, at: datetime, reason: str = "") -> WriteOff:
    """Give it up. What the platform had paid out itself is posted as its loss, last.

    :raises WrongState: somebody decided already, or it was paid meanwhile.
    :raises NotYours: *by* asked for it, or it is not theirs to give up.
    """
    asked, invoice = _lock(write_off_id)
    item = OpenItem.objects.lock(_owed(invoice).pk)
    take(asked.confirm, by=by, at=at, note=reason, answered_by=by)
    take(invoice.write_off, by=SYSTEM("two people gave it up"), at=at, note=asked.reason)
    book(open_items.write_off(item, ref=asked.ref, at=at, actor=by.pk))
    return asked


@transaction.atomic
def refuse(write_off_id: int, *, by: User, at: datetime, reason: str = "") -> WriteOff:
    """Keep asking for it. Whoever asked may take the question back this way too."""
    asked, _ = _lock(write_off_id)
    take(asked.refuse, by=by, at=at, note=reason, answered_by=by)
    return asked


def _ask_staff(asked: WriteOff, *, at: datetime) -> None:
    """What the platform has paid out itself is nobody else's business: its staff are asked."""
    staff.tell(
        WRITE_OFF,
        if_=lambda user: user.pk != asked.asked_by_id,
        text=f"Write off {show(asked.amount)} on {asked.invoice.number}? {asked.asked_by} asks: "
        f"{asked.reason}",
        url=reverse("admin:invoices_writeoff_changelist"),
        key=f"write_off/{asked.ref}",
        at=at,
    )


def _lock(write_off_id: int) -> tuple[WriteOff, Invoice]:
    invoice_id = WriteOff.objects.values_list("invoice_id", flat=True).get(pk=write_off_id)
    _, invoice = lock_from_the_top(invoice_id)
    asked = WriteOff.objects.lock(write_off_id)
    asked.invoice = invoice
    return asked, invoice


def _owed(invoice: Invoice) -> OpenItem:
    item = invoice.open_item
    if invoice.state != Invoice.State.APPROVED or item is None or not item.is_open:
        raise WrongState(f"{invoice} is {invoice.get_state_display()}: nothing is owed on it.")
    return item
