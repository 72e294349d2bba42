"""An invoice by hand, at two rates and with a discount: from approval to Ben's money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invoices.models import Invoice
from invoices.services import invoicing, owing, writing
from ledger.models import Entry
from ledger.queries.balances import balance
from payments.gateways.sandbox import paying
from payments.models import OpenItem
from payments.services import outbox
from tests.given import EUR
from tests.given_lines import TWO_RATES
from tests.given_world import DAY, MORNING, agreed, books, live, studio

pytestmark = pytest.mark.django_db


def test_an_invoice_by_hand_is_paid() -> None:
    world = studio(freelancer_in="AT")
    contract = agreed(world, "1000.00")
    written = replace(TWO_RATES, net_days=14)
    invoice = writing.write(contract.pk, written, by=world.ben, at=MORNING)
    invoicing.submit(invoice.pk, message="As we agreed.", by=world.ben, at=MORNING)
    invoicing.approve(invoice.pk, by=world.ada, at=MORNING + DAY)
    assert not Entry.objects.exists(), "It is owed, and nobody's money has moved."
    assert OpenItem.objects.get().gross == EUR("1178.10")

    charge = owing.pay(invoice.pk, by=world.ada, at=MORNING + 2 * DAY)
    page = outbox.open_page(charge.pk, at=MORNING + 2 * DAY)
    assert page
    paying.pay(page.session_id, "4242", at=MORNING + 2 * DAY)
    live(MORNING, MORNING + 9 * DAY)

    assert Invoice.objects.get().state == Invoice.State.PAID
    assert books(ben=world.freelancer) == BOOKS
    assert balance(f"freelancer:{world.freelancer.pk}:available", "EUR") == EUR("1059.30")


# 891 at 20 % and 99 at 10 %: 990 and 188.10. Ada pays 5 % of 990 and 20 % VAT on top, Ben 10 %
# and VAT of it; 2.9 % and 0.30 of what she pays is the provider's.
BOOKS = """\
2026-03-04  Invoice paid
  provider:clearing                         1,237.50 EUR
      freelancer:ben:pending                              1,059.30 EUR
      income:freelancer_fee                                  99.00 EUR
      tax:vat:AT                                             29.70 EUR
      income:client_fee                                      49.50 EUR

2026-03-04  Settled by the provider
  provider:balance                          1,201.31 EUR
  cost:provider                                36.19 EUR
      provider:clearing                                   1,237.50 EUR

2026-03-09  Security period over
  freelancer:ben:pending                    1,059.30 EUR
      freelancer:ben:available                            1,059.30 EUR"""
