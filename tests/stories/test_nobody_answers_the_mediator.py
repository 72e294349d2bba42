"""Story: nobody answers the mediator, and the stated default is executed on time."""

from __future__ import annotations

import pytest

from billing_site.platform.models import Letter
from disputes.models import Mandate, Proposal
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import hearing
from disputes.services.opening import open_dispute
from tests.given import EUR
from tests.given_disputes import WHY, claim, mediator
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, pay, studio

pytestmark = pytest.mark.django_db


def test_silence_accepts_the_proposal_on_the_stated_day() -> None:
    world = studio(freelancer_in="AT")
    milestone = first_of(agreed(world, "1000.00"))
    charge = pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, MORNING + 4 * DAY)
    at = MORNING + 4 * DAY
    milestone.refresh_from_db()
    assert milestone.escrow_id
    dispute = open_dispute(milestone.escrow_id, claim(EUR("300.00")), by=world.ada, at=at)
    answer_by = dispute.answer_by
    live(at, answer_by)  # Ben says nothing.
    dispute.refresh_from_db()
    assert dispute.state == "in_mediation"
    mia = mediator("mia")
    Mandate.objects.create(mediator=mia, currency="EUR", cap=EUR("5000.00"))
    hearing.take_on(dispute.pk, by=mia, at=answer_by)
    seen = settlement_preview(dispute, EUR("600.00"), at=answer_by)
    proposal = hearing.propose(
        dispute.pk, figure=EUR("600.00"), reasons=WHY, plan_hash=seen.hash, by=mia, at=answer_by
    )
    assert isinstance(proposal, Proposal), "Up to her mandate she proposes alone."
    live(answer_by, answer_by + 20 * DAY)  # Nor does anybody now.

    dispute.refresh_from_db()
    assert (dispute.state, dispute.closed_at) == ("settled", proposal.answer_by)
    warned = Letter.objects.filter(about_type="dispute", subject__contains=": until")
    assert warned.filter(written_at__lt=proposal.answer_by).count() >= 2
    refund = charge.refunds.get()
    assert books(ben=world.freelancer, part_1=refund.escrow, back=refund) == BOOKS


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

2026-03-18  Escrow released
  escrow:part_1                               600.00 EUR
  deferred:client_fee:part_1                   25.00 EUR
      freelancer:ben:pending                                540.00 EUR
      income:freelancer_fee                                  50.00 EUR
      tax:vat:AT                                             10.00 EUR
      income:client_fee                                      25.00 EUR

2026-03-18  Escrow refunded
  escrow:part_1                               600.00 EUR
  deferred:client_fee:part_1                   25.00 EUR
  tax:vat:AT                                    5.00 EUR
      refund:back                                           630.00 EUR

2026-03-18  Refund settled
  refund:back                                 630.00 EUR
      provider:clearing                                     630.00 EUR

2026-03-18  Settled by the provider
  provider:clearing                           630.00 EUR
      provider:balance                                      630.00 EUR

2026-03-23  Security period over
  freelancer:ben:pending                      540.00 EUR
      freelancer:ben:available                              540.00 EUR"""
