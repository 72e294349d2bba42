"""Story 6: a bank debit fails after four days: nothing was held by it, and nothing is owed."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import NotAllowed
from billing_site.platform.models import Letter
from invoices.models import Invoice
from invoices.services import invoicing
from payments.models import Charge
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, pay, studio
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


def test_the_work_waits_until_another_payment_has_come() -> None:
    world = studio()
    milestone = first_of(agreed(world, "1000.00"))
    debit = pay(milestone, by=world.ada, at=MORNING + DAY, outcome="debit_returned")
    live(MORNING, MORNING + 3 * DAY)
    debit.refresh_from_db()
    assert debit.state == "processing"
    with pytest.raises(NotAllowed):
        invoicing.deliver(milestone.pk, message="Begun.", by=world.ben, at=MORNING + 3 * DAY)

    live(MORNING + 3 * DAY, MORNING + 8 * DAY)
    debit.refresh_from_db()
    milestone.refresh_from_db()
    assert (debit.state, milestone.state) == ("failed", "planned")
    assert Letter.objects.filter(key__contains="not_paid/").exists()
    assert books() == ""
    assert_every_law_holds()

    at = MORNING + 8 * DAY
    card = pay(milestone, by=world.ada, at=at)
    live(at, at + DAY)
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=world.ben, at=at + DAY)
    invoicing.approve(invoice.pk, by=world.ada, at=at + DAY)
    live(at + DAY, at + 8 * DAY)

    assert [each.state for each in Charge.objects.order_by("pk")] == ["failed", "succeeded"]
    assert card.pk != debit.pk
    assert Invoice.objects.get().state == "paid"
    assert_every_law_holds()
    assert books(ben=world.freelancer, part_1=Invoice.objects.get().escrow) == BOOKS


# Of the debit nothing was ever booked: it brought nothing.
BOOKS = """\
2026-03-10  Escrow funded
  provider:clearing                         1,060.00 EUR
      escrow:part_1                                       1,000.00 EUR
      deferred:client_fee:part_1                             50.00 EUR
      tax:vat:AT                                             10.00 EUR

2026-03-10  Settled by the provider
  provider:balance                          1,028.96 EUR
  cost:provider                                31.04 EUR
      provider:clearing                                   1,060.00 EUR

2026-03-11  Escrow released
  escrow:part_1                             1,000.00 EUR
  deferred:client_fee:part_1                   50.00 EUR
      freelancer:ben:pending                                900.00 EUR
      income:freelancer_fee                                 100.00 EUR
      income:client_fee                                      50.00 EUR

2026-03-16  Security period over
  freelancer:ben:pending                      900.00 EUR
      freelancer:ben:available                              900.00 EUR"""
