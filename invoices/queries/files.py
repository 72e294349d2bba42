"""Who may read the files that belong to work."""

from __future__ import annotations

from billing_site.people.models import User
from billing_site.platform.models import File
from invoices.models import Invoice


def came_with_an_invoice(user: User, file: File) -> bool:
    """Whoever sees an invoice sees what was delivered with it."""
    return Invoice.objects.visible_to(user).filter(deliveries__files=file).exists()
