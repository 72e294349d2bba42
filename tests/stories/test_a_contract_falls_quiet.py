"""Nothing happens on a contract for 104 days: both are told, and held money goes back."""

from __future__ import annotations

import pytest

from billing_site.platform.models import Letter
from invoices.models import DormancyNotice, Milestone
from payments.models import Escrow
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, pay, studio

pytestmark = pytest.mark.django_db


def test_what_is_held_on_a_quiet_contract_goes_back() -> None:
    world = studio(freelancer_in="AT")
    milestone = first_of(agreed(world, "1000.00"))
    charge = pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, MORNING + 2 * DAY)
    Escrow.objects.update(hold_deadline=MORNING + 730 * DAY)  # as in the United States

    live(MORNING + 2 * DAY, MORNING + 110 * DAY)

    days = DormancyNotice.objects.order_by("day").values_list("day", flat=True)
    assert list(days) == [60, 76, 83, 90, 97]
    told = Letter.objects.filter(key__contains="/dormant/").order_by("written_at", "pk")
    moments = sorted({(it.written_at - MORNING) // DAY for it in told})
    assert moments == [61, 77, 84, 91, 98]
    assert Milestone.objects.get().state == Milestone.State.CLOSED
    escrow, refund = Escrow.objects.get(), charge.refunds.get()
    assert (refund.requested_at - MORNING) // DAY == 105
    assert books(part_1=escrow, back=refund) == BOOKS


# Ben's VAT of 20 % and our fee of 5 % with its VAT go back with it.
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

2026-06-15  Escrow refunded
  escrow:part_1                             1,200.00 EUR
  deferred:client_fee:part_1                   50.00 EUR
  tax:vat:AT                                   10.00 EUR
      refund:back                                         1,260.00 EUR

2026-06-15  Refund settled
  refund:back                               1,260.00 EUR
      provider:clearing                                   1,260.00 EUR

2026-06-15  Settled by the provider
  provider:clearing                         1,260.00 EUR
      provider:balance                                    1,260.00 EUR"""
