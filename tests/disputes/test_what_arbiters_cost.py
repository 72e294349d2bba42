"""Shares of an external arbiter: held, spent with the award or returned, and shifted once."""

from __future__ import annotations

import pytest

from billing_site.platform.models import Letter
from disputes.forms.arbitration import AwardForm
from disputes.models import ArbitrationShare, Decision, Mandate, Side
from disputes.services import arbitration, awarding, deadlines, hearing, negotiating
from disputes.services import shares as costs
from disputes.services.awarding import Award
from ledger.models import Entry
from tests import given
from tests.disputes.arbitrated import (
    EXTERNAL,
    NEXT,
    SIGNED,
    award,
    awarded,
    external,
    held,
    money_of,
    with_money,
)
from tests.disputes.test_arbitration import REFUSED, unresolved
from tests.given import EUR, days
from tests.given_disputes import WHY, Case
from tests.given_world import books
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
STORY = """\
2026-03-05  Share of an arbitration held
  freelancer:bob:available                     50.00 EUR
      arbitration:case                                       50.00 EUR

2026-03-06  Share of an arbitration held
  client:alice:credit                          50.00 EUR
      arbitration:case                                       50.00 EUR

2026-03-07  Escrow released
  escrow:logo                                 650.00 EUR
  deferred:client_fee:logo                     32.50 EUR
      freelancer:bob:pending                                585.00 EUR
      income:freelancer_fee                                  65.00 EUR
      income:client_fee                                      32.50 EUR

2026-03-07  Escrow refunded
  escrow:logo                                 350.00 EUR
  deferred:client_fee:logo                     17.50 EUR
      refund:back                                           367.50 EUR

2026-03-07  Arbiter paid
  arbitration:case                            100.00 EUR
      bank:operating                                        100.00 EUR

2026-03-07  Costs of an arbitration shifted
  client:alice:credit                          30.00 EUR
      freelancer:bob:available                               30.00 EUR"""


def test_an_award_pays_the_arbiter_and_shifts_the_costs_once() -> None:
    case = awarded(external(), costs_on=Side.CLIENT)
    at = REFUSED + days(2)
    given.jobs_done(at=at)
    for share in ArbitrationShare.objects.all():  # a job may run twice
        costs.settle(share.pk, at=at)

    assert {it.outcome for it in ArbitrationShare.objects.all()} == {"spent"}
    decision = Decision.objects.get()
    assert decision.document
    assert decision.document.sha256 == case.dispute.award_documents.get().sha256
    told = books(
        alice=given.organization(case.alice),
        bob=given.organization(case.bob),
        case=case.dispute,
        logo=case.dispute.escrow,
        back=case.dispute.escrow.refunds.get(),
    )
    assert told.endswith(STORY), told
    letters = Letter.objects.filter(subject__endswith="cost: €30.00 was passed on")
    assert {letter.key.split("/")[3] for letter in letters} == {"client", "freelancer", "staff"}
    for letter in letters:
        said = " ".join(letter.text.split())
        assert "€30.00 of the €50.00" in said
        assert "€20.00 was not" in said
    assert_every_law_holds()


@pytest.mark.parametrize("how", ["settled", "discontinued", "panel", "defaulted"])
def test_a_share_that_no_arbiter_earned_comes_back(how: str) -> None:
    case = with_money(unresolved())
    pk = case.dispute.pk
    arbitration.choose(pk, bench=EXTERNAL, by=case.bob, at=REFUSED)
    assert held(case) == EUR("50.00")
    if how == "panel":
        arbitration.choose(pk, by=case.alice, at=NEXT)
    elif how == "defaulted":
        deadlines.follow(at=REFUSED + days(8))
    else:
        arbitration.choose(pk, bench=EXTERNAL, by=case.alice, at=NEXT)
        assert held(case) == EUR("100.00")
    if how == "settled":
        negotiating.accept(_standing(case), by=case.alice, at=NEXT)
    elif how == "discontinued":
        hearing.take_on(pk, by=case.max, at=NEXT)
        arbitration.discontinue(pk, reason=WHY, by=case.max, at=NEXT)
    given.jobs_done(at=REFUSED + days(8))

    assert held(case) == EUR("0.00")
    back = ArbitrationShare.objects.exclude(outcome="")
    assert {it.outcome for it in back} == {"returned"}
    assert money_of(case) == (EUR("80.00"), EUR("80.00"))
    assert_every_law_holds()


def test_a_loser_without_money_bears_no_share_of_the_other() -> None:
    case = external(credit=5000)
    at = REFUSED + days(2)
    hearing.take_on(case.dispute.pk, by=case.max, at=at)
    form = AwardForm(None, seen={}, dispute=case.now(), is_external=True)
    assert "Now that is Alice & Co €0.00, Bob & Co €30.00." in form.fields["costs_on"].help_text
    Mandate.objects.create(mediator=case.max, currency="EUR", cap=EUR("5000.00"))
    paper = awarding.upload(case.dispute.pk, SIGNED, by=case.max, at=at)
    award(case, Award(paper.sha256, Side.CLIENT), EUR("650.00"))
    given.jobs_done(at=at)
    assert not Entry.objects.filter(kind="shift_costs").exists()
    assert money_of(case) == (EUR("0.00"), EUR("30.00"))
    assert Letter.objects.filter(subject__endswith="cost: €0.00 was passed on").count() == 3
    assert_every_law_holds()


def test_a_share_comes_back_after_the_award_of_our_panel() -> None:
    case = with_money(unresolved())
    arbitration.choose(case.dispute.pk, bench=EXTERNAL, by=case.bob, at=REFUSED)
    arbitration.choose(case.dispute.pk, by=case.alice, at=NEXT)
    awarded(case)  # and the job that returns it was late
    assert held(case) == EUR("50.00")
    given.jobs_done(at=REFUSED + days(2))
    assert {it.outcome for it in ArbitrationShare.objects.exclude(amount=0)} == {"returned"}
    assert held(case) == EUR("0.00")
    assert money_of(case)[1] == EUR("80.00")
    assert not Entry.objects.filter(kind="spend_arbitration_shares").exists()
    assert_every_law_holds()


def _standing(case: Case) -> int:
    negotiating.offer(case.dispute.pk, figure=EUR("500.00"), by=case.bob, at=NEXT)
    return case.dispute.offers.standing().get(side="freelancer").pk
