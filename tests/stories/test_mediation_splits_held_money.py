"""Story: the client ends with money held and offers 40 %; Ben refuses; mediation splits 60/40."""

from __future__ import annotations

import pytest

from disputes.queries.settlement_preview import settlement_preview
from disputes.services import answering, deadlines, deciding, hearing
from disputes.services.opening import open_dispute
from invoices.models import Invoice, RefundRequest
from invoices.services import ending, refund_requests
from tests.given import EUR
from tests.given_disputes import WHY, claim, mediator
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, pay, studio

pytestmark = pytest.mark.django_db


def test_mediation_splits_sixty_to_forty() -> None:
    world = studio(freelancer_in="AT")
    milestone = first_of(agreed(world, "1000.00"))
    charge = pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, MORNING + 4 * DAY)
    over = MORNING + 4 * DAY

    ending.end(milestone.contract_id, keeps={milestone.ref: EUR("400.00")}, by=world.ada, at=over)
    asked = RefundRequest.objects.get()
    refund_requests.refuse(asked.pk, reason="I did all of it.", by=world.ben, at=over + DAY)
    milestone.refresh_from_db()
    assert milestone.escrow_id
    dispute = open_dispute(
        milestone.escrow_id, claim(EUR("1200.00")), by=world.ben, at=over + 2 * DAY
    )
    live(over, over + 3 * DAY)
    heard = over + 3 * DAY
    hearing.escalate(dispute.pk, by=world.ada, at=heard)
    mia = mediator("mia")
    hearing.take_on(dispute.pk, by=mia, at=heard)
    dispute.refresh_from_db()
    seen = settlement_preview(dispute, EUR("720.00"), at=heard)
    proposed = hearing.propose(
        dispute.pk, figure=EUR("720.00"), reasons=WHY, plan_hash=seen.hash, by=mia, at=heard
    )
    deciding.confirm(proposed.pk, by=mediator("max"), at=heard)  # 1,200 are above Mia's cap
    for user in (world.ada, world.ben):
        answering.answer_proposal(dispute.pk, accepts=True, by=user, at=heard + DAY)
    live(heard + DAY, heard + 20 * DAY)
    assert deadlines.follow(at=heard + 20 * DAY) == []

    dispute.refresh_from_db()
    assert (dispute.state, RefundRequest.objects.get().state) == ("settled", "closed")
    assert Invoice.objects.get().gross == EUR("720.00")
    refund = charge.refunds.get()
    escrow = refund.escrow
    assert books(ben=world.freelancer, part_1=escrow, back=refund) == BOOKS


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

2026-03-10  Escrow released
  escrow:part_1                               720.00 EUR
  deferred:client_fee:part_1                   30.00 EUR
      freelancer:ben:pending                                648.00 EUR
      income:freelancer_fee                                  60.00 EUR
      tax:vat:AT                                             12.00 EUR
      income:client_fee                                      30.00 EUR

2026-03-10  Escrow refunded
  escrow:part_1                               480.00 EUR
  deferred:client_fee:part_1                   20.00 EUR
  tax:vat:AT                                    4.00 EUR
      refund:back                                           504.00 EUR

2026-03-15  Security period over
  freelancer:ben:pending                      648.00 EUR
      freelancer:ben:available                              648.00 EUR

2026-03-15  Refund settled
  refund:back                                 504.00 EUR
      provider:clearing                                     504.00 EUR

2026-03-15  Settled by the provider
  provider:clearing                           504.00 EUR
      provider:balance                                      504.00 EUR"""
