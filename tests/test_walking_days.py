"""Many days of the demo's clock are walked in pieces, and end as one walk would."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from billing_site import demo_clock
from billing_site.platform import clock
from invoices.models import Contract
from tests import given

pytestmark = pytest.mark.django_db


class Hidden(HTMLParser):
    """The hidden fields of the form that goes on by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(html[html.index("data-goes-on") :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "input" and facts.get("type") == "hidden" and len(self.fields) < 5:
            self.fields[facts["name"] or ""] = facts["value"] or ""


def test_days_go_on_where_the_last_piece_ended(monkeypatch: Any, client: Client) -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    started = clock.now()
    offer = given.offered_contract(client=alice, freelancer=bob, at=started)
    monkeypatch.setattr(demo_clock, "PIECE", 0.0)

    answer = client.post("/demo/clock/", {"days": "15"}, headers={"Referer": "/contracts/?tab="})
    pages = []
    while answer.status_code == 200:
        pages.append(answer.content.decode())
        answer = client.post("/demo/clock/", Hidden(pages[-1]).fields)

    assert answer["Location"] == "/contracts/?tab="
    assert len(pages) >= 1
    assert "of 15</h1>" in pages[0]
    assert f"{started + timedelta(days=14):%-d %b %Y}" in pages[-1]
    assert Contract.objects.get(pk=offer.pk).state == Contract.State.EXPIRED
    walked = clock.now() - started
    assert timedelta(days=15) <= walked < timedelta(days=15, minutes=5)


@pytest.mark.parametrize(
    "sent", [{}, {"days": "61"}, {"days": "0"}, {"days": "3", "reached": "x"}], ids=str
)
def test_what_is_no_walk_is_refused(sent: dict[str, str], client: Client) -> None:
    before = clock.ahead()
    assert client.post("/demo/clock/", sent).status_code == 400
    assert clock.ahead() == before


def test_a_walk_ends_on_a_page_of_ours(client: Client) -> None:
    sent = {"days": "1", "page": "https://elsewhere.example/"}
    assert client.post("/demo/clock/", sent)["Location"] == "/"
