"""A statement that cannot be drawn is answered in words, and nobody keeps the renderer busy."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse

from billing_site.people.models import User
from invoices.documents import pdf
from invoices.documents.child import Child
from tests.signing_in import session_of


def test_it_says_so_on_the_page_and_not_too_often(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(pdf, "_renderer", Child(Path("/no/renderer.py"), recycle_after=1))
    browser, address = session_of(alice), reverse("statement-pdf")

    answers = [browser.get(address) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [503] * 10 + [429]
    assert "could not be drawn just now" in answers[0].content.decode()
