"""Invoices that staff decide about."""

from __future__ import annotations

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM
from invoices.models import Invoice
from invoices.services import contesting
from tests.given import NOON, days

STAFF = SYSTEM("the mediator decided")


def decide(invoice: Invoice, gross: Money) -> contesting.Decided:
    return contesting.decide(invoice.pk, gross_to_freelancer=gross, by=STAFF, at=NOON + days(5))
