"""Story 7, its end: an invoice of two lines is paid, and one line of it is put right later."""

from __future__ import annotations

import pytest
from django.db import transaction

from billing_site.kernel.money import Money, zero
from billing_site.platform import clock
from invoices.models import Contract, CreditNote, FeeCreditNote, Invoice
from invoices.services import crediting, invoicing, owing
from invoices.services.invoice_drafts import PlainLine, begin_owed
from ledger.queries.balances import balances_of
from payments.gateways.sandbox import paying
from payments.models import Refund
from payments.services import credit, outbox, payouts
from tests.given import EUR
from tests.given_world import DAY, MORNING, Studio, agreed, books, live, name_bank, studio

pytestmark = pytest.mark.django_db
LATER = MORNING + 12 * DAY


def two_lines(world: Studio) -> Invoice:
    """Approved: the pages for 600 and the icons for 400, to be paid at once."""
    contract = agreed(world, "5000.00")
    with transaction.atomic():
        invoice = begin_owed(
            Contract.objects.lock(contract.pk),
            source=Invoice.Source.LINES,
            title="Pages and icons",
            lines=[
                PlainLine("Twelve pages", Money("600.00", "EUR")),
                PlainLine("Forty icons", Money("400.00", "EUR")),
            ],
            at=MORNING,
        )
    invoicing.submit(invoice.pk, message="All of it.", by=world.ben, at=MORNING)
    return invoicing.approve(invoice.pk, by=world.ada, at=MORNING)


def test_a_credit_note_corrects_one_line() -> None:
    world = studio()
    method = name_bank(world.ben, at=MORNING - 7 * DAY)
    invoice = two_lines(world)
    charge = owing.pay(invoice.pk, by=world.ada, at=MORNING)
    with clock.pinned(MORNING):
        page = outbox.open_page(charge.pk, at=MORNING)
    assert page, "The sandbox opens its pages at once."
    paying.pay(page.session_id, "4242", at=MORNING)
    live(MORNING, MORNING + 8 * DAY)
    payout = payouts.request(
        organization=world.freelancer,
        method=method,
        amount=EUR("700.00"),
        by=world.ben,
        at=MORNING + 8 * DAY,
    )
    live(MORNING + 8 * DAY, LATER)

    icons = invoice.lines.get(position=2)
    crediting.credit(
        invoice.pk,
        amounts={icons.pk: EUR("100.00")},
        reason="Ten icons were not needed",
        by=world.ben,
        at=LATER,
    )
    (refund,) = credit.send_back(world.client, amount=EUR("106.00"), by=world.ada, at=LATER + DAY)
    live(LATER, LATER + 3 * DAY)

    assert books(ben=world.freelancer, ada=world.client, first=payout, back=refund) == BOOKS
    note = CreditNote.objects.get()
    assert note.says["lines"][0]["description"] == "Forty icons"
    assert (note.number, Invoice.objects.get().state) == ("BEN-CN-2026-000001", "paid")
    sides = FeeCreditNote.objects.order_by("pk").values_list("fee_invoice__side", "net")
    assert sorted(sides) == [("client", 5), ("freelancer", 10)]
    assert Refund.objects.get().state == Refund.State.SUCCEEDED
    assert set(balances_of(world.client.pk, "EUR").values()) == {zero("EUR")}


# The card pays 1,000, our 5 % and 20 % VAT on that. Ben pays 10 %, whose VAT is reversed to
# Ireland. Of the 100 that go back 90 were his; the card gets 106.
BOOKS = """\
2026-03-02  Invoice paid
  provider:clearing                         1,060.00 EUR
      freelancer:ben:pending                                900.00 EUR
      income:freelancer_fee                                 100.00 EUR
      tax:vat:AT                                             10.00 EUR
      income:client_fee                                      50.00 EUR

2026-03-02  Settled by the provider
  provider:balance                          1,028.96 EUR
  cost:provider                                31.04 EUR
      provider:clearing                                   1,060.00 EUR

2026-03-07  Security period over
  freelancer:ben:pending                      900.00 EUR
      freelancer:ben:available                              900.00 EUR

2026-03-10  Payout requested
  freelancer:ben:available                    700.00 EUR
      payout:first                                          699.01 EUR
      income:payout_fee                                       0.99 EUR

2026-03-10  Transferred to the payee
  provider:payee:ben                          699.01 EUR
      provider:balance                                      699.01 EUR

2026-03-12  Paid out
  payout:first                                699.01 EUR
      provider:payee:ben                                    699.01 EUR

2026-03-14  Given back after release
  freelancer:ben:available                     90.00 EUR
  income:freelancer_fee                        10.00 EUR
  tax:vat:AT                                    1.00 EUR
  income:client_fee                             5.00 EUR
      client:ada:credit                                     106.00 EUR

2026-03-15  Credit sent back
  client:ada:credit                           106.00 EUR
      refund:back                                           106.00 EUR

2026-03-15  Refund settled
  refund:back                                 106.00 EUR
      provider:clearing                                     106.00 EUR

2026-03-15  Settled by the provider
  provider:clearing                           106.00 EUR
      provider:balance                                      106.00 EUR"""
