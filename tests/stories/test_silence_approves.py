"""Story 2: the same, and the client says nothing for fourteen days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.platform.models import Letter
from invoices.models import FeeInvoice, Invoice
from invoices.services import invoicing
from tests.given import EUR
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, pay, studio

pytestmark = pytest.mark.django_db

DELIVERED = MORNING + 9 * DAY


def test_silence_approves_as_of_the_deadline() -> None:
    world = studio(freelancer_in="AT")
    milestone = first_of(agreed(world, "1000.00"))
    pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, DELIVERED)
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=world.ben, at=DELIVERED)

    live(DELIVERED, DELIVERED + 13.9 * DAY)
    assert Invoice.objects.get().state == Invoice.State.SUBMITTED
    live(DELIVERED + 13.9 * DAY, DELIVERED + 20 * DAY)

    invoice = Invoice.objects.get(pk=invoice.pk)
    assert invoice.state == Invoice.State.PAID
    assert invoice.approved_at == DELIVERED + 14 * DAY
    assert invoice.approved_by is None
    assert invoice.number == "BEN-2026-000001"
    approval = invoice.changes.get(step="approve")
    assert (approval.by, approval.reason) == (None, "the review period passed without an answer")
    escrow = invoice.escrow
    assert books(ben=world.freelancer, part_1=escrow) == BOOKS


def test_both_sides_are_reminded_three_times() -> None:
    world = studio()
    milestone = first_of(agreed(world, "1000.00"))
    pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, DELIVERED)
    invoicing.deliver(milestone.pk, message="Done.", by=world.ben, at=DELIVERED)

    live(DELIVERED, DELIVERED + 15 * DAY)

    reminders = Letter.objects.filter(key__contains="/reminder/").order_by("written_at", "pk")
    days = [(letter.written_at - DELIVERED) / timedelta(days=1) for letter in reminders]
    assert days == [7, 7, 11, 11, 13, 13]
    assert set(reminders.values_list("email", flat=True)) == {"ada@example.org", "ben@example.org"}


def test_each_side_is_billed_its_fee_with_its_own_vat() -> None:
    world = studio(freelancer_in="AT")
    milestone = first_of(agreed(world, "1000.00"))
    pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, DELIVERED)
    invoicing.deliver(milestone.pk, message="Done.", by=world.ben, at=DELIVERED)

    live(DELIVERED, DELIVERED + 15 * DAY)

    billed = FeeInvoice.objects.order_by("number")
    assert [(fee.number, fee.recipient, fee.net, fee.tax, fee.gross) for fee in billed] == [
        ("CSN-2026-000001", world.client, EUR("50.00"), EUR("10.00"), EUR("60.00")),
        ("CSN-2026-000002", world.freelancer, EUR("100.00"), EUR("20.00"), EUR("120.00")),
    ]


# Ben charges 20 % VAT, which is held and passed on with his price; fees are on the price alone.
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

2026-03-25  Escrow released
  escrow:part_1                             1,200.00 EUR
  deferred:client_fee:part_1                   50.00 EUR
      freelancer:ben:pending                              1,080.00 EUR
      income:freelancer_fee                                 100.00 EUR
      tax:vat:AT                                             20.00 EUR
      income:client_fee                                      50.00 EUR

2026-03-30  Security period over
  freelancer:ben:pending                    1,080.00 EUR
      freelancer:ben:available                            1,080.00 EUR"""
