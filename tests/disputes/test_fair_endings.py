"""Nobody is overtaken: by a choice in the last minute, by an old offer, or by our own silence."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from billing_site.kernel.transitions import WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from disputes.models import Mandate, Offer, Question, Side
from disputes.queries.case_page import case_page
from disputes.queries.desk import desk_case
from disputes.queries.waiting import awaiting
from disputes.services import arbitration, deadlines, hearing, negotiating, splitting, talking
from invoices.queries.viewer import viewer_of
from payments.models import Escrow
from tests import given
from tests.disputes.heard import decide, heard, plan
from tests.disputes.test_arbitration import REFUSED, unresolved
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, Case
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
LAST_MINUTE = REFUSED + days(7) - timedelta(minutes=1)


def test_a_choice_in_the_last_minute_leaves_the_other_side_three_business_days() -> None:
    case = unresolved()
    assert len(deadlines.warn(at=REFUSED + days(6))) == 1
    ahead = Letter.objects.filter(key__contains="/warning/unresolved").first()
    assert ahead
    assert "unless one side alone chooses arbitration" in " ".join(ahead.text.split())

    arbitration.choose(case.dispute.pk, by=case.bob, at=LAST_MINUTE)

    until = LAST_MINUTE + days(5)  # a Thursday: over the weekend to Tuesday
    assert (case.now().act_by, case.now().warned_at) == (until, None)
    assert deadlines.follow(at=REFUSED + days(8)) == []
    assert len(deadlines.warn(at=until - days(1))) == 1, "Of the new date they are warned anew."
    assert Letter.objects.filter(key__contains="/warning/arbitration_pending").count() == 2
    arbitration.choose(case.dispute.pk, by=case.alice, at=until - timedelta(minutes=1))
    assert case.now().state == "in_arbitration"
    assert Escrow.objects.get().released == EUR("0.00")
    assert_every_law_holds()


def test_an_early_choice_does_not_shorten_the_week() -> None:
    case = unresolved()
    arbitration.choose(case.dispute.pk, by=case.bob, at=REFUSED)
    assert case.now().act_by == REFUSED + days(7)


def test_what_was_offered_before_a_decision_does_not_outlive_it() -> None:
    case = heard(price=EUR("200.00"), figure="30.00")
    at = NOON + days(2)
    negotiating.offer(case.dispute.pk, figure=EUR("90.00"), by=case.bob, at=at)
    theirs = Offer.objects.standing().get(side="freelancer")

    decide(case, "150.00", at=at)

    with pytest.raises(WrongState, match="does not stand any more"):
        negotiating.accept(theirs.pk, by=case.alice, at=at + days(1))
    assert not Offer.objects.standing().exists()
    assert set(Offer.objects.values_list("ending", flat=True)) == {"decided"}
    negotiating.offer(case.dispute.pk, figure=EUR("140.00"), by=case.bob, at=at + days(1))
    negotiating.accept(Offer.objects.standing().get().pk, by=case.alice, at=at + days(1))
    assert (case.now().state, case.now().figure) == ("settled", EUR("140.00"))
    assert_every_law_holds()


def asked(case: Case, at: datetime) -> Question:
    pk = case.dispute.pk
    return hearing.ask(pk, side=Side.CLIENT, text="Which?", by=case.mia, at=at)


@pytest.mark.parametrize("ends", ["settled", "withdrawn", "void"])
def test_a_question_does_not_survive_its_case(ends: str) -> None:
    case, at = heard(), NOON + days(2)
    asked(case, at)
    match ends:
        case "settled":
            negotiating.accept(Offer.objects.get().pk, by=case.bob, at=at)
        case "withdrawn":
            negotiating.withdraw(case.dispute.pk, by=case.alice, at=at)
        case _:
            splitting.void(case.dispute.pk, at=at)
    assert Question.objects.get().ended_at == at
    assert not awaiting(given.organization(case.alice)).exists()
    viewer = viewer_of(case.alice.memberships.get(), case.dispute.contract)
    page = case_page(case.now(), viewer, at=at)
    assert (page.clock, page.asked) == (None, None)
    assert "Answer the mediator" not in [step.words for step in page.steps]
    with pytest.raises(WrongState):
        talking.answer(Question.objects.get().pk, text="This one", by=case.alice, at=at)


@pytest.mark.parametrize("price", ["1000.00", "200.00"], ids=["proposes", "decides"])
def test_nobody_rules_while_a_side_has_time_to_answer(price: str) -> None:
    case, at = heard(price=EUR(price), figure="0.00"), NOON + days(2)
    asked(case, at)
    is_small = price == "200.00"
    rule = decide if is_small else _propose
    with pytest.raises(WrongState, match="Alice & Co was asked, and has until"):
        rule(case, "100.00", at=at)
    deadlines.follow(at=Question.objects.get().answer_by)
    rule(case, "100.00", at=Question.objects.get().answer_by)
    assert case.now().state == ("decided" if is_small else "proposed")


def test_a_decision_that_nobody_confirmed_does_not_survive_its_case() -> None:
    case, at = heard(price=EUR("200.00"), figure="0.00"), NOON + days(2)
    Mandate.objects.create(mediator=case.mia, currency="EUR", cap=EUR("1.00"))
    waiting = decide(case, "100.00", at=at)
    with pytest.raises(WrongState, match="waits for a second person"):
        asked(case, at)
    assert "Confirm the decision" in steps_of(case, case.max, at)
    assert "Preview a settlement" not in steps_of(case, case.mia, at)
    negotiating.accept(Offer.objects.get().pk, by=case.bob, at=at)
    waiting.refresh_from_db()
    assert (waiting.refused_at, waiting.in_force_at) == (at, None)
    assert "Confirm the decision" not in steps_of(case, case.max, at)


def steps_of(case: Case, user: User, at: datetime) -> list[str]:
    page = desk_case(case.now(), User.objects.get(pk=user.pk), at=at)
    return [step.words for step in page.steps]


def test_what_a_mediator_who_left_had_decided_waits_for_nobody() -> None:
    case, at = heard(price=EUR("200.00"), figure="0.00"), NOON + days(2)
    Mandate.objects.create(mediator=case.mia, currency="EUR", cap=EUR("1.00"))
    decide(case, "100.00", at=at)
    User.objects.filter(pk=case.mia.pk).update(is_active=False)
    hearing.take_on(case.dispute.pk, by=case.max, at=at)
    again = decide(case, "90.00", at=at, by=case.max)
    assert again.in_force_at == at


def test_asking_in_a_late_case_stops_its_clock() -> None:
    case = heard()
    late = NOON + days(10)
    deadlines.follow(at=late)
    assert case.now().overdue_at
    question = asked(case, late)
    assert (case.now().act_by, case.now().overdue_at) == (question.answer_by, None)
    told = Letter.objects.filter(key__contains="/overdue/").count()
    deadlines.follow(at=question.answer_by - timedelta(minutes=1))
    assert Letter.objects.filter(key__contains="/overdue/").count() == told
    talking.answer(question.pk, text="This", by=case.alice, at=late + days(1))
    assert case.now().act_by == late + days(1)


def _propose(case: Case, figure: str, *, at: datetime) -> object:
    return hearing.propose(
        case.dispute.pk,
        figure=EUR(figure),
        reasons=WHY,
        plan_hash=plan(case, EUR(figure), at),
        by=case.mia,
        at=at,
    )
