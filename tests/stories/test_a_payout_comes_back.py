"""Story 11: a payout is reported paid, then fails; the money is back once, and Ben knows why."""

from __future__ import annotations

import pytest

from billing_site.kernel.invariants import run_laws
from billing_site.platform.models import Letter
from invoices.models import Receipt
from invoices.services import invoicing
from ledger.queries.balances import balance
from payments.models import Payout, PayoutMethod
from payments.services import payouts
from tests.given import EUR
from tests.given_world import (
    DAY,
    MORNING,
    agreed,
    books,
    first_of,
    live,
    name_bank,
    pay,
    studio,
)

pytestmark = pytest.mark.django_db


def test_it_is_back_once_and_the_next_one_arrives() -> None:
    world = studio()
    ben = world.freelancer
    available = f"freelancer:{ben.pk}:available"
    returning = name_bank(world.ben, at=MORNING, behavior="returns")
    milestone = first_of(agreed(world, "1000.00"))
    pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, MORNING + 2 * DAY)
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=world.ben, at=MORNING + 2 * DAY)
    invoicing.approve(invoice.pk, by=world.ada, at=MORNING + 2 * DAY)
    live(MORNING, MORNING + 8 * DAY)

    def withdraw(method: PayoutMethod, *, day: int) -> Payout:
        at = MORNING + day * DAY
        return payouts.request(
            organization=ben,
            method=method,
            amount=EUR("900.00"),
            by=world.ben,
            at=at,
        )

    first = withdraw(returning, day=8)
    live(MORNING + 8 * DAY, MORNING + 10.5 * DAY)
    assert Payout.objects.get().state == "paid"
    assert balance(available, "EUR") == EUR("0.00")

    live(MORNING + 10.5 * DAY, MORNING + 14 * DAY)
    assert Payout.objects.get().problem == "The bank account has been closed."
    assert balance(available, "EUR") == EUR("900.00")
    [letter] = Letter.objects.filter(key__contains="payout_returned")
    assert "The bank account has been closed." in letter.text
    advice, note = Receipt.objects.filter(payout=first).order_by("pk")
    assert (advice.kind, note.kind) == ("payout", "back")
    assert f"Takes back {advice.number}" in note.frozen["about"]  # type: ignore[index] # issued

    sound = name_bank(world.ben, at=MORNING + 14 * DAY)
    second = withdraw(sound, day=18)
    live(MORNING + 14 * DAY, MORNING + 24 * DAY)

    assert Payout.objects.get(pk=second.pk).state == "paid"
    assert [v.law.sentence for v in run_laws() if not v.holds] == []
    journal = books(ben=ben, ada=world.client, part_1=invoice.escrow, first=first, second=second)
    assert journal == BOOKS


# The fee goes back with the sum; the second payout needs no transfer.
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

2026-03-10  Payout requested
  freelancer:ben:available                    900.00 EUR
      payout:first                                          899.01 EUR
      income:payout_fee                                       0.99 EUR

2026-03-10  Transferred to the payee
  provider:payee:ben                          899.01 EUR
      provider:balance                                      899.01 EUR

2026-03-12  Paid out
  payout:first                                899.01 EUR
      provider:payee:ben                                    899.01 EUR

2026-03-15  Payout came back
  provider:payee:ben                          899.01 EUR
  income:payout_fee                             0.99 EUR
      freelancer:ben:available                              900.00 EUR

2026-03-20  Payout requested
  freelancer:ben:available                    900.00 EUR
      payout:second                                         899.01 EUR
      income:payout_fee                                       0.99 EUR

2026-03-24  Paid out
  payout:second                               899.01 EUR
      provider:payee:ben                                    899.01 EUR"""
