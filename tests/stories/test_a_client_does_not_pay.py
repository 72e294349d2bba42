"""Story 5, the rest: both cards refuse, Ada pays in parts, is restricted, and is free again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing_site.kernel.invariants import run_laws
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import Contract, Invoice
from invoices.services import contracts, invoicing, milestones, owing
from ledger.queries.balances import balance
from payments.gateways.sandbox import paying
from payments.models import Charge, Restriction
from payments.services import collecting, outbox
from tests import given, given_payments
from tests.given import EUR
from tests.given_world import DAY, MORNING, Studio, books, live, studio

pytestmark = pytest.mark.django_db

EVENING = {day: datetime(2026, 3, day, 18, 0, tzinfo=UTC) for day in range(4, 20)}
TUESDAY = MORNING + DAY


def scopes() -> list[str]:
    return [scope for each in Restriction.objects.standing() for scope in each.scopes]


def letters(about: str) -> list[str]:
    return list(
        Letter.objects.filter(subject__contains=about).order_by("pk").values_list("name", flat=True)
    )


def pay_on_page(charge: Charge, at: datetime) -> None:
    with clock.pinned(at):
        page = outbox.open_page(charge.pk, at=at)
    assert page
    paying.pay(page.session_id, "4242", at=at)
    live(at, at + DAY / 24)


def is_late(world: Studio) -> tuple[Invoice, Contract]:
    """An invoice over 1,000 is due on Tuesday, and Ben works by the hour on Wednesday."""
    for code in ("0341", "9995"):
        given_payments.payment_method(world.ada, code, at=MORNING - 7 * DAY)
    hourly = given.hourly_contract(client=world.ada, freelancer=world.ben, at=MORNING)
    owed = given.owed_invoice(client=world.ada, freelancer=world.ben, at=MORNING)
    live(MORNING, TUESDAY)
    invoicing.approve(owed.pk, by=world.ada, at=TUESDAY)
    live(TUESDAY, TUESDAY + DAY / 24)
    live(TUESDAY + DAY / 24, EVENING[4])
    given.worked(hourly, by=world.ben, start=EVENING[4], minutes=4 * 60)
    return owed, hourly


def test_both_are_refused_and_all_of_it_ends_with_the_last_payment() -> None:
    world = studio()
    owed, hourly = is_late(world)
    draft = given.draft_contract(client=world.ada, freelancer=world.ben, at=EVENING[4])
    running = given.active_contract(client=world.ada, freelancer=world.ben, at=EVENING[4])
    assert letters("could not be charged") == ["Ada"] * 2
    assert scopes() == []

    live(EVENING[4], EVENING[6])  # the third day
    assert scopes() == ["hours", "offers"]
    assert letters("new hours are not protected") == ["Ben"]
    with pytest.raises(NotAllowed, match="make new offers"):
        contracts.offer(draft.pk, by=world.ada, at=EVENING[6])
    given.worked(hourly, by=world.ben, start=EVENING[7], minutes=2 * 60)

    live(EVENING[7], EVENING[10])  # the week is billed and refused; the seventh day
    parts = Invoice.objects.filter(week__isnull=False).order_by("pk")
    assert [(each.is_protected, each.net) for each in parts] == [
        (True, EUR("200.00")),
        (False, EUR("100.00")),
    ]
    milestone = running.milestones.get()
    with pytest.raises(NotAllowed, match="fund new work"):
        milestones.begin_funding(milestone.pk, by=world.ada, at=EVENING[10])

    for day, amount in [(11, EUR("400.00")), (12, None)]:
        part = owing.pay(owed.pk, by=world.ada, amount=amount, at=EVENING[day])
        pay_on_page(part, EVENING[day])
        assert scopes() == ["funding", "hours", "offers"]  # the week is late as well
    assert Invoice.objects.get(pk=owed.pk).state == "paid"

    given_payments.payment_method(world.ada, "4242", at=EVENING[12] + DAY / 12)
    week = Charge.objects.get(settlements__escrow=parts[0].escrow)
    collecting.try_again(week.pk, by=world.ada, at=EVENING[12] + DAY / 8)
    live(EVENING[12] + DAY / 8, EVENING[12] + DAY / 6)
    assert scopes() == []
    assert letters("can do everything again") == ["Ada"]
    assert letters("are protected again") == ["Ben"]
    contracts.offer(draft.pk, by=world.ada, at=EVENING[12] + DAY / 6)

    live(EVENING[12] + DAY / 6, EVENING[19])
    assert {each.state for each in parts.all()} == {"paid"}
    assert balance(f"freelancer:{world.freelancer.pk}:available", "EUR") == EUR("1170.00")
    assert [verdict.law.sentence for verdict in run_laws() if not verdict.holds] == []
    names = {"protected": parts[0].escrow, "rest": parts[1].escrow}
    assert books(ben=world.freelancer, ada=world.client, **names) == BOOKS


# Of the 1,060 Ada pays 400 and then the rest, each with its part of every fee; then the week.
BOOKS = """\
2026-03-11  Invoice paid
  provider:clearing                           400.00 EUR
      freelancer:ben:pending                                339.62 EUR
      income:freelancer_fee                                  37.74 EUR
      tax:vat:AT                                              3.77 EUR
      income:client_fee                                      18.87 EUR

2026-03-11  Settled by the provider
  provider:balance                            388.10 EUR
  cost:provider                                11.90 EUR
      provider:clearing                                     400.00 EUR

2026-03-12  Invoice paid
  provider:clearing                           660.00 EUR
      freelancer:ben:pending                                560.38 EUR
      income:freelancer_fee                                  62.26 EUR
      tax:vat:AT                                              6.23 EUR
      income:client_fee                                      31.13 EUR

2026-03-12  Settled by the provider
  provider:balance                            640.56 EUR
  cost:provider                                19.44 EUR
      provider:clearing                                     660.00 EUR

2026-03-12  Escrow funded
  provider:clearing                           212.00 EUR
      escrow:protected                                      200.00 EUR
      deferred:client_fee:protected                          10.00 EUR
      tax:vat:AT                                              2.00 EUR

2026-03-12  Escrow funded
  provider:clearing                           106.00 EUR
      escrow:rest                                           100.00 EUR
      deferred:client_fee:rest                                5.00 EUR
      tax:vat:AT                                              1.00 EUR

2026-03-12  Settled by the provider
  provider:balance                            308.48 EUR
  cost:provider                                 9.52 EUR
      provider:clearing                                     318.00 EUR

2026-03-13  Escrow released
  escrow:protected                            200.00 EUR
  deferred:client_fee:protected                10.00 EUR
      freelancer:ben:pending                                180.00 EUR
      income:freelancer_fee                                  20.00 EUR
      income:client_fee                                      10.00 EUR

2026-03-13  Escrow released
  escrow:rest                                 100.00 EUR
  deferred:client_fee:rest                      5.00 EUR
      freelancer:ben:pending                                 90.00 EUR
      income:freelancer_fee                                  10.00 EUR
      income:client_fee                                       5.00 EUR

2026-03-16  Security period over
  freelancer:ben:pending                      339.62 EUR
      freelancer:ben:available                              339.62 EUR

2026-03-17  Security period over
  freelancer:ben:pending                      560.38 EUR
      freelancer:ben:available                              560.38 EUR

2026-03-18  Security period over
  freelancer:ben:pending                      180.00 EUR
      freelancer:ben:available                              180.00 EUR

2026-03-18  Security period over
  freelancer:ben:pending                       90.00 EUR
      freelancer:ben:available                               90.00 EUR"""
