"""Above a cap it takes two: for a proposal as for a decision, and who is called knows of it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.urls import reverse

from billing_site.desk_queue import open_work
from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Notice
from disputes.models import Decision, Mandate, Proposal
from disputes.queries.desk import desk_case
from disputes.services import answering, deadlines, deciding, hearing
from payments.models import Escrow
from tests import given
from tests.disputes.heard import decide, heard
from tests.disputes.test_fair_endings import _propose, steps_of
from tests.factories.people import MembershipFactory
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, Case, mediator, supervisor
from tests.invoices.books import assert_every_law_holds
from tests.signing_in import session_of, with_second_factor

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


def told(user: User) -> list[str]:
    found = Notice.objects.filter(user_id=user.pk, url__contains="/admin/")
    return list(found.order_by("pk").values_list("text", flat=True))


def queued(user: User, at: datetime) -> dict[str, int]:
    return {each.words: each.count for each in open_work(User.objects.get(pk=user.pk), at=at)}


def listed(user: User, waits_for: str) -> int:
    admin_list = reverse("admin:disputes_dispute_changelist")
    page = session_of(user).get(f"{admin_list}?waits_for={waits_for}")
    return int(page.context["cl"].result_count)


def test_whoever_may_confirm_is_called_and_finds_it() -> None:
    case, sue = capped(), supervisor("sue")
    nina = mediator("nina")
    MembershipFactory.create(user=nina, organization=given.organization(case.bob))
    waiting = _propose(case, "600.00", at=AT)
    assert isinstance(waiting, Decision)
    words = f"The proposal of Mia waits for a second person: the case about “{title(case)}”."
    assert [told(user) for user in (case.max, sue, case.mia, nina)] == [[words], [words], [], []]
    line = "Cases that need a second person"
    assert (queued(case.max, AT)[line], queued(case.mia, AT)[line]) == (1, 0)
    for user in (case.max, case.mia):
        with_second_factor(user)
    assert (listed(case.max, "second"), listed(case.mia, "second")) == (1, 0)

    with pytest.raises(WrongState, match="confirmed or sent back before another"):
        hearing.hand_over(case.dispute.pk, to=case.max, reason=WHY, by=case.mia, at=AT)
    assert "Hand it over" not in steps_of(case, case.mia, AT)
    deciding.send_back(waiting.pk, reason=WHY, by=case.max, at=AT)
    assert told(case.mia)[0].startswith("Max sent your proposal back")
    hearing.hand_over(case.dispute.pk, to=sue, reason=WHY, by=case.mia, at=AT)
    assert told(sue)[-1] == f"Mia gave you the case about “{title(case)}”."
    assert queued(case.max, AT)[line] == 0


def test_a_supervisor_is_called_to_a_late_case_and_finds_it() -> None:
    case, sue, tom = heard(), supervisor("sue"), supervisor("tom")
    MembershipFactory.create(user=tom, organization=given.organization(case.alice))
    late = NOON + days(30)
    for _ in range(2):
        deadlines.follow(at=late)
    assert [len(told(user)) for user in (sue, tom, case.mia)] == [1, 0, 0]
    assert "Heard by: Mia." in told(sue)[0]
    assert queued(sue, late)["Cases in which we are late"] == 1
    assert "Cases in which we are late" not in queued(case.mia, late)
    assert queued(sue, NOON)["Cases in which we are late"] == 0
    with_second_factor(sue)
    assert listed(sue, "late") == 1, "The clock of the tests is long past it."


def test_who_confirmed_a_decision_does_not_hear_its_appeal() -> None:
    case = heard(price=EUR("200.00"), figure="0.00")
    Mandate.objects.create(mediator=case.mia, currency="EUR", cap=EUR("1.00"))
    waiting = decide(case, "100.00", at=AT)
    deciding.confirm(waiting.pk, by=case.max, at=AT)
    deciding.appeal(case.dispute.pk, reason=WHY, by=case.bob, at=AT)
    for user, may in ((case.mia, False), (case.max, False), (mediator("nina"), True)):
        assert ("Take the case" in steps_of(case, user, AT)) == may, user


def title(case: Case) -> str:
    return case.dispute.escrow.title
