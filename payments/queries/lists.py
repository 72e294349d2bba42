"""What a side has paid or withdrawn, a page at a time, newest first."""

from __future__ import annotations

from django.core.paginator import Page, Paginator

from billing_site.people.models import Organization
from payments.models import Charge, Payout

PER_PAGE = 25


def payments_of(client: Organization, number: str | None) -> Page[Charge]:
    """Page *number* of the client's payments, each with what it settles."""
    charges = Charge.objects.filter(client=client).newest_first()
    return Paginator(charges.prefetch_related("settlements"), PER_PAGE).get_page(number)


def payouts_of(freelancer: Organization, number: str | None) -> Page[Payout]:
    """Page *number* of the freelancer's withdrawals, each with its bank."""
    ours = Payout.objects.filter(freelancer=freelancer).select_related("method")
    return Paginator(ours.newest_first(), PER_PAGE).get_page(number)
