"""Fees of payments of a cent or two have their documents, each cent of fee and of tax once."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import FeeInvoice, Invoice
from invoices.services import invoicing
from payments.services import charging
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.invoices.books import broken_laws

pytestmark = pytest.mark.django_db


def test_each_cent_of_a_fee_and_of_its_tax_is_invoiced(alice: User) -> None:
    eve = given.person("eve", kind="freelancer", country="AT", city="Linz", postal_code="4020")
    invoice = given.owed_invoice(client=alice, freelancer=eve, price=EUR("5.25"))
    item = invoicing.approve(invoice.pk, by=alice, at=NOON + days(1)).open_item
    assert item
    ours, at = given.organization(alice), NOON + days(2)
    whole = charging.begin(payer=ours, purposes=[(item, item.owed)], by=alice, at=at)
    late = given_payments.opened(whole, at=at)
    given_payments.part_paid(item, EUR("5.55"), by=alice, at=at)

    given_payments.paid(late, at=at)
    given.jobs_done(at=at)

    billed = FeeInvoice.objects.filter(side="freelancer").order_by("pk")
    cents = [(int(fee.net.amount * 100), int(fee.tax.amount * 100)) for fee in billed]
    assert cents == [(53, 10), (0, 1)]
    assert all(fee.number for fee in FeeInvoice.objects.all())
    assert Invoice.objects.get().state == "paid"
    assert Letter.objects.filter(key__contains="paid/").count() == 1  # a cent is no news
    assert broken_laws() == []
