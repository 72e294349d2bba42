"""An approved invoice for which nothing is held is owed: how it is paid, and what follows."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import Money, show, zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from invoices.fees import terms_of_invoice
from invoices.models import Contract, Invoice
from invoices.queries.paying_part import why_not_so_much
from invoices.services import weeks
from invoices.services.billing import bill_client_fee, bill_freelancer_fee
from invoices.services.closing import close_if_done
from invoices.services.locking import lock_from_the_top
from invoices.services.repeating import sent
from invoices.services.telling import date_words, tell
from payments.models import Charge, Lot, OpenItem, PaymentMethod, Quote, Settlement
from payments.queries.being_paid import being_paid, in_hands, to_ask, words_for
from payments.queries.debts import debt_of, owed_words
from payments.services import charging, collecting, open_items

PAID = SYSTEM("the client has paid it")


class InHands(NotAllowed):
    """Somebody may be paying it at this moment, by *charge*."""

    def __init__(self, charge: Charge) -> None:
        self.charge = charge
        until = charge.page_expires_at
        page = f", on a page that is open until {until:%-d %B, %H:%M} UTC" if until else ""
        super().__init__(
            f"Somebody may be paying {show(charge.amount)} of it now{page}: go on there, or give"
            " that payment up first. Nothing else was charged."
        )


def owe(invoice: Invoice, contract: Contract, *, at: datetime) -> OpenItem:
    """Write down that the client owes *invoice*, which was approved in this transaction."""
    assert invoice.due_on, "An approved invoice has a due date."
    item = open_items.open_(
        terms_of_invoice(invoice, on=at.date()),
        client=contract.client,
        due_on=invoice.due_on,
        at=at,
    )
    invoice.open_item = item
    invoice.save(update_fields=["open_item"])
    facts = {
        "number": invoice.number,
        "price": show(invoice.gross),
        "pays": show(item.total),
        "gets": show(item.net_to_freelancer),
        "due": f"{invoice.due_on.day} {invoice.due_on:%B %Y}",
    }
    did, of = ("gives you", "of") if invoice.was_given else ("approved", "for")
    tell(
        invoice.issuer,
        Deed.WORK,
        invoice,
        template="bonus_given" if invoice.was_given else "invoice_owed",
        subject=f"{invoice.recipient} {did} “{invoice.title}” {of} {show(invoice.gross)}",
        key="approved/freelancer",
        at=at,
        client=str(invoice.recipient),
        **facts,
    )
    tell(
        invoice.recipient,
        Deed.FUND,
        invoice,
        template="invoice_to_pay",
        subject=f"Invoice {invoice.number}: {show(item.total)} due by {facts['due']}",
        key="approved/client",
        at=at,
        freelancer=str(invoice.issuer),
        **facts,
    )
    return item


@transaction.atomic
def pay(
    invoice_id: int,
    *,
    by: User,
    at: datetime,
    amount: Money | None = None,
    saved: PaymentMethod | None = None,
    quote: Quote | None = None,
    op_id: UUID | None = None,
) -> Charge:
    """Begin to pay what is owed on an approved invoice, all that is left unless *amount* is less.

    It is charged to *saved* and nothing else, or paid on a page that the door opens; by a
    *quote*, in the client's own currency.

    :raises NotAllowed: nothing is owed, less is owed, a bank is paying for it, what is left then
        could not be paid; or somebody's bank asks them about it now, or *saved* would be charged
        while a page is open for it.
    :raises NotYours: *by* may not pay for the client, or not this much.
    """
    _, invoice = lock_from_the_top(invoice_id)
    if not may(by, Deed.FUND, invoice.recipient):
        raise NotYours(f"It is not for {by} to pay {invoice}.")
    if invoice.open_item_id is None:
        raise NotAllowed(f"Nothing is owed on {invoice}: it is {invoice.get_state_display()}.")
    item = OpenItem.objects.lock(invoice.open_item_id)
    form = sent(by, "invoice.pay", f"invoice/{invoice.ref}", op_id=op_id, at=at)
    if form.is_again:
        return Charge.objects.get(ref__in=form.made)
    if other := being_paid([item]):
        raise NotAllowed(f"{words_for(other, at=at)} Nothing else was charged.")
    amount = to_ask(item) if amount is None else amount
    if not zero(item.currency) < amount <= item.owed:
        raise NotAllowed(f"{show(item.owed)} is due on {invoice}. Nothing was charged.")
    if problem := why_not_so_much(item, amount):
        raise NotAllowed(f"{problem} Nothing was charged.")
    waiting, begun = in_hands(item, at=at, pages=saved is not None)
    if begun and amount > to_ask(item) - waiting:
        raise InHands(begun)
    begin = partial(collecting.collect, only=saved) if saved else charging.begin
    charge = begin(
        payer=invoice.recipient,
        purposes=[(item, amount)],
        by=by,
        at=at,
        return_path=reverse("invoice", args=[invoice.ref]),
        quote=quote,
    )
    return form.answer(charge)


@transaction.atomic
def note_payment(invoice_id: int, settlement: Settlement, *, at: datetime) -> Invoice:
    """Follow a payment that has reached the open item: fee invoices, and paid when it is all.

    Payments posted it in this transaction. Learning of it again does nothing.
    """
    contract, invoice = lock_from_the_top(invoice_id)
    item = invoice.open_item
    assert item, "What is paid was owed."
    brought = settlement.amount - settlement.kept
    if not brought or item.is_advanced:
        return _settle_if_paid(invoice, item, at=at)
    lot = Lot.objects.filter(settlement=settlement).select_related("escrow").first()
    if settlement.client_fee is not None and settlement.client_fee_tax is not None:
        bill_client_fee(
            contract,
            cause=f"settlement/{settlement.reference}",
            title=invoice.title,
            base=lot.net if lot else brought,
            net=settlement.client_fee,
            tax=settlement.client_fee_tax,
            agreed_on=item.created_at.date(),
            at=at,
            invoice=invoice,
        )
    if lot:
        bill_freelancer_fee(contract, lot, invoice=invoice, agreed_on=item.created_at.date())
        _tell_of_payment(invoice, lot, settlement, at=at)
    return _settle_if_paid(invoice, item, at=at)


def _tell_of_payment(invoice: Invoice, lot: Lot, settlement: Settlement, *, at: datetime) -> None:
    if not lot.amount:
        return  # A cent or two, which our fee has taken.
    tell(
        invoice.issuer,
        Deed.WORK,
        invoice,
        template="invoice_paid",
        subject=f"{show(lot.amount)} for “{invoice.title}” is yours, "
        f"available {date_words(lot.available_at)}",
        key=f"paid/{settlement.reference}",
        at=at,
        number=invoice.number,
        client=str(invoice.recipient),
        paid=show(lot.gross),
        gets=show(lot.amount),
        available=date_words(lot.available_at),
        owes=" ".join(owed_words(debt_of(lot.freelancer_id, lot.currency), ())),
    )


def _settle_if_paid(invoice: Invoice, item: OpenItem, *, at: datetime) -> Invoice:
    if not item.is_open and invoice.state == Invoice.State.APPROVED:
        take(invoice.settle, by=PAID, at=at)
        weeks.close_if_done(invoice, at=at)
    if not item.is_open and invoice.state == Invoice.State.WRITTEN_OFF:
        take(invoice.recover, by=PAID, at=at)
    close_if_done(invoice.contract, at=at)
    return invoice
