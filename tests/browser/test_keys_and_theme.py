"""What JavaScript adds: keys that open and move, a theme that changes at once, and nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from invoices.models import Invoice
from tests import given
from tests.browser.fixtures import OpenPage, sign_in
from tests.signing_in import able_to_sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def invoices_of_alice(open_page: OpenPage, **window: bool) -> Page:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    for _ in range(2):
        given.submitted_invoice(client=alice, freelancer=bob)
    page = sign_in(open_page(**window), able_to_sign_in(alice))
    page.goto("/invoices/")
    return page


def test_keys_search_move_and_help(open_page: OpenPage) -> None:
    page = invoices_of_alice(open_page)
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.locator("#search").blur()
    rows = page.locator("main a.row")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/contracts/")


def test_no_key_sends_or_decides_anything(open_page: OpenPage) -> None:
    page = invoices_of_alice(open_page)
    page.locator("main a.row").first.click()
    expect(page.get_by_role("button", name="Approve and release")).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    for key in "abdefhijklmnopqrstuvwxyzAPD123456789.":
        page.keyboard.press(key)
    assert "POST" not in sent
    assert set(Invoice.objects.values_list("state", flat=True)) == {Invoice.State.SUBMITTED}


def test_letters_in_a_field_are_letters(open_page: OpenPage) -> None:
    page = invoices_of_alice(open_page)
    page.locator("#search").fill("")
    page.locator("#search").press_sequentially("g i ? j /")
    expect(page.locator("#search")).to_have_value("g i ? j /")
    expect(page.locator("#keys")).to_be_hidden()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_theme_changes_and_is_remembered(open_page: OpenPage, javascript: bool) -> None:
    page = invoices_of_alice(open_page, javascript=javascript)
    light = page.locator("body").evaluate("it => getComputedStyle(it).backgroundColor")
    page.locator("details.person summary").click()
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/contracts/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.locator("body").evaluate("it => getComputedStyle(it).backgroundColor") != light


def test_one_menu_is_open_at_a_time_and_escape_closes_it(open_page: OpenPage) -> None:
    page = invoices_of_alice(open_page)
    page.locator("details.switcher summary").click()
    page.locator("details.person summary").click()
    expect(page.locator("details.menu[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)


def test_a_page_without_htmx_does_not_fetch_it(open_page: OpenPage) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    expect(page.locator("h1")).to_be_visible()
    assert any("site" in url for url in asked)
    assert not any("htmx" in url for url in asked)
