"""Story: the client ends, offers 400 of 1,000, and the freelancer says nothing for seven days."""

from __future__ import annotations

import pytest

from invoices.models import Contract, RefundRequest
from invoices.services import ending
from tests.given import EUR
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, pay, studio

pytestmark = pytest.mark.django_db


def test_silence_pays_the_offered_part_and_returns_the_rest() -> None:
    world = studio(freelancer_in="AT")
    milestone = first_of(agreed(world, "1000.00"))
    charge = pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, MORNING + 4 * DAY)
    over = MORNING + 4 * DAY

    ending.end(milestone.contract_id, keeps={milestone.ref: EUR("400.00")}, by=world.ada, at=over)
    live(over, over + 20 * DAY)

    request = RefundRequest.objects.get()
    assert (request.state, request.answered_at) == ("granted", over + 7 * DAY)
    assert Contract.objects.get().ended_at == over + 7 * DAY
    refund = charge.refunds.get()
    escrow = refund.escrow
    assert books(ben=world.freelancer, part_1=escrow, back=refund) == BOOKS


# Ben's VAT of 20 % goes with each part: 480 of 1,200 to him, 720 back with 5 % of 600 and its VAT.
BOOKS = """\
2026-03-03  Escrow funded
  provider:clearing                         1,260.00 EUR
      escrow:part_1                                       1,200.00 EUR
      deferred:client_fee:part_1                             50.00 EUR
      tax:vat:AT                                             10.00 EUR

2026-03-03  Settled by the provider
  provider:balance                          1,223.16 EUR
  cost:provider                                36.84 EUR
      provider:clearing                                   1,260.00 EUR

2026-03-13  Escrow released
  escrow:part_1                               480.00 EUR
  deferred:client_fee:part_1                   20.00 EUR
      freelancer:ben:pending                                432.00 EUR
      income:freelancer_fee                                  40.00 EUR
      tax:vat:AT                                              8.00 EUR
      income:client_fee                                      20.00 EUR

2026-03-13  Escrow refunded
  escrow:part_1                               720.00 EUR
  deferred:client_fee:part_1                   30.00 EUR
  tax:vat:AT                                    6.00 EUR
      refund:back                                           756.00 EUR

2026-03-13  Refund settled
  refund:back                                 756.00 EUR
      provider:clearing                                     756.00 EUR

2026-03-13  Settled by the provider
  provider:clearing                           756.00 EUR
      provider:balance                                      756.00 EUR

2026-03-18  Security period over
  freelancer:ben:pending                      432.00 EUR
      freelancer:ben:available                              432.00 EUR"""
