"""Story 1: from an offer to the freelancer's bank, told by the whole journal."""

from __future__ import annotations

import pytest

from billing_site.kernel.money import zero
from invoices.models import Contract, Invoice, Milestone
from invoices.services import invoicing
from ledger.queries.balances import balances_of
from payments.models import Payout
from payments.services import payouts
from tests.given import EUR
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, name_bank, pay, studio

pytestmark = pytest.mark.django_db


def test_a_milestone_is_paid() -> None:
    world = studio()
    method = name_bank(world.ben, at=MORNING - 7 * DAY)
    contract = agreed(world, "1000.00", "2000.00", "500.00")
    milestone = first_of(contract)

    charge = pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, MORNING + 9 * DAY)
    invoice = invoicing.deliver(
        milestone.pk, message="All of part 1.", by=world.ben, at=MORNING + 9 * DAY
    )
    invoicing.approve(invoice.pk, by=world.ada, at=MORNING + 11 * DAY)
    live(MORNING + 11 * DAY, MORNING + 17 * DAY)
    payout = payouts.request(
        organization=world.freelancer,
        method=method,
        amount=EUR("900.00"),
        by=world.ben,
        at=MORNING + 17 * DAY,
    )
    live(MORNING + 17 * DAY, MORNING + 23 * DAY)

    escrow = Milestone.objects.get(pk=milestone.pk).escrow
    assert escrow
    assert books(ben=world.freelancer, part_1=escrow, first=payout) == BOOKS
    assert Invoice.objects.get().state == Invoice.State.PAID
    assert Payout.objects.get().state == Payout.State.PAID
    assert Contract.objects.get().state == Contract.State.ACTIVE
    states = Milestone.objects.order_by("position").values_list("state", flat=True)
    assert list(states) == ["closed", "planned", "planned"]
    assert charge.amount == EUR("1060.00")
    assert set(balances_of(world.freelancer.pk, "EUR").values()) == {zero("EUR")}


# The card pays 1,000, our 5 % and 20 % VAT on that; 2.9 % and 0.30 of it is the provider's.
# Ben pays 10 %, whose VAT is reversed to Ireland, and 0.99 for the withdrawal.
BOOKS = """\
2026-03-03  Escrow funded
  provider:clearing                         1,060.00 EUR
      escrow:part_1                                       1,000.00 EUR
      deferred:client_fee:part_1                             50.00 EUR
      tax:vat:AT                                             10.00 EUR

2026-03-03  Settled by the provider
  provider:balance                          1,028.96 EUR
  cost:provider                                31.04 EUR
      provider:clearing                                   1,060.00 EUR

2026-03-13  Escrow released
  escrow:part_1                             1,000.00 EUR
  deferred:client_fee:part_1                   50.00 EUR
      freelancer:ben:pending                                900.00 EUR
      income:freelancer_fee                                 100.00 EUR
      income:client_fee                                      50.00 EUR

2026-03-18  Security period over
  freelancer:ben:pending                      900.00 EUR
      freelancer:ben:available                              900.00 EUR

2026-03-19  Payout requested
  freelancer:ben:available                    900.00 EUR
      payout:first                                          899.01 EUR
      income:payout_fee                                       0.99 EUR

2026-03-19  Transferred to the payee
  provider:payee:ben                          899.01 EUR
      provider:balance                                      899.01 EUR

2026-03-23  Paid out
  payout:first                                899.01 EUR
      provider:payee:ben                                    899.01 EUR"""
