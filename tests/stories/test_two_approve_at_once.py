"""Story 14: two approvers press Approve at the same moment. One wins, and the other is told."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import WrongState
from billing_site.people.models import User
from billing_site.platform.models import Series
from invoices.models import Invoice
from invoices.services import invoicing
from payments.models import Lot
from tests import given
from tests.given import EUR
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, pay, studio
from tests.platform._threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

DELIVERED = MORNING + 9 * DAY


def test_two_approvals_at_once_pay_once() -> None:
    world = studio()
    mirjam = given.member(world.ada, "mirjam", role="approver", limit=EUR("2500.00"))
    milestone = first_of(agreed(world, "1000.00"))
    pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, DELIVERED)
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=world.ben, at=DELIVERED)
    approvers: list[User] = [world.ada, mirjam]

    answers = at_once(
        2, lambda place: invoicing.approve(invoice.pk, by=approvers[place], at=DELIVERED + DAY)
    )
    live(DELIVERED + DAY, DELIVERED + 7 * DAY)

    issued = Invoice.objects.get()
    refused = [answer for answer in answers if isinstance(answer, WrongState)]
    assert len(refused) == 1
    assert isinstance(answers[1 - answers.index(refused[0])], Invoice)
    assert issued.approved_by in approvers
    assert answers.index(refused[0]) != approvers.index(issued.approved_by)
    assert str(refused[0]) == (
        f"{issued.approved_by} was faster: BEN-2026-000001 was approved on "
        "Thu 12 March 2026, 09:00 UTC."
    )
    assert issued.number == "BEN-2026-000001"
    assert Series.objects.get(name="invoice/BEN").last == 1
    assert Lot.objects.get().amount == EUR("900.00")
    assert books(ben=world.freelancer, part_1=issued.escrow) == BOOKS


# As if one had pressed it: nothing is released twice, and no number is lost.
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

2026-03-12  Escrow released
  escrow:part_1                             1,000.00 EUR
  deferred:client_fee:part_1                   50.00 EUR
      freelancer:ben:pending                                900.00 EUR
      income:freelancer_fee                                 100.00 EUR
      income:client_fee                                      50.00 EUR

2026-03-17  Security period over
  freelancer:ben:pending                      900.00 EUR
      freelancer:ben:available                              900.00 EUR"""
