"""Story 3: changes are asked for on the last day but one; resubmitted, the clock starts anew."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import WrongState
from invoices.models import Invoice
from invoices.services import invoicing
from tests.given_world import DAY, MORNING, Studio, agreed, books, first_of, live, pay, studio

pytestmark = pytest.mark.django_db

DELIVERED = MORNING + 9 * DAY
RETURNED = DELIVERED + 13 * DAY
AGAIN = DELIVERED + 15 * DAY


@pytest.fixture
def world() -> Studio:
    return studio()


@pytest.fixture
def invoice(world: Studio) -> Invoice:
    """Handed in on day 9, given back on the thirteenth day of its review."""
    milestone = first_of(agreed(world, "1000.00"))
    pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, DELIVERED)
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=world.ben, at=DELIVERED)
    live(DELIVERED, RETURNED)
    return invoicing.return_(invoice.pk, reason="The logo is cut off.", by=world.ada, at=RETURNED)


def test_resubmitting_starts_the_clock_anew(world: Studio, invoice: Invoice) -> None:
    live(RETURNED, AGAIN)  # Past the first deadline: nothing may happen.
    assert Invoice.objects.get().state == Invoice.State.RETURNED

    invoicing.submit(invoice.pk, message="The logo is whole.", by=world.ben, at=AGAIN)
    live(AGAIN, AGAIN + 20 * DAY)

    invoice = Invoice.objects.get()
    assert invoice.approved_at == AGAIN + 14 * DAY
    assert invoice.approved_by is None
    assert [each.message for each in invoice.deliveries.order_by("round")] == [
        "Done.",
        "The logo is whole.",
    ]
    steps = invoice.changes.order_by("pk").values_list("step", flat=True)
    assert list(steps) == ["submit", "return_", "submit", "approve", "settle"]
    escrow = invoice.escrow
    assert books(ben=world.freelancer, part_1=escrow) == BOOKS


def test_nothing_is_approved_while_changes_are_asked_for(world: Studio, invoice: Invoice) -> None:
    live(RETURNED, RETURNED + 60 * DAY)

    assert Invoice.objects.get().state == Invoice.State.RETURNED
    assert "Escrow released" not in books()
    with pytest.raises(WrongState, match="Ada was faster"):
        invoicing.approve(invoice.pk, by=world.ada, at=RETURNED + 60 * DAY)


# The release is dated 14 days after the second delivery, on the 26th of March.
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

2026-04-09  Escrow released
  escrow:part_1                             1,000.00 EUR
  deferred:client_fee:part_1                   50.00 EUR
      freelancer:ben:pending                                900.00 EUR
      income:freelancer_fee                                 100.00 EUR
      income:client_fee                                      50.00 EUR

2026-04-14  Security period over
  freelancer:ben:pending                      900.00 EUR
      freelancer:ben:available                              900.00 EUR"""
