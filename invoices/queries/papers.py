"""The platform's documents about one piece of money, for who received them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from billing_site.people.models import Organization
from invoices.models import FeeInvoice, Receipt
from payments.models import Escrow, OpenItem


@dataclass(frozen=True, slots=True)
class PaperLink:
    words: str
    number: str  # empty while it is being numbered
    url: str
    data_url: str = ""  # of a valid e-invoice


def papers_of(
    *, organization: Organization, escrow: Escrow | None = None, item: OpenItem | None = None
) -> list[PaperLink]:
    """Return what *organization* received about what was held or owed, in the money's order."""
    if escrow is None and item is None:
        return []
    if escrow is not None:
        charges, fee_of = Q(charge__settlements__escrow=escrow), Q(escrow=escrow)
    else:
        items = [item, *item.before] if item else []
        charges, fee_of = Q(charge__settlements__open_item__in=items), Q(invoice__open_item=item)
    about = Q(kind=Receipt.Kind.PAYMENT) & charges
    if escrow is not None:
        about |= Q(escrow=escrow)
    receipts = Receipt.objects.filter(about, recipient=organization).distinct()
    fees = FeeInvoice.objects.filter(fee_of, recipient=organization)
    links = [
        PaperLink(each.get_kind_display().capitalize(), each.number or "", each.get_absolute_url())
        for each in receipts.order_by("caused_at", "pk")
    ]
    return links + [
        PaperLink(
            "Fee invoice",
            each.number or "",
            each.get_absolute_url(),
            reverse("fee-invoice-data", args=[each.ref]) if each.is_einvoice else "",
        )
        for each in fees.order_by("caused_at", "pk")
    ]
