"""Invoices written by hand: for work on a contract that no milestone, week or period bills."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, show, to_minor
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from invoices.fees import is_large_enough, smallest_price
from invoices.models import Contract, Invoice, InvoiceLine, InvoiceTax
from invoices.models.contract import TaxTreatment
from invoices.queries.writing_page import BILLABLE
from invoices.services.locking import lock_from_the_top
from invoices.services.repeating import is_repeated, sent
from invoices.totals import DiscountTooLarge, Totals
from invoices.written import LARGEST_NET, MOST_LINES, NET_DAYS, WrittenInvoice

WORDS = (
    "title",
    "net_days",
    "purchase_order",
    "cost_center",
    "project",
    "note",
    "supplied_from",
    "supplied_to",
    "prices_include_tax",
)


@transaction.atomic
def write(
    contract_id: int,
    written: WrittenInvoice,
    *,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Invoice:
    """Begin an invoice with these lines. The client does not see it until it is submitted.

    :raises NotYours: *by* does not work for the freelancer's side.
    :raises NotAllowed: nothing was agreed, or the lines do not make an invoice.
    """
    contract = Contract.objects.lock(contract_id)
    if not may(by, Deed.WORK, contract.freelancer):
        raise NotYours(f"It is not for {by} to write invoices for {contract.freelancer}.")
    if contract.state not in BILLABLE:
        raise NotAllowed(f"{contract} is {contract.get_state_display()}: it has no invoices.")
    form = sent(by, "invoice.write", f"contract/{contract.ref}", op_id=op_id, at=at)
    if form.is_again:
        return contract.invoices.get(ref__in=form.made)
    return form.answer(begin(contract, written, source=Invoice.Source.LINES, at=at))


def begin(
    contract: Contract, written: WrittenInvoice, *, source: Invoice.Source, at: datetime
) -> Invoice:
    """Make the draft of *written* on a contract that the caller has locked.

    :raises NotAllowed: the lines do not make an invoice.
    """
    sums = checked_totals(written, currency=contract.currency)
    invoice = Invoice(
        contract=contract,
        source=source,
        issuer=contract.freelancer,
        recipient=contract.client,
        created_at=at,
    )
    _fill(invoice, written, sums)
    return invoice


@transaction.atomic
def rewrite(
    invoice_id: int,
    written: WrittenInvoice,
    *,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Invoice:
    """Put other lines in place of those of a draft, or of what the client sent back.

    :raises NotYours: *by* does not work for the freelancer's side.
    :raises NotAllowed: the client is looking at it or has decided, or it was not written by hand.
    """
    _, invoice = lock_from_the_top(invoice_id)
    if not invoice.freelancer_may_work(by):
        raise NotYours(f"It is not for {by} to change {invoice}.")
    if is_repeated(by, "invoice.rewrite", f"invoice/{invoice.ref}", op_id=op_id, at=at):
        return invoice
    if not invoice.may_be_rewritten:
        raise NotAllowed(f"{invoice} is {invoice.get_state_display()} and cannot be changed.")
    sums = checked_totals(written, currency=invoice.currency)
    invoice.lines.all().delete()
    invoice.taxes.all().delete()
    _fill(invoice, written, sums)
    return invoice


def checked_totals(written: WrittenInvoice, *, currency: str) -> Totals:
    """Return what *written* comes to.

    :raises NotAllowed: it is no invoice that could be sent: too little, too much, or too long.
    """
    if not 1 <= len(written.lines) <= MOST_LINES:
        raise NotAllowed(f"An invoice has between one and {MOST_LINES} lines.")
    if written.net_days not in NET_DAYS:
        raise NotAllowed("Choose one of the payment terms.")
    try:
        sums = written.totals
    except DiscountTooLarge as too_large:
        where = "The discount" if too_large.line is None else f"Line {too_large.line + 1}"
        raise NotAllowed(f"{where} takes off more than there is.") from too_large
    if sums.currency != currency:
        raise NotAllowed(f"The contract is in {currency}, and so are its invoices.")
    if len(sums.taxes) > 1 and any(tax.treatment == TaxTreatment.OUTSIDE for tax in sums.taxes):
        # EN 16931, BR-O-11: what is not subject to VAT shares its document with nothing else.
        raise NotAllowed("Lines outside the scope of VAT need an invoice of their own.")
    if not is_large_enough(sums.net):
        least = show(smallest_price(currency))
        raise NotAllowed(f"It comes to {show(sums.net)}. An invoice asks for {least} at least.")
    most = Money(LARGEST_NET, currency)
    if to_minor(sums.lines_net) > to_minor(most):
        raise NotAllowed(f"An invoice asks for {show(most)} at most.")
    return sums


def _fill(invoice: Invoice, written: WrittenInvoice, sums: Totals) -> None:
    """Write the sums, the lines and the taxes of a new or changed invoice."""
    main = sums.taxes[0]
    facts: dict[str, Any] = {name: getattr(written, name) for name in WORDS}
    facts |= {
        "currency": sums.currency,
        "net": sums.net,
        "tax": sums.tax,
        "gross": sums.gross,
        "tax_treatment": main.treatment,
        "tax_bps": main.bps,
        "tax_text": written.treatment_of(main.treatment, main.bps).text,
        "discount_bps": written.discount.bps,
        "discount": sums.entered_discount if written.discount else None,
        "discount_net": sums.discount if written.discount else None,
    }
    for name, value in facts.items():
        setattr(invoice, name, value)
    invoice.save()
    InvoiceLine.objects.bulk_create(_lines(invoice, written, sums))
    InvoiceTax.objects.bulk_create(
        InvoiceTax(
            invoice=invoice,
            currency=sums.currency,
            treatment=tax.treatment,
            bps=tax.bps,
            discount=tax.discount,
            net=tax.net,
            tax=tax.tax,
            text=written.treatment_of(tax.treatment, tax.bps).text,
        )
        for tax in sums.taxes
    )


def _lines(invoice: Invoice, written: WrittenInvoice, sums: Totals) -> list[InvoiceLine]:
    shares = sums.discount_shares([line.priced.tax_kind for line in written.lines])
    return [
        InvoiceLine(
            invoice=invoice,
            position=position,
            description=line.description,
            detail=line.detail,
            quantity=line.quantity,
            unit=line.unit,
            currency=sums.currency,
            unit_price=line.unit_price,
            discount_bps=line.discount.bps,
            discount=total.discount if line.discount else None,
            amount=total.net,
            amount_with_tax=total.amount if sums.inclusive else None,
            discount_share=shares[position - 1] if written.discount else None,
            tax_treatment=line.treatment.kind,
            tax_bps=line.treatment.bps,
        )
        for position, (line, total) in enumerate(
            zip(written.lines, sums.lines, strict=True), start=1
        )
    ]
