"""A bonus: given by the client, which is its approval, or asked for by the freelancer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from invoices.bonus import check_bonus
from invoices.models import Contract, Invoice
from invoices.services import approving, invoicing
from invoices.services.invoice_drafts import PlainLine, begin_owed
from invoices.services.repeating import sent
from payments.services import collecting

GIVEN = SYSTEM("the client gives it")
LONGEST_WORDS = 500


@transaction.atomic
def give(
    contract_id: int,
    amount: Money,
    *,
    words: str,
    by: User,
    at: datetime,
    over_budget: bool = False,
    op_id: UUID | None = None,
) -> Invoice:
    """Give *amount*, net of the freelancer's VAT. What the client saved to pay with is charged.

    Nobody reviews what they wrote themselves: giving it is the approval, and the freelancer
    agreed with the contract that invoices are issued in their name. Where the client wants
    two for such a sum, it waits for the second as any invoice does.

    :raises NotYours: *by* does not approve for the client, or not this much.
    :raises NotAllowed: it comes too late, or is too small.
    """
    contract = Contract.objects.lock(contract_id)
    if not may(by, Deed.APPROVE, contract.client):
        raise NotYours(f"It is not for {by} to give a bonus for {contract.client}.")
    form = sent(by, "bonus.give", f"contract/{contract.ref}", op_id=op_id, at=at)
    if form.is_again:
        return contract.invoices.get(ref__in=form.made)
    invoice = _begin(contract, amount, words, at=at)
    take(invoice.submit, by=GIVEN, at=at, submitted_by=None)
    invoice = approving.approve(invoice.pk, by=by, at=at, over_budget=over_budget)
    if invoice.open_item_id:
        collecting.collect_owed(invoice.open_item_id, at=at)
    return form.answer(invoice)


@transaction.atomic
def ask(
    contract_id: int,
    amount: Money,
    *,
    words: str,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Invoice:
    """Ask the client for *amount*, net of VAT. Without an answer it comes back.

    :raises NotYours: *by* does not work for the freelancer's side.
    :raises NotAllowed: it comes too late, or is too small.
    """
    contract = Contract.objects.lock(contract_id)
    if not may(by, Deed.WORK, contract.freelancer):
        raise NotYours(f"It is not for {by} to ask for a bonus for {contract.freelancer}.")
    form = sent(by, "bonus.ask", f"contract/{contract.ref}", op_id=op_id, at=at)
    if form.is_again:
        return contract.invoices.get(ref__in=form.made)
    invoice = _begin(contract, amount, words, at=at)
    return form.answer(invoicing.submit(invoice.pk, message=words, by=by, at=at))


def _begin(contract: Contract, amount: Money, words: str, *, at: datetime) -> Invoice:
    check_bonus(contract, amount, at=at)
    if not 0 < len(words.strip()) <= LONGEST_WORDS:
        raise NotAllowed(f"Say what the bonus is for, in up to {LONGEST_WORDS} characters.")
    title = f"Bonus for {contract.title}"[:120]
    line = PlainLine(title, amount, detail=words.strip())
    return begin_owed(contract, source=Invoice.Source.BONUS, title=title, lines=[line], at=at)
