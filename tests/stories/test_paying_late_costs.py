"""An invoice is paid late: the fee that was agreed is charged, one is waived, both are paid."""

from __future__ import annotations

from typing import Any

import pytest

from invoices.models import Contract, Invoice
from invoices.services import contracts, drafting, invoicing, late_fees, owing, writing
from invoices.services.drafting import PlannedWork
from payments.gateways.sandbox import paying
from payments.services import outbox
from tests.given import EUR
from tests.given_lines import line, simple
from tests.given_world import DAY, MORNING, Studio, books, live, studio

pytestmark = pytest.mark.django_db

POLICY: dict[str, Any] = {"fixed": None, "monthly_bps": 100, "grace_days": 7, "cap_bps": 250}


def pay(invoice: Invoice, world: Studio, day: int) -> None:
    at = MORNING + day * DAY
    charge = owing.pay(invoice.pk, by=world.ada, at=at)
    page = outbox.open_page(charge.pk, at=at)
    assert page
    paying.pay(page.session_id, "4242", at=at)


def test_paying_late_costs_what_was_agreed() -> None:
    world = studio(freelancer_in="AT")
    contract = drafting.draft(
        client=world.client,
        freelancer=world.freelancer,
        title="Days on site",
        work=[PlannedWork("Design", EUR("500.00"))],
        by=world.ada,
        at=MORNING,
    )
    late_fees.agree(contract.pk, **POLICY, by=world.ada, at=MORNING)
    contracts.offer(contract.pk, by=world.ada, at=MORNING)
    contracts.accept(contract.pk, by=world.ben, at=MORNING)
    written = writing.write(
        contract.pk,
        simple(net_days=14, lines=[line(price=EUR("1000.00"))]),
        by=world.ben,
        at=MORNING,
    )
    invoicing.submit(written.pk, message="As we agreed.", by=world.ben, at=MORNING)
    invoicing.approve(written.pk, by=world.ada, at=MORNING)
    assert Contract.objects.get().state == Contract.State.ACTIVE

    live(MORNING, MORNING + 25 * DAY)  # due on day 14, with 7 days of grace
    fee = Invoice.objects.get(source="late_fee")
    late_fees.waive(written.pk, by=world.ben, at=MORNING + 25 * DAY)
    live(MORNING + 25 * DAY, MORNING + 60 * DAY)
    assert Invoice.objects.filter(source="late_fee").count() == 1, "The second one was waived."
    assert fee.gross == EUR("12.00")

    pay(written, world, 60)
    live(MORNING + 60 * DAY, MORNING + 61 * DAY)
    pay(fee, world, 61)
    live(MORNING + 61 * DAY, MORNING + 68 * DAY)

    assert set(Invoice.objects.values_list("state", flat=True)) == {"paid"}
    assert books(ben=world.freelancer) == BOOKS


# The first fee is 1 % of 1,200, the second was waived; nothing of them is ours.
BOOKS = """\
2026-05-01  Invoice paid
  provider:clearing                         1,260.00 EUR
      freelancer:ben:pending                              1,080.00 EUR
      income:freelancer_fee                                 100.00 EUR
      tax:vat:AT                                             30.00 EUR
      income:client_fee                                      50.00 EUR

2026-05-01  Settled by the provider
  provider:balance                          1,223.16 EUR
  cost:provider                                36.84 EUR
      provider:clearing                                   1,260.00 EUR

2026-05-02  Invoice paid
  provider:clearing                            12.00 EUR
      freelancer:ben:pending                                 12.00 EUR

2026-05-02  Settled by the provider
  provider:balance                             11.35 EUR
  cost:provider                                 0.65 EUR
      provider:clearing                                      12.00 EUR

2026-05-06  Security period over
  freelancer:ben:pending                    1,080.00 EUR
      freelancer:ben:available                            1,080.00 EUR

2026-05-07  Security period over
  freelancer:ben:pending                       12.00 EUR
      freelancer:ben:available                               12.00 EUR"""
