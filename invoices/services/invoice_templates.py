"""Invoices kept under a name, to begin the next one from."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from invoices.models import Invoice, InvoiceTemplate
from invoices.queries.written_fields import fields_of

MOST_TEMPLATES = 100


@transaction.atomic
def keep(invoice_id: int, *, name: str, by: User, at: datetime) -> InvoiceTemplate:
    """Keep how *invoice* was written under *name*; an earlier template of that name is replaced.

    :raises NotYours: *by* does not work for its issuer.
    :raises NotAllowed: it was not written by hand, or there are too many templates.
    """
    invoice = Invoice.objects.select_related("issuer").get(pk=invoice_id)
    organization = Organization.objects.lock(invoice.issuer_id)
    if not may(by, Deed.WORK, organization):
        raise NotYours(f"It is not for {by} to keep templates for {organization}.")
    if invoice.source != Invoice.Source.LINES:
        raise NotAllowed(f"{invoice} was not written by hand: there are no lines to keep.")
    if not name.strip():
        raise NotAllowed("Give the template a name.")
    others = InvoiceTemplate.objects.of(organization).exclude(name=name)
    if others.count() >= MOST_TEMPLATES:
        raise NotAllowed(f"There are {MOST_TEMPLATES} templates already. Remove one first.")
    template, _ = InvoiceTemplate.objects.update_or_create(
        organization=organization,
        name=name,
        defaults={
            "currency": invoice.currency,
            "fields": fields_of(invoice, with_period=False),
            "created_at": at,
        },
    )
    return template


@transaction.atomic
def remove(template_id: int, *, by: User, at: datetime) -> None:
    """Forget a template. Invoices that were begun from it stay as they are."""
    template = InvoiceTemplate.objects.select_related("organization").get(pk=template_id)
    if not may(by, Deed.WORK, template.organization):
        raise NotYours(f"It is not for {by} to remove templates of {template.organization}.")
    template.delete()
