"""Story 10: a client's bank takes a payment back, in a dispute and after most of it is paid out."""

from __future__ import annotations

from datetime import datetime

import pytest

from disputes.services import negotiating
from disputes.services.opening import open_dispute
from invoices.models import FeeCreditNote, Invoice
from invoices.services import invoicing
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.models import SandboxDispute, SandboxPayment
from payments.models import Charge, Chargeback
from payments.services import failed_refunds, payouts
from tests.given import EUR
from tests.given_disputes import claim
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


def wanted(charge: Charge, *, at: datetime, minor: int | None = None) -> Chargeback:
    """The bank is asked for the payment, or for a part of it."""
    payment = SandboxPayment.objects.get(pk=charge.payment_id)
    disputing.dispute(payment, at=at, amount=minor)
    live(at, at + DAY / 2)
    return Chargeback.objects.latest("pk")


def decided(case: Chargeback, *, won: bool, at: datetime) -> Chargeback:
    disputing.close(SandboxDispute.objects.get(pk=case.dispute_id), won=won, at=at)
    live(at, at + DAY / 2)
    case.refresh_from_db()
    return case


def delivered(world: Studio) -> tuple[Invoice, Charge]:
    milestone = first_of(agreed(world, "1000.00"))
    charge = pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, MORNING + 3 * DAY)
    invoice = invoicing.deliver(
        milestone.pk, message="All of it.", uploads=(), by=world.ben, at=MORNING + 3 * DAY
    )
    charge.refresh_from_db()
    return invoice, charge


def test_a_bank_takes_part_and_then_all_while_the_two_sides_disagree() -> None:
    world = studio(freelancer_in="AT")
    invoice, charge = delivered(world)
    assert invoice.escrow_id
    at = MORNING + 4 * DAY
    dispute = open_dispute(invoice.escrow_id, claim(EUR("600.00")), by=world.ada, at=at)
    case = wanted(charge, at=at, minor=63_000)

    offer = dispute.offers.get()
    negotiating.accept(offer.pk, by=world.ben, at=at + DAY)
    live(at + DAY, at + 2 * DAY)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.split_at) == ("settled", None), "The bank has not decided."

    decided(case, won=False, at=at + 5 * DAY)
    dispute.refresh_from_db()

    assert (dispute.split_to_freelancer, dispute.split_to_client) == (EUR("300.00"), EUR("300.00"))
    assert Invoice.objects.get().gross == EUR("300.00")
    assert_every_law_holds()
    live(at + 5 * DAY + DAY / 2, at + 12 * DAY)
    refund = charge.refunds.get()
    assert (refund.state, refund.problem) == ("failed", "Its bank takes it back already.")
    failed_refunds.keep(refund.pk, by=world.ada, at=at + 12 * DAY)
    assert_every_law_holds()
    names = {"ben": world.freelancer, "ada": world.client, "back": refund, "case": case}
    assert books(part_1=dispute.escrow, **names) == WHILE_THEY_DISAGREE


def test_after_the_payout_only_a_part_of_it_is_left() -> None:
    world = studio(freelancer_in="AT")
    invoice, charge = delivered(world)
    method = name_bank(world.ben, at=MORNING)
    approved_at = MORNING + 4 * DAY
    invoicing.approve(invoice.pk, by=world.ada, at=approved_at)
    live(approved_at, approved_at + 6 * DAY)
    out = payouts.request(
        organization=world.freelancer,
        method=method,
        amount=EUR("780.00"),
        by=world.ben,
        at=approved_at + 6 * DAY,
    )
    live(approved_at + 6 * DAY, approved_at + 10 * DAY)

    at = approved_at + 12 * DAY
    case = decided(wanted(charge, at=at), won=False, at=at + 5 * DAY)

    part = case.parts.get()
    assert (part.from_available, part.from_debt) == (EUR("300.00"), EUR("780.00"))
    assert FeeCreditNote.objects.count() == 2
    assert_every_law_holds()
    names = {"ben": world.freelancer, "part_1": invoice.escrow, "case": case, "out": out}
    assert books(**names) == AFTER_THE_PAYOUT


# A refund of the rest is refused, because a bank has taken a part: it is Ada's credit.
WHILE_THEY_DISAGREE = """\
2026-03-03  Escrow funded
  provider:clearing                         1,260.00 EUR
      escrow:part_1                                       1,200.00 EUR
      deferred:client_fee:part_1                             50.00 EUR
      tax:vat:AT                                             10.00 EUR

2026-03-03  Settled by the provider
  provider:balance                          1,223.16 EUR
  cost:provider                                36.84 EUR
      provider:clearing                                   1,260.00 EUR

2026-03-06  Taken by a bank
  chargeback:case                             630.00 EUR
  cost:chargeback                              15.00 EUR
      provider:clearing                                     645.00 EUR

2026-03-06  Settled by the provider
  provider:clearing                           645.00 EUR
      provider:balance                                      645.00 EUR

2026-03-11  Escrow lost to a bank
  escrow:part_1                               600.00 EUR
  deferred:client_fee:part_1                   25.00 EUR
  tax:vat:AT                                    5.00 EUR
      chargeback:case                                       630.00 EUR

2026-03-11  Escrow released
  escrow:part_1                               300.00 EUR
  deferred:client_fee:part_1                   12.50 EUR
      freelancer:ben:pending                                270.00 EUR
      income:freelancer_fee                                  25.00 EUR
      tax:vat:AT                                              5.00 EUR
      income:client_fee                                      12.50 EUR

2026-03-11  Escrow refunded
  escrow:part_1                               300.00 EUR
  deferred:client_fee:part_1                   12.50 EUR
  tax:vat:AT                                    2.50 EUR
      refund:back                                           315.00 EUR

2026-03-16  Security period over
  freelancer:ben:pending                      270.00 EUR
      freelancer:ben:available                              270.00 EUR

2026-03-18  Refund kept as credit
  refund:back                                 315.00 EUR
      client:ada:credit                                     315.00 EUR"""
AFTER_THE_PAYOUT = """\
2026-03-03  Escrow funded
  provider:clearing                         1,260.00 EUR
      escrow:part_1                                       1,200.00 EUR
      deferred:client_fee:part_1                             50.00 EUR
      tax:vat:AT                                             10.00 EUR

2026-03-03  Settled by the provider
  provider:balance                          1,223.16 EUR
  cost:provider                                36.84 EUR
      provider:clearing                                   1,260.00 EUR

2026-03-06  Escrow released
  escrow:part_1                             1,200.00 EUR
  deferred:client_fee:part_1                   50.00 EUR
      freelancer:ben:pending                              1,080.00 EUR
      income:freelancer_fee                                 100.00 EUR
      tax:vat:AT                                             20.00 EUR
      income:client_fee                                      50.00 EUR

2026-03-11  Security period over
  freelancer:ben:pending                    1,080.00 EUR
      freelancer:ben:available                            1,080.00 EUR

2026-03-12  Payout requested
  freelancer:ben:available                    780.00 EUR
      payout:out                                            779.01 EUR
      income:payout_fee                                       0.99 EUR

2026-03-12  Transferred to the payee
  provider:payee:ben                          779.01 EUR
      provider:balance                                      779.01 EUR

2026-03-16  Paid out
  payout:out                                  779.01 EUR
      provider:payee:ben                                    779.01 EUR

2026-03-18  Taken by a bank
  chargeback:case                           1,260.00 EUR
  cost:chargeback                              15.00 EUR
      provider:clearing                                   1,275.00 EUR

2026-03-18  Settled by the provider
  provider:clearing                         1,275.00 EUR
      provider:balance                                    1,275.00 EUR

2026-03-23  Lost to a bank after release
  freelancer:ben:available                    300.00 EUR
  freelancer:ben:debt                         780.00 EUR
  income:freelancer_fee                       100.00 EUR
  tax:vat:AT                                   30.00 EUR
  income:client_fee                            50.00 EUR
      chargeback:case                                     1,260.00 EUR"""
