"""Mediation: neutral, on the clock, by a plan that was seen; decisions, appeals and silence."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.people.services import staffing
from disputes.models import Message, Question, Side
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import answering, deadlines, hearing, negotiating, talking
from invoices.models import CreditNote, FeeCreditNote, Invoice
from ledger.models import Entry, Posting
from payments.models import Escrow
from tests import given
from tests.disputes.heard import TUESDAY, decide, heard, plan, proposed
from tests.factories.people import MembershipFactory
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, mediator, opened
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


def test_nobody_of_a_side_and_only_one_mediator_hears_it() -> None:
    case = opened()
    with pytest.raises(WrongState):
        hearing.take_on(case.dispute.pk, by=case.mia, at=NOON)
    hearing.escalate(case.dispute.pk, by=case.bob, at=NOON)
    nina = mediator("nina")
    MembershipFactory.create(organization=given.organization(case.bob), user=nina)
    with pytest.raises(NotYours, match="belongs or belonged"):
        hearing.take_on(case.dispute.pk, by=nina, at=NOON)
    with pytest.raises(NotYours, match="no mediator"):
        hearing.take_on(case.dispute.pk, by=given.person("charlie"), at=NOON)
    hearing.take_on(case.dispute.pk, by=case.mia, at=NOON)
    with pytest.raises(WrongState, match="Mia has taken it"):
        hearing.take_on(case.dispute.pk, by=case.max, at=NOON)
    with pytest.raises(NotYours):
        hearing.ask(case.dispute.pk, side=Side.CLIENT, text="?", by=case.max, at=NOON)
    hearing.hand_over(case.dispute.pk, to=case.max, reason=WHY, by=case.mia, at=NOON)
    assert case.now().mediator == case.max
    notes = Message.objects.filter(audience="staff")
    assert notes.count() == 2
    assert not notes.visible_to(case.alice).exists()


@pytest.mark.parametrize("stays", [True, False], ids=["locked out", "of the staff no more"])
def test_a_colleague_takes_over_from_a_mediator_who_left(stays: bool) -> None:
    case = heard()
    if stays:
        User.objects.filter(pk=case.mia.pk).update(is_active=False)
    else:
        staffing.appoint(case.mia.pk, roles=[], by=SYSTEM("she left"), at=TUESDAY)
    with pytest.raises(NotYours, match="no mediator"):
        hearing.take_on(case.dispute.pk, by=given.person("charlie"), at=TUESDAY)
    for _ in range(2):
        hearing.take_on(case.dispute.pk, by=case.max, at=TUESDAY)
    assert case.now().mediator == case.max
    notes = Message.objects.filter(audience="staff").order_by("pk").values_list("text", flat=True)
    assert list(notes) == [
        "Mia took the case.",
        "Max took the case from Mia, who hears no cases any more.",
    ]
    with pytest.raises(WrongState, match="Max has taken it"):
        hearing.take_on(case.dispute.pk, by=mediator("nina"), at=TUESDAY)


def test_a_question_stops_the_clock_twice_at_most() -> None:
    case = heard()
    before = case.now().act_by
    at = NOON + days(1)
    asked = hearing.ask(case.dispute.pk, side=Side.CLIENT, text="Which?", by=case.mia, at=at)
    with pytest.raises(WrongState, match="was asked, and has until"):
        hearing.ask(case.dispute.pk, side=Side.CLIENT, text="Which?", by=case.mia, at=at)
    with pytest.raises(NotYours, match="other side"):
        talking.answer(asked.pk, text="That", by=case.bob, at=at)
    talking.answer(asked.pk, text="That one", by=case.alice, at=at + days(1))
    assert before
    assert case.now().act_by == before + days(1)
    hearing.ask(case.dispute.pk, side=Side.CLIENT, text="And?", by=case.mia, at=at + days(1))
    deadlines.follow(at=Question.objects.get(number=2).answer_by)
    assert Question.objects.get(number=2).unanswered_at
    with pytest.raises(NotAllowed, match="two questions"):
        hearing.ask(case.dispute.pk, side=Side.CLIENT, text="?", by=case.mia, at=at + days(6))
    decision = decide(case, "300.00", at=NOON + days(6))
    assert decision.basis == "unanswered"
    assert decision.in_force_at


def test_a_proposal_that_both_accept_is_settled_as_the_plan_said() -> None:
    case = proposed()
    seen = settlement_preview(case.now(), EUR("600.00"), at=NOON + days(3))
    for user in (case.alice, case.bob):
        answering.answer_proposal(case.dispute.pk, accepts=True, by=user, at=NOON + days(3))
    assert (case.now().state, Escrow.objects.get().released) == ("settled", EUR("600.00"))
    posted = [
        {(line.account.code.split("#")[0], line.amount) for line in Posting.objects.filter(entry=e)}
        for e in Entry.objects.order_by("pk")
        if e.kind in ("release_escrow", "refund_from_escrow")
    ]
    assert len(posted) == len(seen.entries) == 2
    for entry, told in zip(posted, seen.entries, strict=True):
        sums = {abs(amount) for _, amount in entry}
        said = [line.debit or line.credit for line in told.lines]
        assert sums == {int(amount.amount * 100) for amount in said if amount}
    assert FeeCreditNote.objects.get().gross == seen.client_fee_back + seen.client_fee_tax_back
    assert not CreditNote.objects.exists()
    assert Invoice.objects.get().gross == EUR("600.00")
    assert_every_law_holds()


def test_silence_about_a_proposal_accepts_it_as_of_its_deadline() -> None:
    case = proposed()
    answering.answer_proposal(case.dispute.pk, accepts=True, by=case.bob, at=NOON + days(3))
    until = case.now().act_by
    assert until
    assert len(deadlines.warn(at=until - days(1))) == 1
    assert deadlines.warn(at=until) == []
    with pytest.raises(WrongState, match="silence accepted"):
        answering.answer_proposal(case.dispute.pk, accepts=False, by=case.alice, at=until)
    deadlines.follow(at=until + days(30))
    assert (case.now().state, case.now().split_at) == ("settled", until)


def test_a_refused_proposal_stands_after_seven_days_of_silence() -> None:
    case = proposed("500.00")
    answering.answer_proposal(case.dispute.pk, accepts=False, by=case.alice, at=NOON + days(3))
    assert case.now().state == "unresolved"
    deadlines.follow(at=NOON + days(9))
    assert case.now().state == "unresolved"
    deadlines.follow(at=NOON + days(20))
    assert (case.now().state, case.now().closed_at) == ("defaulted", NOON + days(10))
    assert Escrow.objects.get().released == EUR("500.00")
    assert_every_law_holds()


def test_figures_that_meet_settle_at_the_mediators_table_too() -> None:
    case = proposed("500.00")
    negotiating.offer(case.dispute.pk, figure=EUR("390.00"), by=case.bob, at=NOON + days(3))
    assert (case.now().state, case.now().figure) == ("settled", EUR("400.00"))


def test_a_plan_that_changed_is_refused() -> None:
    case = heard()
    with pytest.raises(NotAllowed, match="look at it again"):
        hearing.propose(
            case.dispute.pk,
            figure=EUR("600.00"),
            reasons=WHY,
            plan_hash=plan(case, EUR("601.00"), NOON),
            by=case.mia,
            at=NOON + days(2),
        )
    with pytest.raises(NotAllowed, match="20 characters"):
        hearing.propose(
            case.dispute.pk,
            figure=EUR("600.00"),
            reasons="So.",
            plan_hash=plan(case, EUR("600.00"), NOON),
            by=case.mia,
            at=NOON + days(2),
        )


def test_a_word_to_the_mediator_is_not_for_the_other_side() -> None:
    case = heard()
    talking.say(case.dispute.pk, text="Quietly", audience="client", by=case.alice, at=NOON)
    talking.say(case.dispute.pk, text="For all", by=case.bob, at=NOON)
    talking.say(case.dispute.pk, text="Ours", audience="staff", by=case.mia, at=NOON)
    seen = Message.objects.visible_to(case.bob).values_list("text", flat=True)
    assert set(seen) == {"For all"}
    with pytest.raises(NotAllowed):
        talking.say(case.dispute.pk, text="x", audience="client", by=case.bob, at=NOON)
    with pytest.raises(NotYours):
        talking.say(case.dispute.pk, text="x", by=case.max, at=NOON)
