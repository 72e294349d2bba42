"""Story 6: a bank debit fails after four days: nothing was held by it, and hours are protected."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import NotAllowed
from billing_site.platform.models import Letter
from invoices.models import Invoice
from invoices.services import invoicing
from payments.gateways.sandbox import paying
from payments.models import Charge
from payments.services import collecting, outbox
from tests import given_payments
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, pay, studio
from tests.invoices.books import assert_every_law_holds
from tests.stories.test_a_card_is_refused import FRIDAY, four_hours

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


def test_hours_are_paid_although_the_debit_for_them_comes_back_four_days_later() -> None:
    """Asked for on Monday, returned on Friday, and once more: Ben has his money in between."""
    world = studio()
    given_payments.payment_method(world.ada, "sepa_returned", at=MORNING - 7 * DAY)
    four_hours(world)
    live(MORNING, FRIDAY - DAY / 2 - DAY / 24)
    debit = Charge.objects.get()
    assert (debit.state, books()) == ("processing", "")

    live(FRIDAY - DAY / 2 - DAY / 24, FRIDAY + DAY)
    debit.refresh_from_db()
    tried = debit.collection.attempts.order_by("pk").values_list("outcome", flat=True)
    assert (list(tried), debit.state) == (["refused", "on_its_way"], "processing")
    assert Invoice.objects.get().state == "approved"
    assert_every_law_holds()

    at = FRIDAY + DAY
    while debit.state == "processing":  # The second try comes back as well.
        live(at, at + DAY)
        at += DAY
        debit.refresh_from_db()
    charge = collecting.ask_for_page(debit.pk, by=world.ada, at=at)
    page = outbox.open_page(charge.pk, at=at)
    assert page
    paying.pay(page.session_id, "4242", at=at)
    live(at, at + 2 * DAY)

    assert_every_law_holds()
    invoice = Invoice.objects.get()
    assert invoice.state == "paid"
    assert books(ben=world.freelancer, ada=world.client, week=invoice.escrow) == HOURS


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

# Neither debit is booked: the platform paid Ben, and Ada owed it until her card did.
HOURS = """\
2026-03-13  Protected week advanced
  client:ada:receivable                       212.00 EUR
      escrow:week                                           200.00 EUR
      deferred:client_fee:week                               10.00 EUR
      tax:vat:AT                                              2.00 EUR

2026-03-13  Escrow released
  escrow:week                                 200.00 EUR
  deferred:client_fee:week                     10.00 EUR
      freelancer:ben:pending                                180.00 EUR
      income:freelancer_fee                                  20.00 EUR
      income:client_fee                                      10.00 EUR

2026-03-18  Security period over
  freelancer:ben:pending                      180.00 EUR
      freelancer:ben:available                              180.00 EUR

2026-03-19  Receivable collected
  provider:clearing                           212.00 EUR
      client:ada:receivable                                 212.00 EUR

2026-03-19  Settled by the provider
  provider:balance                            205.55 EUR
  cost:provider                                 6.45 EUR
      provider:clearing                                     212.00 EUR"""
