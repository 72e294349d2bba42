"""A walk of many days goes on by itself, and by its button where there is no JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from billing_site import demo_clock
from billing_site.platform import clock
from tests import given
from tests.browser.fixtures import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("javascript", [True, False], ids=["by itself", "by its button"])
def test_days_go_on(open_page: OpenPage, monkeypatch: Any, *, javascript: bool) -> None:
    monkeypatch.setattr(demo_clock, "PIECE", 0.0)
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    given.offered_contract(client=alice, freelancer=bob, at=clock.now())
    page = open_page(javascript=javascript)
    page.goto("/demo/mail/")
    page.get_by_role("button", name="+14 days").click()
    if not javascript:
        expect(page.get_by_role("heading", level=1)).to_contain_text("of 14")
        while page.get_by_role("button", name="Walk on").count():
            page.get_by_role("button", name="Walk on").click()
    page.wait_for_url("**/demo/mail/")
    expect(page.locator("body")).to_contain_text("What fell due has happened.")
