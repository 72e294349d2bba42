"""Story 5, its week: the card is refused and the backup pays; both are, and hours are protected."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing_site.kernel.invariants import run_laws
from invoices.models import Contract, Invoice, Week
from ledger.queries.balances import balance
from payments.gateways.sandbox import paying
from payments.models import Charge, Escrow, Lot, OpenItem
from payments.services import collecting, outbox
from tests import given, given_payments
from tests.given import EUR
from tests.given_world import DAY, MORNING, Studio, books, live, studio

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 3, 13, 23, 59, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 18, 23, 59, tzinfo=UTC)


def four_hours(world: Studio) -> Contract:
    contract = given.hourly_contract(client=world.ada, freelancer=world.ben, at=MORNING)
    given.worked(contract, by=world.ben, start=MORNING + DAY, minutes=4 * 60)
    return contract


def broken() -> list[str]:
    return [verdict.law.sentence for verdict in run_laws() if not verdict.holds]


def test_the_backup_pays() -> None:
    world = studio()
    for code in ("0341", "4242"):
        given_payments.payment_method(world.ada, code, at=MORNING - 7 * DAY)
    four_hours(world)

    live(MORNING, WEDNESDAY + DAY)

    charge = Charge.objects.get()
    assert [attempt.outcome for attempt in charge.collection.attempts.order_by("pk")] == [
        "refused",
        "paid",
    ]
    held = Escrow.objects.get()
    assert held.funded_by == charge
    assert Lot.objects.get().available_at == WEDNESDAY
    assert not OpenItem.objects.exists()
    assert broken() == []
    assert books(ben=world.freelancer, ada=world.client, week=held) == BY_THE_BACKUP


def test_both_are_refused_and_the_hours_are_protected() -> None:
    world = studio()
    for code in ("0341", "9995"):
        given_payments.payment_method(world.ada, code, at=MORNING - 7 * DAY)
    four_hours(world)
    receivable = f"client:{world.client.pk}:receivable"

    live(MORNING, FRIDAY + DAY)
    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.approved_at) == ("approved", FRIDAY)
    assert balance(receivable, "EUR") == -EUR("212.00")
    assert Lot.objects.get().available_at == WEDNESDAY
    assert broken() == []

    charge = collecting.ask_for_page(Charge.objects.get().pk, by=world.ada, at=FRIDAY + 2 * DAY)
    page = outbox.open_page(charge.pk, at=FRIDAY + 2 * DAY)
    assert page
    paying.pay(page.session_id, "4242", at=FRIDAY + 2 * DAY)
    live(FRIDAY + 2 * DAY, FRIDAY + 7 * DAY)

    invoice = Invoice.objects.get()
    assert (invoice.state, Week.objects.get().state) == ("paid", "closed")
    assert balance(receivable, "EUR") == EUR("0.00")
    assert Lot.objects.count() == 1
    assert broken() == []
    assert books(ben=world.freelancer, ada=world.client, week=invoice.escrow) == BOOKS


# Of the card that was refused nothing is booked.
BY_THE_BACKUP = """\
2026-03-09  Escrow funded
  provider:clearing                           212.00 EUR
      escrow:week                                           200.00 EUR
      deferred:client_fee:week                               10.00 EUR
      tax:vat:AT                                              2.00 EUR

2026-03-09  Settled by the provider
  provider:balance                            205.55 EUR
  cost:provider                                 6.45 EUR
      provider:clearing                                     212.00 EUR

2026-03-13  Escrow released
  escrow:week                                 200.00 EUR
  deferred:client_fee:week                     10.00 EUR
      freelancer:ben:pending                                180.00 EUR
      income:freelancer_fee                                  20.00 EUR
      income:client_fee                                      10.00 EUR

2026-03-18  Security period over
  freelancer:ben:pending                      180.00 EUR
      freelancer:ben:available                              180.00 EUR"""

# The platform pays Ben on Friday; Ada owes what it paid, with our fee, until her card works.
BOOKS = """\
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

2026-03-16  Receivable collected
  provider:clearing                           212.00 EUR
      client:ada:receivable                                 212.00 EUR

2026-03-16  Settled by the provider
  provider:balance                            205.55 EUR
  cost:provider                                 6.45 EUR
      provider:clearing                                     212.00 EUR

2026-03-18  Security period over
  freelancer:ben:pending                      180.00 EUR
      freelancer:ben:available                              180.00 EUR"""
