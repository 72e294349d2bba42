"""A client asks for released money back. It is the freelancer's to give, or not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, show, zero
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from invoices import creditable
from invoices.models import Invoice, RefundRequest
from invoices.models.refund_request import ANSWER_WITHIN, ASKED_WITHIN
from invoices.services import crediting, refund_letters
from invoices.services.locking import lock_from_the_top
from invoices.services.repeating import sent


@transaction.atomic
def ask(
    invoice_id: int,
    *,
    amount: Money,
    reason: str,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> RefundRequest:
    """Ask for *amount* (net) of a paid invoice. Within seven days they grant it, or not.

    :raises NotAllowed: it is not paid, too long ago, that much is not left, or no reason is
        given.
    :raises NotYours: *by* does not review for the client.
    """
    contract, invoice = lock_from_the_top(invoice_id)
    form = sent(by, "invoice.ask_back", f"invoice/{invoice.ref}", op_id=op_id, at=at)
    if form.is_again:
        return invoice.refund_requests.get(ref__in=form.made)
    if not may(by, Deed.OFFER, invoice.recipient):
        raise NotYours(f"It is not for {by} to ask for money of {invoice.recipient} back.")
    if not reason.strip():
        raise NotAllowed("Say why you ask.")
    if invoice.state != Invoice.State.PAID or invoice.paid_at is None:
        raise WrongState(f"{invoice} is {invoice.get_state_display()}: nothing of it was paid.")
    if at > invoice.paid_at + ASKED_WITHIN:
        raise NotAllowed("It was paid more than a year ago: talk to each other.")
    running = invoice.refund_requests.unsettled().first()
    if running:
        if running.is_asked:
            raise WrongState(f"{invoice.issuer} was asked already and has not answered.")
        raise WrongState(f"A mediator helps with what was asked of {invoice}: that comes first.")
    lines = creditable.lines_of(invoice)
    left = sum((each.left for each in lines), zero(invoice.currency))
    if not zero(invoice.currency) < amount <= left:
        raise NotAllowed(f"{show(left)} is left of {invoice}, without VAT.")
    chosen = {each.line.pk: part for each, part in _spread(amount, lines) if part}
    taxes = creditable.taxes_of(invoice, lines, chosen)
    back = sum((row.net + row.tax for row in taxes), zero(invoice.currency))
    request = RefundRequest.objects.create(
        contract=contract,
        kind=RefundRequest.Kind.RELEASED,
        invoice=invoice,
        currency=invoice.currency,
        held=invoice.gross,
        offered_net=invoice.net - amount,
        offered=invoice.gross - back,
        reason=reason.strip(),
        asked_by=by,
        asked_at=at,
        answer_by=at + ANSWER_WITHIN,
    )
    refund_letters.tell_of_asking(request, at=at)
    return form.answer(request)


def carry_out(
    request: RefundRequest, *, by: User, at: datetime, amount: Money | None = None
) -> None:
    """Credit what was granted in this transaction. Posts to the books, last."""
    invoice = request.invoice
    assert invoice, "Released money was paid on an invoice."
    lines = creditable.lines_of(invoice)
    spread = _spread(amount or request.asked_net, lines)
    amounts = {each.line.pk: part for each, part in spread if part}
    refund_letters.tell_of_grant(request, by_silence=False, at=at)
    crediting.credit(
        invoice.pk, amounts=amounts, reason=request.reason or "As agreed", by=by, at=at
    )


def _spread(
    amount: Money, lines: list[creditable.Creditable]
) -> list[tuple[creditable.Creditable, Money]]:
    """Take *amount* from the lines in their order, from each as much as is left of it."""
    spread, rest = [], amount
    for each in lines:
        part = min(rest, each.left)
        spread.append((each, part))
        rest -= part
    if rest:
        raise NotAllowed("Less than that is left of the invoice. Nothing was credited.")
    return spread
