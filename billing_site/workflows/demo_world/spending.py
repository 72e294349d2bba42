"""What freelancers pay for their clients, with the vouchers, until it is on an invoice."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.html import format_html
from weasyprint import HTML

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.workflows.demo_world.scripts import Deed
from invoices.models import Contract, Expense
from invoices.services import expenses, invoicing
from invoices.services.expenses import Spent
from invoices.services.invoicing import Upload

VERBS = ("spend", "claim")


def spend(contract: Contract, deed: Deed, *, by: User, at: datetime) -> None:
    """Do what the note says: "84.60 20 travel Rail" was paid, with 20 % VAT in it.

    "claim" asks for all that was paid so far.
    """
    if deed.verb == "claim":
        unclaimed = Expense.objects.filter(contract=contract, invoice=None).order_by("pk")
        refs = list(unclaimed.values_list("ref", flat=True))
        invoice = expenses.invoice(contract.pk, refs, by=by, at=at)
        invoicing.submit(invoice.pk, message=deed.note, by=by, at=at)
        return
    units, percent, category, merchant = deed.note.split(" ", 3)
    spent = Spent(
        at.date(),
        Expense.Category(category),
        merchant,
        Money(Decimal(units), contract.currency),
        tax_bps=int(percent) * 100,
    )
    expenses.add(contract.pk, spent, _voucher(spent), by=by, at=at)


def _voucher(spent: Spent) -> Upload:
    drawn = HTML(
        string=format_html(
            "<html lang='en'><title>Receipt</title><h1>{}</h1><p>{}</p><p>Paid: {}</p>",
            spent.merchant,
            f"{spent.on:%d %B %Y}",
            spent.gross,
        )
    ).write_pdf()
    return Upload(f"{spent.merchant}.pdf", drawn, "application/pdf")
