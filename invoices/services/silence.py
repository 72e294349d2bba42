"""What becomes of invoices that nobody answered, as of the deadline they had."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, WrongState, take
from billing_site.people.access import Deed
from invoices.models import Invoice
from invoices.services import approving, clocks
from invoices.services.consenting import clear
from invoices.services.locking import lock_from_the_top
from invoices.services.telling import tell
from payments.models import Freeze

SILENCE = SYSTEM("the review period passed without an answer")


def approve_unanswered(*, at: datetime) -> list[Invoice]:
    """Approve what was agreed in advance and left unanswered, each in its own transaction."""
    return _each_unanswered(
        lambda pk, deadline: approving.approve(pk, by=SILENCE, at=deadline),
        silence_approves=True,
        at=at,
    )


def return_unanswered(*, at: datetime) -> list[Invoice]:
    """Send back what nobody agreed to: silence never charges it."""
    return _each_unanswered(_return, silence_approves=False, at=at)


def _each_unanswered(
    answer: Callable[[int, datetime], Invoice], *, silence_approves: bool, at: datetime
) -> list[Invoice]:
    due = Invoice.objects.unanswered(at=at).filter(silence_approves=silence_approves)
    if not due.exists():
        return []  # as nearly always: by its index, and no further questions
    due = due.exclude(pk__in=Invoice.objects.unpaid_hours().values("pk"))  # until they are paid
    for escrow_id in Freeze.objects.filter(escrow__in=due.values("escrow")).values_list("escrow"):
        clocks.go_on(*escrow_id, at=at)  # Nobody did when it ended; what it took is not over.
    rows = due.order_by("answer_by", "pk").values_list("pk", "answer_by")
    # A late sweep must not make anybody's dates later.
    deadlines = {pk: deadline for pk, deadline in rows if deadline}
    return one_by_one(deadlines, lambda pk: answer(pk, deadlines[pk]), to="answer for invoice")


def approve_paid_week(invoice_id: int) -> Invoice | None:
    """Approve hours whose review ended before the client's payment came, as of the payment."""
    invoice = Invoice.objects.select_related("escrow").get(pk=invoice_id)
    held = invoice.escrow
    assert held, "A week has an escrow from its lock on."
    if invoice.state != Invoice.State.SUBMITTED or held.held_at is None:
        return None  # The job runs at least once; the first run did it, or a sweep.
    return approving.approve(invoice_id, by=SILENCE, at=held.held_at)


@transaction.atomic
def _return(invoice_id: int, deadline: datetime) -> Invoice:
    _, invoice = lock_from_the_top(invoice_id)
    if invoice.answer_by != deadline:
        raise WrongState(f"{invoice} was answered meanwhile.")
    take(invoice.return_, by=SILENCE, at=deadline)
    clear(invoice, because="nobody answered in time", at=deadline)
    for organization, deed in [(invoice.issuer, Deed.WORK), (invoice.recipient, Deed.APPROVE)]:
        tell(
            organization,
            deed,
            invoice,
            template="invoice_unanswered",
            subject=f"{show(invoice.gross)} for “{invoice.title}” was not answered and went back",
            key=f"unanswered/{invoice.round}/{organization.ref}",
            at=deadline,
            price=show(invoice.gross),
            client=str(invoice.recipient),
            freelancer=str(invoice.issuer),
            to_client=organization.pk == invoice.recipient_id,
        )
    return invoice
