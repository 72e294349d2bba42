"""Staff who neither hear cases nor supervise read of them what both sides read, and no files."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.disputes.test_who_reads import ALL, OURS, QUIETLY, spoken
from tests.factories.people import UserFactory
from tests.signing_in import session_of, with_second_factor

pytestmark = pytest.mark.django_db


def test_who_answers_questions_reads_no_word_in_confidence_and_opens_no_file() -> None:
    case = spoken()
    file = reverse("file", args=[case.dispute.evidence.get().file.ref])
    desk, paper = (
        reverse(f"admin:disputes_dispute_{noun}", args=[case.dispute.ref])
        for noun in ("desk", "file")
    )
    clerk = UserFactory.create(name="Clerk", is_staff=True, roles=["support"])
    for user, reads_all in ((clerk, False), (case.mia, True)):
        with_second_factor(user)
        browser = session_of(user)
        page = browser.get(desk).content.decode()
        assert ALL in page
        assert "The brief" in page
        assert {words in page for words in (QUIETLY, OURS, file, paper)} == {reads_all}, user
        for url, refused in ((paper, 403), (file, 404)):
            assert browser.get(url).status_code == (200 if reads_all else refused), url
