"""Arbitration: chosen by both, awarded for good, or ended by silence."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import NotYours, WrongState
from disputes.models import Mandate
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import answering, arbitration, deadlines, deciding, hearing, negotiating
from payments.models import Escrow
from tests.disputes.conftest import staff
from tests.disputes.heard import proposed
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, Case
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
REFUSED = NOON + days(3)


def unresolved() -> Case:
    case = proposed("500.00")
    answering.answer_proposal(case.dispute.pk, accepts=False, by=case.alice, at=REFUSED)
    return case


def in_arbitration() -> Case:
    case = unresolved()
    arbitration.choose(case.dispute.pk, by=case.bob, at=REFUSED)
    arbitration.choose(case.dispute.pk, by=case.alice, at=REFUSED + days(1))
    return case


@pytest.mark.parametrize(("by", "gets"), [("alice", "0.00"), ("bob", "1000.00")])
def test_who_alone_chooses_it_gets_the_money(by: str, gets: str) -> None:
    case = unresolved()
    arbitration.choose(case.dispute.pk, by=getattr(case, by), at=REFUSED)
    assert case.now().state == "arbitration_pending"
    with pytest.raises(WrongState, match="already"):
        arbitration.choose(case.dispute.pk, by=getattr(case, by), at=REFUSED)
    with pytest.raises(NotYours):
        arbitration.choose(case.dispute.pk, by=case.mia, at=REFUSED)
    deadlines.follow(at=NOON + days(30))
    assert (case.now().state, case.now().closed_at) == ("defaulted", REFUSED + days(7))
    assert Escrow.objects.get().released == EUR(gets)
    assert_every_law_holds()


def test_an_arbiter_who_has_not_heard_it_awards_for_good() -> None:
    case = in_arbitration()
    assert case.now().state == "in_arbitration"
    with pytest.raises(NotYours, match="somebody else"):
        hearing.take_on(case.dispute.pk, by=case.mia, at=REFUSED + days(2))
    hearing.take_on(case.dispute.pk, by=case.max, at=REFUSED + days(2))
    Mandate.objects.create(mediator=case.max, currency="EUR", cap=EUR("5000.00"))
    at, figure = REFUSED + days(4), EUR("650.00")
    seen = settlement_preview(case.now(), figure, at=at).hash
    for _ in range(2):
        try:
            deciding.decide(
                case.dispute.pk, figure=figure, reasons=WHY, plan_hash=seen, by=case.max, at=at
            )
        except WrongState:
            continue
    assert (case.now().state, case.now().figure) == ("awarded", figure)
    assert Escrow.objects.get().released == figure
    assert_every_law_holds()


def test_a_discontinued_arbitration_can_be_chosen_anew() -> None:
    case = in_arbitration()
    hearing.take_on(case.dispute.pk, by=case.max, at=REFUSED + days(2))
    arbitration.discontinue(case.dispute.pk, reason=WHY, by=case.max, at=REFUSED + days(2))
    assert (case.now().state, case.now().act_by) == ("unresolved", REFUSED + days(9))
    arbitration.choose(case.dispute.pk, by=case.bob, at=REFUSED + days(3))
    assert case.now().state == "arbitration_pending"


def test_nobody_confirms_the_award_of_a_discontinued_arbitration() -> None:
    case, at = in_arbitration(), REFUSED + days(2)
    pk, figure = case.dispute.pk, EUR("650.00")
    hearing.take_on(pk, by=case.max, at=at)
    Mandate.objects.create(mediator=case.max, currency="EUR", cap=EUR("1.00"))
    seen = settlement_preview(case.now(), figure, at=at).hash
    waiting = deciding.decide(pk, figure=figure, reasons=WHY, plan_hash=seen, by=case.max, at=at)
    assert waiting.in_force_at is None
    arbitration.discontinue(pk, reason=WHY, by=case.max, at=at)
    waiting.refresh_from_db()
    assert waiting.refused_at == at
    arbitration.choose(pk, by=case.bob, at=at + days(1))
    arbitration.choose(pk, by=case.alice, at=at + days(1))
    with pytest.raises(WrongState, match="waits for nobody"):
        deciding.confirm(waiting.pk, by=staff("una"), at=at + days(1))
    assert case.now().state == "in_arbitration"


def test_the_two_may_still_agree_at_the_arbiters_table() -> None:
    case = in_arbitration()
    negotiating.offer(case.dispute.pk, figure=EUR("444.00"), by=case.bob, at=REFUSED + days(2))
    negotiating.offer(case.dispute.pk, figure=EUR("444.00"), by=case.alice, at=REFUSED + days(2))
    assert (case.now().state, case.now().figure) == ("settled", EUR("444.00"))
