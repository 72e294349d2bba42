"""Letters before a review period ends, so that silence is never an oversight."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.sweeping import one_by_one
from billing_site.people.access import Deed
from invoices.models import Invoice
from invoices.models.invoice_rows import REMIND_BEFORE
from invoices.services.telling import date_words, tell


def remind(*, at: datetime) -> list[Invoice]:
    """Write to both sides of each invoice whose review is about to end, as of the moment due."""
    due = Invoice.objects.to_remind(at=at).order_by("answer_by", "pk")
    keys = due.values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: _remind(pk, at=at), to="remind of invoice")


@transaction.atomic
def _remind(invoice_id: int, *, at: datetime) -> Invoice | None:
    invoice = Invoice.objects.lock(invoice_id)
    deadline = invoice.answer_by
    if invoice.state != Invoice.State.SUBMITTED or deadline is None:
        return None  # It was answered while we were getting here.
    due = sum(at >= deadline - timedelta(days=days) for days in REMIND_BEFORE)
    if due <= invoice.reminders:
        return None
    due_at = deadline - timedelta(days=REMIND_BEFORE[due - 1])
    invoice.reminders = due
    invoice.save(update_fields=["reminders"])
    for organization, deed in [
        (invoice.recipient, Deed.APPROVE),
        (invoice.issuer, Deed.WORK),
    ]:
        tell(
            organization,
            deed,
            invoice,
            template="invoice_reminder",
            subject=f"{show(invoice.gross)} for “{invoice.title}” "
            f"{'counts as approved' if invoice.silence_approves else 'goes back unanswered'} "
            f"on {date_words(deadline)}",
            silence_approves=invoice.silence_approves,
            key=f"reminder/{invoice.round}/{due}/{organization.ref}",
            at=due_at,
            price=show(invoice.gross),
            freelancer=str(invoice.issuer),
            client=str(invoice.recipient),
            deadline=date_words(deadline),
            to_client=organization.pk == invoice.recipient_id,
        )
    return invoice
