"""Texts that want to be scripts stand in every text column; Chromium opens every page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.fixtures import OpenPage
from tests.browser.hostile import PAYLOADS, SPY, write_everywhere
from tests.browser.pages import pages_of, walk_in
from tests.security.personas import P
from tests.security.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def test_no_text_is_executed_on_any_page(site: str, open_page: OpenPage) -> None:
    """Nothing runs, nothing is refused by the policy, nothing is asked of another server."""
    world = World()
    written = write_everywhere()
    assert len(PAYLOADS) >= 60
    assert sum(written.values()) > 100
    seen = 0
    for persona in (P.NOBODY, P.CLIENT_OWNER, P.FREELANCER, P.NEWCOMER, P.SUPERUSER):
        page = open_page()
        page.add_init_script(SPY)
        walk_in(page.context, world, persona, site)
        asked = _asked_of_others(page, site)
        for _, address in pages_of(world, persona):
            page.goto(address, wait_until="load")
            seen += 1
        assert asked == []
    assert seen > 100


def _asked_of_others(page: Page, site: str) -> list[str]:
    asked: list[str] = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((site, "data:")) else asked.append(request.url)
        ),
    )
    return asked
