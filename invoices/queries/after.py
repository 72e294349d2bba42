"""What came after an invoice was issued, and what can be done with it now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from billing_site.people.access import Deed
from invoices.models import Invoice, RefundRequest, WriteOff
from invoices.models.refund_request import ASKED_WITHIN
from invoices.queries.credit_notes import CreditView, credit_notes_of
from invoices.queries.late_fees import coming_fee
from invoices.queries.viewer import Viewer


@dataclass(frozen=True, slots=True)
class After:
    credit_notes: Sequence[CreditView]
    corrects: Invoice | None
    corrected_by: Invoice | None
    write_off: WriteOff | None  # waiting for a second person, or what was decided last
    days_overdue: int
    may_credit: bool
    may_correct: bool
    may_write_off: bool
    may_confirm: bool
    may_refuse: bool
    is_waiting: bool
    may_ask_back: bool = False  # for what was paid, as the client
    asked: RefundRequest | None = None  # the last one
    late_fee: str = ""  # what comes if it is not paid
    may_waive: bool = False
    late_fees: Sequence[Invoice] = ()  # those that were charged
    overdue: Invoice | None = None  # the invoice that this is a late fee on

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to say or to do."""
        if self.may_ask_back or self.asked is not None:
            return True
        if self.late_fee or self.late_fees or self.overdue:
            return True
        deeds = self.may_credit or self.may_correct or self.may_write_off or self.is_waiting
        return deeds or self.corrects is not None or self.corrected_by is not None


def after(invoice: Invoice, viewer: Viewer, *, has: Collection[str], at: datetime) -> After | None:
    """Return that, or None of what was never issued. *has*: which kinds of rows hang on it."""
    if not invoice.is_issued:
        return None
    given = "credit_notes" in has
    notes = credit_notes_of(invoice, is_client=viewer.is_client) if given else []
    gives_up = not viewer.is_client and "write_offs" in has
    write_off = invoice.write_offs.order_by("pk").last() if gives_up else None
    is_waiting = write_off is not None and write_off.state == WriteOff.State.ASKED
    bills = not viewer.is_client and viewer.may(Deed.WORK)
    decides = not viewer.is_client and viewer.may(Deed.WITHDRAW)
    asked = invoice.refund_requests.order_by("pk").last() if "refund_requests" in has else None
    coming = coming_fee(invoice)
    creditable = bills and invoice.state in Invoice.CREDITABLE
    return After(
        credit_notes=notes,
        corrects=invoice.corrects,
        corrected_by=invoice.corrected_by if "corrected_by" in has else None,
        write_off=write_off,
        days_overdue=_days_overdue(invoice, at),
        may_credit=creditable,
        may_correct=creditable and not notes,
        may_write_off=decides and not is_waiting and _is_ours_to_give_up(invoice),
        may_confirm=is_waiting and decides and _is_another(write_off, viewer),
        may_refuse=is_waiting and decides,
        is_waiting=is_waiting,
        may_ask_back=_may_ask_back(invoice, viewer, asked, at=at),
        asked=asked,
        late_fee=coming.words if coming else "",
        may_waive=bills and coming is not None,
        late_fees=_late_fees(invoice) if "late_fees" in has else [],
        overdue=_overdue(invoice),
    )


def _late_fees(invoice: Invoice) -> Sequence[Invoice]:
    if invoice.open_item_id is None:
        return []  # What is paid from held money is not late.
    return list(Invoice.objects.filter(late_fee__overdue=invoice).order_by("pk"))


def _overdue(invoice: Invoice) -> Invoice | None:
    if invoice.source != Invoice.Source.LATE_FEE:
        return None
    return Invoice.objects.filter(late_fees__invoice=invoice).first()


def _may_ask_back(
    invoice: Invoice, viewer: Viewer, asked: RefundRequest | None, *, at: datetime
) -> bool:
    is_paid = invoice.state == Invoice.State.PAID and invoice.paid_at is not None
    if not is_paid or not viewer.is_client or not viewer.may(Deed.OFFER):
        return False
    assert invoice.paid_at, "It is paid."
    return at <= invoice.paid_at + ASKED_WITHIN and not (asked and asked.is_asked)


def _is_another(write_off: WriteOff | None, viewer: Viewer) -> bool:
    return write_off is not None and write_off.asked_by_id != viewer.user.pk


def _is_ours_to_give_up(invoice: Invoice) -> bool:
    item = invoice.open_item
    is_owed = item is not None and item.is_open and not item.is_advanced
    return invoice.state == Invoice.State.APPROVED and is_owed


def _days_overdue(invoice: Invoice, at: datetime) -> int:
    """How many days it has been due, while it is owed and nobody has given it up."""
    item = invoice.open_item
    if item is None or not item.is_open or item.written_off_at:
        return 0
    return max((at.date() - item.due_on).days, 0)
