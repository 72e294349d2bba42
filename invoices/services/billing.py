"""Our own fees become invoices: written down with the money, numbered by a job after commit."""

from __future__ import annotations

from datetime import date, datetime

from billing_site.kernel.money import Money
from billing_site.platform.queue import later
from invoices.models import Contract, FeeInvoice, Invoice, Milestone
from invoices.taxing import fee_tax
from payments.models import Escrow, Lot


def bill_client_fee(
    contract: Contract,
    *,
    cause: str,
    title: str,
    base: Money,
    net: Money,
    tax: Money,
    agreed_on: date,
    at: datetime,
    milestone: Milestone | None = None,
    invoice: Invoice | None = None,
    escrow: Escrow | None = None,
) -> FeeInvoice | None:
    """Invoice what the client was charged on top of *base*; nothing where that is nothing.

    *cause* is what took the fee, and invoices it once. The treatment of its tax is that of
    the day *agreed_on*, when the whole cost was shown.
    """
    if not net + tax:
        return None
    vat = fee_tax(contract.client, on=agreed_on)
    fee_invoice = FeeInvoice.objects.create(
        side=FeeInvoice.Side.CLIENT,
        recipient=contract.client,
        contract=contract,
        milestone=milestone,
        invoice=invoice,
        title=title,
        cause=cause,
        escrow=escrow,
        currency=str(net.currency),
        base=base,
        fee_bps=contract.client_fee_bps,
        net=net,
        tax=tax,
        gross=net + tax,
        tax_bps=vat.bps,
        tax_country=vat.country,
        tax_text=vat.text,
        caused_at=at,
    )
    later("invoices.tasks.issue_fee_invoice", fee_invoice_id=fee_invoice.pk)
    return fee_invoice


def bill_freelancer_fee(
    contract: Contract, lot: Lot, *, invoice: Invoice, agreed_on: date
) -> FeeInvoice | None:
    """Invoice what was kept of a release or payment; nothing where that is nothing."""
    if not lot.fee + lot.fee_tax:
        return None
    vat = fee_tax(contract.freelancer, on=agreed_on)
    fee_invoice = FeeInvoice.objects.create(
        side=FeeInvoice.Side.FREELANCER,
        recipient=contract.freelancer,
        contract=contract,
        milestone=invoice.milestone,
        invoice=invoice,
        title=lot.title,
        cause=f"lot/{lot.ref}",
        escrow=lot.escrow,
        currency=lot.currency,
        base=lot.net,
        fee_bps=contract.freelancer_fee_bps,
        net=lot.fee,
        tax=lot.fee_tax,
        gross=lot.fee + lot.fee_tax,
        tax_bps=vat.bps,
        tax_country=vat.country,
        tax_text=vat.text,
        caused_at=lot.released_at,
    )
    later("invoices.tasks.issue_fee_invoice", fee_invoice_id=fee_invoice.pk)
    return fee_invoice
