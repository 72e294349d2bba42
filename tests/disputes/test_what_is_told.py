"""What each side reads before it agrees, and what it hears of what the other does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from billing_site.platform import clock
from disputes.services import hearing
from tests.disputes.test_case_pages import consent, text_of
from tests.disputes.test_fair_endings import _propose
from tests.given_disputes import Case, opened

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
