"""Story 12, as the two agree: Ada asks for a part back, Ben grants it, and her card has it."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import NotAllowed
from invoices.models import CreditNote, FeeCreditNote, Invoice
from invoices.services import invoicing, refund_requests, released_requests
from payments.models import Refund
from payments.services import credit
from tests.given import EUR
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, pay, studio
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


def test_what_the_two_agree_on_returns_fees_and_taxes_in_proportion() -> None:
    world = studio(freelancer_in="AT")
    milestone = first_of(agreed(world, "1000.00"))
    pay(milestone, by=world.ada, at=MORNING)
    live(MORNING, MORNING + DAY)
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=world.ben, at=MORNING + DAY)
    invoicing.approve(invoice.pk, by=world.ada, at=MORNING + DAY)
    live(MORNING + DAY, MORNING + 8 * DAY)

    at = MORNING + 8 * DAY
    asked = released_requests.ask(
        invoice.pk, amount=EUR("300.00"), reason="A part was not needed.", by=world.ada, at=at
    )
    assert not CreditNote.objects.exists(), "It is Ben's to say."
    refund_requests.grant(asked.pk, by=world.ben, at=at + DAY)
    with pytest.raises(NotAllowed):
        refund_requests.grant(asked.pk, by=world.ben, at=at + DAY)
    note = CreditNote.objects.get()
    assert (note.net, note.tax, note.gross) == (EUR("300.00"), EUR("60.00"), EUR("360.00"))
    fees = FeeCreditNote.objects.order_by("net")
    assert [(each.net, each.tax) for each in fees] == [
        (EUR("15.00"), EUR("3.00")),
        (EUR("30.00"), EUR("6.00")),
    ]

    credit.send_back(world.client, amount=EUR("378.00"), by=world.ada, at=at + DAY)
    for day in (1, 2):  # it is sent, and arrives
        live(at + day * DAY, at + (day + 1) * DAY)

    refund, invoice = Refund.objects.get(), Invoice.objects.get()
    assert (refund.state, refund.amount) == ("succeeded", EUR("378.00"))
    assert_every_law_holds()
    names = {"ben": world.freelancer, "ada": world.client, "back": refund, "part_1": invoice.escrow}
    assert books(**names) == BOOKS


# Three tenths of all: of Ben's 1,080, of our two fees and of the taxes on all three.
BOOKS = """\
2026-03-02  Escrow funded
  provider:clearing                         1,260.00 EUR
      escrow:part_1                                       1,200.00 EUR
      deferred:client_fee:part_1                             50.00 EUR
      tax:vat:AT                                             10.00 EUR

2026-03-02  Settled by the provider
  provider:balance                          1,223.16 EUR
  cost:provider                                36.84 EUR
      provider:clearing                                   1,260.00 EUR

2026-03-03  Escrow released
  escrow:part_1                             1,200.00 EUR
  deferred:client_fee:part_1                   50.00 EUR
      freelancer:ben:pending                              1,080.00 EUR
      income:freelancer_fee                                 100.00 EUR
      tax:vat:AT                                             20.00 EUR
      income:client_fee                                      50.00 EUR

2026-03-08  Security period over
  freelancer:ben:pending                    1,080.00 EUR
      freelancer:ben:available                            1,080.00 EUR

2026-03-11  Given back after release
  freelancer:ben:available                    324.00 EUR
  income:freelancer_fee                        30.00 EUR
  tax:vat:AT                                    9.00 EUR
  income:client_fee                            15.00 EUR
      client:ada:credit                                     378.00 EUR

2026-03-11  Credit sent back
  client:ada:credit                           378.00 EUR
      refund:back                                           378.00 EUR

2026-03-12  Refund settled
  refund:back                                 378.00 EUR
      provider:clearing                                     378.00 EUR

2026-03-12  Settled by the provider
  provider:clearing                           378.00 EUR
      provider:balance                                      378.00 EUR"""
