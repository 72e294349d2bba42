"""Story 4: twenty hours of a week are paid, and what is over the limit is seen and not billed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from invoices.models import Invoice, Week
from payments.models import Charge, Lot
from tests import given, given_payments
from tests.given import EUR
from tests.given_world import DAY, MORNING, books, live, studio

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 13, 23, 59, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 18, 23, 59, tzinfo=UTC)


def test_a_week_of_hours_is_paid() -> None:
    world = studio()
    given_payments.payment_method(world.ada, at=MORNING - 7 * DAY)
    contract = given.hourly_contract(client=world.ada, freelancer=world.ben, at=MORNING)
    for day in (0, 1, 2):
        start = MORNING + day * DAY
        given.worked(contract, by=world.ben, start=start, minutes=7 * 60)
    given.worked(contract, by=world.ben, start=MORNING + 3 * DAY, minutes=70)
    live(MORNING, WEDNESDAY + DAY)

    week, invoice = Week.objects.get(), Invoice.objects.get()
    assert (week.billed, week.over, week.state) == (20 * 60, 2 * 60 + 10, "closed")
    assert (invoice.submitted_at, invoice.answer_by) == (NOON, FRIDAY)
    assert invoice.note == "Not billed: 2 h 10 min over the weekly limit."
    assert [line.description for line in invoice.lines.all()] == ["20 h at 50.00 an hour"]
    assert Charge.objects.get().begun_at == NOON
    lot = Lot.objects.get()
    assert (lot.released_at, lot.available_at) == (FRIDAY, WEDNESDAY)
    assert lot.amount == EUR("900.00")
    assert books(ben=world.freelancer, week=invoice.escrow) == BOOKS


# 20 hours at 50, our 5 % and 20 % VAT on that; 2.9 % and 0.30 of it is the provider's.
# Nothing is posted when the week is locked, only when the card has paid.
BOOKS = """\
2026-03-09  Escrow funded
  provider:clearing                         1,060.00 EUR
      escrow:week                                         1,000.00 EUR
      deferred:client_fee:week                               50.00 EUR
      tax:vat:AT                                             10.00 EUR

2026-03-09  Settled by the provider
  provider:balance                          1,028.96 EUR
  cost:provider                                31.04 EUR
      provider:clearing                                   1,060.00 EUR

2026-03-13  Escrow released
  escrow:week                               1,000.00 EUR
  deferred:client_fee:week                     50.00 EUR
      freelancer:ben:pending                                900.00 EUR
      income:freelancer_fee                                 100.00 EUR
      income:client_fee                                      50.00 EUR

2026-03-18  Security period over
  freelancer:ben:pending                      900.00 EUR
      freelancer:ben:available                              900.00 EUR"""
