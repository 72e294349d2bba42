"""Above a cap it takes two: for a proposal as for a decision, and who is called knows of it."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import NotYours, WrongState
from disputes.models import Decision, Mandate, Proposal
from disputes.queries.desk import desk_case
from disputes.services import answering, deadlines, deciding
from payments.models import Escrow
from tests.disputes.test_fair_endings import _propose, steps_of
from tests.disputes.test_hearing import heard
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, Case
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
AT = NOON + days(2)


def capped(cap: str = "500.00") -> Case:
    """Mia hears a case of 1,000, and rules alone up to 500."""
    case = heard()
    Mandate.objects.create(mediator=case.mia, currency="EUR", cap=EUR(cap))
    return case


def test_a_proposal_above_a_cap_waits_for_a_second_person() -> None:
    case = capped()
    waiting = _propose(case, "600.00", at=AT)
    assert isinstance(waiting, Decision)
    assert (case.now().state, Proposal.objects.count()) == ("in_mediation", 0)
    with pytest.raises(WrongState, match="The proposal waits for a second person"):
        _propose(case, "700.00", at=AT)
    with pytest.raises(NotYours):
        deciding.confirm(waiting.pk, by=case.mia, at=AT)
    assert "Confirm the proposal" in steps_of(case, case.max, AT)
    read = desk_case(case.now(), case.max, at=AT).standing
    assert [(each.to_freelancer, each.reasons) for each in read] == [(EUR("600.00"), WHY)]

    later = AT + days(1)
    deciding.confirm(waiting.pk, by=case.max, at=later)

    proposal = Proposal.objects.get()
    assert (proposal.by, proposal.at, proposal.figure) == (case.mia, later, EUR("600.00"))
    assert case.now().act_by == proposal.answer_by == later + days(5)  # over a weekend
    assert [each.title for each in desk_case(case.now(), case.max, at=later).standing] == [
        "The mediator’s proposal"
    ]
    with pytest.raises(WrongState, match="waits for nobody"):
        deciding.confirm(waiting.pk, by=case.max, at=later)
    deadlines.follow(at=later + days(5))
    assert (case.now().state, Escrow.objects.get().released) == ("settled", EUR("600.00"))
    assert_every_law_holds()


def test_a_proposal_that_was_sent_back_never_was_one() -> None:
    case = capped()
    waiting = _propose(case, "600.00", at=AT)
    assert isinstance(waiting, Decision)
    deciding.send_back(waiting.pk, reason=WHY, by=case.max, at=AT)
    assert not Proposal.objects.exists()
    again = _propose(case, "500.00", at=AT)
    assert isinstance(again, Decision)
    deciding.confirm(again.pk, by=case.max, at=AT)
    answering.answer_proposal(case.dispute.pk, accepts=False, by=case.alice, at=AT)
    assert case.now().state == "unresolved"


def test_up_to_the_cap_one_person_proposes() -> None:
    case = capped("1000.00")
    assert isinstance(_propose(case, "600.00", at=AT), Proposal)
    assert case.now().state == "proposed"
