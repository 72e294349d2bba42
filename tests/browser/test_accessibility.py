"""axe over every page, in both themes, wide and narrow; and an approval by keyboard alone."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from invoices.models import Invoice
from tests import given
from tests.browser.fixtures import NARROW, WIDE, OpenPage, sign_in
from tests.browser.pages import pages_of, walk_in
from tests.security.personas import P
from tests.security.world import World
from tests.signing_in import able_to_sign_in

pytestmark = [pytest.mark.browser, pytest.mark.release, pytest.mark.xdist_group("browser")]
Look = tuple[Literal["light", "dark"], ViewportSize]
BAD = {"serious", "critical"}
# What the theme and the width can change; everything else is the same page.
BY_LOOK = {"runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]}

# The desk's own sheets fade from one color to the next, whatever the person prefers.
SETTLED = "Promise.allSettled(document.getAnimations().map((each) => each.finished))"


@pytest.mark.parametrize("persona", [P.NOBODY, P.CLIENT_OWNER, P.FREELANCER, P.SUPERUSER])
def test_axe_finds_nothing_serious_on_any_page(site: str, open_page: OpenPage, persona: P) -> None:
    """Light and wide in full; dark and narrow for what these can change."""
    assert _found_by_axe(site, open_page, persona, [("dark", NARROW)], one_each=True) == []


@pytest.mark.parametrize("persona", [P.NOBODY, P.CLIENT_OWNER, P.FREELANCER, P.SUPERUSER])
def test_axe_finds_nothing_serious_on_anything(site: str, open_page: OpenPage, persona: P) -> None:
    """Every thing in every state, in both themes, wide and narrow."""
    looks: list[Look] = [("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
    assert _found_by_axe(site, open_page, persona, looks, one_each=False) == []


@pytest.mark.parametrize("narrow", [False, True])
def test_no_page_is_wider_than_the_window(site: str, open_page: OpenPage, narrow: bool) -> None:
    world, found = World(), []
    for persona in (P.NOBODY, P.CLIENT_OWNER, P.FREELANCER):
        page = open_page(narrow=narrow)
        walk_in(page.context, world, persona, site)
        for name, address in pages_of(world, persona):
            page.goto(address)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [f"{name}: {over} px too wide"] if over > 0 else []
    assert not found, "\n".join(found)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_invoice_is_approved_by_keyboard_alone(open_page: OpenPage, javascript: bool) -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    given.submitted_invoice(client=alice, freelancer=bob)
    page = sign_in(open_page(javascript=javascript), able_to_sign_in(alice))
    page.goto("/invoices/")
    _press_on(page, "Logo, final files")
    expect(page.locator("h1")).to_contain_text("€1,000.00")
    _tab_to(page, "accepts")
    page.keyboard.press("Space")
    _press_on(page, "Approve and release €1,000.00")
    expect(page.locator("body")).to_contain_text("Approved.")
    assert Invoice.objects.get().state == Invoice.State.PAID


def _found_by_axe(
    site: str, open_page: OpenPage, persona: P, looks: list[Look], *, one_each: bool
) -> list[str]:
    world, found = World(), []
    # axe brings a style of its own, and colors that are still changing are none yet.
    page = open_page(bypass_csp=True, reduced_motion="reduce")
    walk_in(page.context, world, persona, site)
    for name, address in pages_of(world, persona, one_each=one_each):
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light")
        page.goto(address)
        found += _violations(page, name, {"resultTypes": ["violations"]})
        for scheme, size in looks:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)
            found += _violations(page, f"{name} ({scheme}, {size['width']})", BY_LOOK)
    return sorted(set(found))


def _violations(page: Page, where: str, options: dict[str, Any]) -> list[str]:
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{where}: {each['id']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in BAD
        for node in each["nodes"][:3]
    ]


def _press_on(page: Page, words: str) -> None:
    """Go by Tab to what is called *words*, see that the focus is shown, press Enter."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText ?? ''"):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"The keyboard does not reach “{words}”.")


def _tab_to(page: Page, name: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"The keyboard does not reach “{name}”.")
