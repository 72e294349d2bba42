"""Letters about what is owed: before it is due, on that day, and three more, each once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.sweeping import one_by_one
from billing_site.people.access import Deed
from invoices.models import Invoice
from invoices.queries.late_fees import coming_fee
from invoices.services.telling import tell
from payments.gateways.sums import is_too_little
from payments.models import OpenItem
from payments.models.open_item import LADDER
from payments.queries.being_paid import being_paid


def remind(*, at: datetime) -> list[Invoice]:
    """Write to each client who is on a new rung of the ladder, as of the moment it was due."""
    due = OpenItem.objects.to_remind(at=at).values_list("pk", flat=True)
    return one_by_one(due, lambda pk: _remind(pk, at=at), to="remind of open item")


@transaction.atomic
def _remind(item_id: int, *, at: datetime) -> Invoice | None:
    item = OpenItem.objects.lock(item_id)
    rung = item.rung_at(at)
    if not item.is_open or item.written_off_at or rung <= item.reminders:
        return None  # It was paid, or somebody wrote, while we were getting here.
    item.reminders = rung
    item.save(update_fields=["reminders"])
    moment = item.moment_of(rung)
    invoice = Invoice.objects.filter(open_item=item).first()
    if moment <= item.created_at or invoice is None or _cannot_be_paid_now(item):
        return None  # It was due before anybody could pay, is being paid, or comes with the next.
    days = LADDER[rung - 1]
    # What is owed again, because a bank took back what paid it, has letters of its own.
    ladder = f"dunning/{item.ref}" if item.replaces_id else "dunning"
    coming = coming_fee(invoice)
    facts = {
        "late_fee": coming.words if coming else "",
        "number": invoice.number,
        "owed": show(item.owed),
        "due": f"{item.due_on.day} {item.due_on:%B %Y}",
        "days": days,
        "is_before": days < 0,
        "is_due_today": days == 0,
        "is_last": rung == len(LADDER),
    }
    tell(
        invoice.recipient,
        Deed.FUND,
        invoice,
        template="payment_reminder",
        subject=_subject(invoice, item, days),
        key=f"{ladder}/{rung}",
        at=moment,
        freelancer=str(invoice.issuer),
        **facts,
    )
    if rung == len(LADDER):
        tell(
            invoice.issuer,
            Deed.WORK,
            invoice,
            template="payment_overdue",
            subject=f"{invoice.number} is {days} days overdue: {show(item.owed)}",
            key=f"{ladder}/issuer",
            at=moment,
            client=str(invoice.recipient),
            **facts,
        )
    return invoice


def _cannot_be_paid_now(item: OpenItem) -> bool:
    return is_too_little(item.owed) or being_paid([item]) is not None


def _subject(invoice: Invoice, item: OpenItem, days: int) -> str:
    what = f"{show(item.owed)} on invoice {invoice.number}"
    if days < 0:
        return f"{what} is due in {-days} days"
    if days == 0:
        return f"{what} is due today"
    return f"{what} was due {days} days ago"
