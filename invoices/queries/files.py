"""Who may read a file because of what it came with."""

from __future__ import annotations

from billing_site.people.models import User
from billing_site.platform.models import File
from invoices.models import Delivery, Expense, FeeInvoice, Invoice, Receipt


def came_with_an_invoice(user: User, file: File) -> bool:
    """Whoever sees an invoice sees what was delivered with it, its vouchers, and its PDF."""
    visible = Invoice.objects.visible_to(user)
    if Delivery.objects.filter(files=file, invoice__in=visible).exists():
        return True
    if Expense.objects.filter(voucher=file, invoice__in=visible).exists():
        return True
    if visible.filter(pdf=file).exists():
        return True
    ours = (FeeInvoice.objects.visible_to(user), Receipt.objects.visible_to(user))
    return any(documents.filter(pdf=file).exists() for documents in ours)
