"""What each side reads before it agrees, and what it hears of what the other does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from disputes.models import Side
from disputes.services import answering, deciding, hearing, talking
from tests import given
from tests.disputes.heard import SHOWN, decide, heard, proposed
from tests.disputes.test_case_pages import consent, text_of
from tests.disputes.test_fair_endings import _propose
from tests.disputes.test_second_person import told
from tests.factories.people import MembershipFactory
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, Case, mediator, opened

pytestmark = pytest.mark.django_db


def proposed_now() -> Case:
    """Mia proposes 600 of 1,000, and both are asked."""
    case = opened(at=clock.now() - timedelta(hours=1))
    hearing.escalate(case.dispute.pk, by=case.bob, at=clock.now())
    hearing.take_on(case.dispute.pk, by=case.mia, at=clock.now())
    _propose(case, "600.00", at=clock.now())
    return case


def test_what_a_proposal_means_after_all_fees_is_read_before_it_is_accepted() -> None:
    case = proposed_now()
    url = reverse("dispute-proposal-answer", args=[case.dispute.ref])
    for user in (case.alice, case.bob):
        read = text_of(user, url)
        for words in ("Bob & Co, before our fee", "€540.00", "€420.00"):
            assert words in read, words
    stale = consent(case.bob, url, answer="accepted", seen_split="€600.00, €600.00, €400.00")
    assert stale.status_code == 422
    assert not case.now().proposal.freelancer_answer
    for user in (case.bob, case.alice):
        assert consent(user, url, answer="accepted").status_code == 302
    assert "€600.00 for Bob & Co before our fee" in text_of(case.bob, case.now().get_absolute_url())


def letters_to(user: User, about: str) -> list[str]:
    found = Letter.objects.filter(email=user.email, key__contains=f"/{about}", about_type="dispute")
    return [" ".join(each.text.split()) for each in found.order_by("pk")]


def test_each_side_hears_what_the_other_shows_and_agrees_to() -> None:
    case, at = proposed(), NOON + days(3)
    pk = case.dispute.pk
    talking.show(pk, upload=SHOWN, description="The brief", by=case.bob, at=at)
    (shown,) = letters_to(case.alice, "evidence")
    assert "Bob & Co showed “brief.pdf”: The brief" in shown
    assert not letters_to(case.bob, "evidence")

    answering.answer_proposal(pk, accepts=True, words="All right.", by=case.alice, at=at)
    (agreed,) = letters_to(case.bob, "accepted")
    for words in ("€600.00 to Bob & Co before our fee", "They write: All right.", "silence counts"):
        assert words in agreed
    assert not letters_to(case.alice, "accepted")
    answering.answer_proposal(pk, accepts=True, by=case.bob, at=at)
    assert not letters_to(case.alice, "accepted"), "It is settled, and that is told."


def test_mediators_hear_of_answers_files_and_appeals() -> None:
    case, at = heard(price=EUR("200.00"), figure="0.00"), NOON + days(2)
    pk = case.dispute.pk
    question = hearing.ask(pk, side=Side.CLIENT, text="Which?", by=case.mia, at=at)
    talking.answer(question.pk, text="This one", by=case.alice, at=at)
    talking.show(pk, upload=SHOWN, description="The brief", by=case.bob, at=at)
    case_ = f"the case about “{case.dispute.escrow.title}”"
    assert told(case.mia) == [
        f"Alice & Co answered you: {case_}.",
        f"Bob & Co showed a file: {case_}.",
    ]
    decide(case, "100.00", at=at)
    nina = mediator("nina")
    MembershipFactory.create(user=nina, organization=given.organization(case.bob))
    deciding.appeal(pk, reason=WHY, by=case.bob, at=at)
    assert (len(told(case.mia)), len(told(nina))) == (2, 0), "They do not hear it."
    assert told(case.max)[0].startswith(f"Appealed: {case_}.")


def test_where_money_is_missing_the_letter_says_what_silence_means_now() -> None:
    case = proposed()
    answering._tell_of_change(case.now(), at=NOON)
    (changed,) = letters_to(case.alice, "changed")
    assert "the proposal stands for what is left, and is divided in its proportion" in changed
