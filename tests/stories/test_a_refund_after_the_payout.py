"""Story 12: money goes back after its payout; Ben owes it, and his next earnings pay it back."""

from __future__ import annotations

from datetime import datetime

import pytest

from billing_site.platform.models import Letter
from invoices.models import Invoice
from invoices.services import crediting, invoicing
from payments.models import Payout, PayoutMethod
from payments.services import payouts
from tests.given import EUR
from tests.given_world import (
    DAY,
    MORNING,
    Studio,
    agreed,
    books,
    first_of,
    live,
    name_bank,
    pay,
    studio,
)
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


def earned(world: Studio, price: str, *, day: int) -> Invoice:
    """Agreed, paid by card and approved within a day; available five days later."""
    milestone = first_of(agreed(world, price))
    at = MORNING + day * DAY
    pay(milestone, by=world.ada, at=at)
    live(at, at + DAY)
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=world.ben, at=at + DAY)
    invoicing.approve(invoice.pk, by=world.ada, at=at + DAY)
    live(at + DAY, at + 8 * DAY)
    return Invoice.objects.get(pk=invoice.pk)


def withdrawn(world: Studio, method: PayoutMethod, amount: str, *, at: datetime) -> Payout:
    return payouts.request(
        organization=world.freelancer, method=method, amount=EUR(amount), by=world.ben, at=at
    )


def test_the_client_has_it_at_once_and_the_freelancer_pays_it_back_in_parts() -> None:
    world = studio()
    method = name_bank(world.ben, at=MORNING)
    first = earned(world, "1000.00", day=1)
    at = MORNING + 10 * DAY
    out = withdrawn(world, method, "900.00", at=at)
    live(at, at + 4 * DAY)

    at = MORNING + 15 * DAY
    [line] = first.lines.all()
    note = crediting.credit(
        first.pk, amounts={line.pk: EUR("300.00")}, reason="Agreed.", by=world.ben, at=at
    )
    [told] = Letter.objects.filter(key__contains=f"credited/{note.ref}/{world.freelancer.ref}")
    assert "€270.00 of it was not there any more: you owe it. 25 % of each" in told.text
    second = earned(world, "800.00", day=16)
    third = earned(world, "1000.00", day=25)

    kept = Letter.objects.filter(key__contains="debt_kept").order_by("pk")
    assert [letter.subject for letter in kept] == [
        "€180.00 of €720.00 was kept for what you owed",
        "€90.00 of €900.00 was kept for what you owed",
    ]
    at = MORNING + 36 * DAY
    more = withdrawn(world, method, "1350.00", at=at)
    live(at, at + 4 * DAY)

    assert_every_law_holds()
    names = {"ben": world.freelancer, "ada": world.client, "out": out, "more": more}
    escrows = {"part_1": first.escrow, "part_2": second.escrow, "part_3": third.escrow}
    assert books(**names, **escrows) == BOOKS


# Not a cent more than 270 comes off what he earns, and a quarter of 900 would have been.
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

2026-03-04  Escrow released
  escrow:part_1                             1,000.00 EUR
  deferred:client_fee:part_1                   50.00 EUR
      freelancer:ben:pending                                900.00 EUR
      income:freelancer_fee                                 100.00 EUR
      income:client_fee                                      50.00 EUR

2026-03-09  Security period over
  freelancer:ben:pending                      900.00 EUR
      freelancer:ben:available                              900.00 EUR

2026-03-12  Payout requested
  freelancer:ben:available                    900.00 EUR
      payout:out                                            899.01 EUR
      income:payout_fee                                       0.99 EUR

2026-03-12  Transferred to the payee
  provider:payee:ben                          899.01 EUR
      provider:balance                                      899.01 EUR

2026-03-16  Paid out
  payout:out                                  899.01 EUR
      provider:payee:ben                                    899.01 EUR

2026-03-17  Given back after release
  freelancer:ben:debt                         270.00 EUR
  income:freelancer_fee                        30.00 EUR
  tax:vat:AT                                    3.00 EUR
  income:client_fee                            15.00 EUR
      client:ada:credit                                     318.00 EUR

2026-03-18  Escrow funded
  provider:clearing                           530.00 EUR
  client:ada:credit                           318.00 EUR
      escrow:part_2                                         800.00 EUR
      deferred:client_fee:part_2                             40.00 EUR
      tax:vat:AT                                              8.00 EUR

2026-03-18  Settled by the provider
  provider:balance                            514.33 EUR
  cost:provider                                15.67 EUR
      provider:clearing                                     530.00 EUR

2026-03-19  Escrow released
  escrow:part_2                               800.00 EUR
  deferred:client_fee:part_2                   40.00 EUR
      freelancer:ben:pending                                720.00 EUR
      income:freelancer_fee                                  80.00 EUR
      income:client_fee                                      40.00 EUR

2026-03-24  Security period over
  freelancer:ben:pending                      720.00 EUR
      freelancer:ben:available                              720.00 EUR

2026-03-24  Kept for a debt
  freelancer:ben:available                    180.00 EUR
      freelancer:ben:debt                                   180.00 EUR

2026-03-27  Escrow funded
  provider:clearing                         1,060.00 EUR
      escrow:part_3                                       1,000.00 EUR
      deferred:client_fee:part_3                             50.00 EUR
      tax:vat:AT                                             10.00 EUR

2026-03-27  Settled by the provider
  provider:balance                          1,028.96 EUR
  cost:provider                                31.04 EUR
      provider:clearing                                   1,060.00 EUR

2026-03-28  Escrow released
  escrow:part_3                             1,000.00 EUR
  deferred:client_fee:part_3                   50.00 EUR
      freelancer:ben:pending                                900.00 EUR
      income:freelancer_fee                                 100.00 EUR
      income:client_fee                                      50.00 EUR

2026-04-02  Security period over
  freelancer:ben:pending                      900.00 EUR
      freelancer:ben:available                              900.00 EUR

2026-04-02  Kept for a debt
  freelancer:ben:available                     90.00 EUR
      freelancer:ben:debt                                    90.00 EUR

2026-04-07  Payout requested
  freelancer:ben:available                  1,350.00 EUR
      payout:more                                         1,349.01 EUR
      income:payout_fee                                       0.99 EUR

2026-04-07  Transferred to the payee
  provider:payee:ben                        1,349.01 EUR
      provider:balance                                    1,349.01 EUR

2026-04-09  Paid out
  payout:more                               1,349.01 EUR
      provider:payee:ben                                  1,349.01 EUR"""
