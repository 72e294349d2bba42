"""Story 7: Ben invoices expenses with receipts and VAT; a credit note corrects one line later."""

from __future__ import annotations

import pytest

from invoices.models import CreditNote, FeeInvoice, Invoice
from invoices.models.contract import TaxTreatment
from invoices.services import crediting, expenses, invoicing, owing
from invoices.taxing import Treatment
from ledger.queries.balances import balance
from payments.gateways.sandbox import paying
from payments.services import outbox
from tests import given
from tests.given import EUR
from tests.given_world import DAY, MORNING, books, live, studio
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
AUSTRIAN = Treatment(TaxTreatment.STANDARD, 2_000, "")


def test_expenses_are_paid_back_and_one_line_is_corrected() -> None:
    world = studio(freelancer_in="AT")
    contract = given.active_contract(
        client=world.ada, freelancer=world.ben, at=MORNING, treatment=AUSTRIAN
    )
    paid = [("Rail", "132.00", 1_000), ("Hotel", "220.00", 1_000), ("Toner", "96.00", 2_000)]
    receipts = [
        given.expense(
            contract, by=world.ben, at=MORNING, merchant=shop, gross=EUR(gross), tax_bps=bps
        )
        for shop, gross, bps in paid
    ]
    invoice = expenses.invoice(
        contract.pk, [each.ref for each in receipts], by=world.ben, at=MORNING
    )
    invoicing.submit(invoice.pk, message="Vienna, both days.", by=world.ben, at=MORNING)
    invoicing.approve(invoice.pk, by=world.ada, at=MORNING + DAY)
    charge = owing.pay(invoice.pk, by=world.ada, at=MORNING + 2 * DAY)
    page = outbox.open_page(charge.pk, at=MORNING + 2 * DAY)
    assert page
    paying.pay(page.session_id, "4242", at=MORNING + 2 * DAY)
    live(MORNING, MORNING + 3 * DAY)

    toner = invoice.lines.get(description__contains="Toner")
    crediting.credit(
        invoice.pk,
        amounts={toner.pk: EUR("80.00")},
        reason="The toner was for somebody else.",
        by=world.ben,
        at=MORNING + 4 * DAY,
    )
    live(MORNING + 3 * DAY, MORNING + 9 * DAY)

    note = CreditNote.objects.get()
    assert Invoice.objects.get().state == "paid"
    assert (note.net, note.tax, note.gross) == (EUR("80.00"), EUR("16.00"), EUR("96.00"))
    assert (note.number or "").startswith(world.freelancer.series_code)
    assert not FeeInvoice.objects.exists(), "We earn nothing on what was paid for somebody."
    assert balance(f"freelancer:{world.freelancer.pk}:available", "EUR") == EUR("352.00")
    assert balance(f"client:{world.client.pk}:credit", "EUR") == EUR("96.00")
    assert_every_law_holds()
    assert books(ada=world.client, ben=world.freelancer) == BOOKS


# 120 and 200 at 10 %, 80 at 20 %. Nobody pays a fee on it; 2.9 % and 0.30 are the provider's.
BOOKS = """\
2026-03-04  Invoice paid
  provider:clearing                           448.00 EUR
      freelancer:ben:pending                                448.00 EUR

2026-03-04  Settled by the provider
  provider:balance                            434.71 EUR
  cost:provider                                13.29 EUR
      provider:clearing                                     448.00 EUR

2026-03-06  Given back after release
  freelancer:ben:pending                       96.00 EUR
      client:ada:credit                                      96.00 EUR

2026-03-09  Security period over
  freelancer:ben:pending                      352.00 EUR
      freelancer:ben:available                              352.00 EUR"""
