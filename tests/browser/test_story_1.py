"""Story 1 by its pages, as two people walk it, with JavaScript and without: the same books."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from billing_site.kernel.money import zero
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice, Milestone
from ledger.queries.balances import balances_of
from payments.models import Escrow, Payout
from tests import given
from tests.browser.fixtures import OpenPage, sign_in
from tests.given_world import DAY, books, name_bank
from tests.signing_in import able_to_sign_in, code_of, half_a_minute_later, with_second_factor
from tests.stories.test_a_milestone_is_paid import BOOKS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_milestone_is_paid_by_its_pages(open_page: OpenPage, javascript: bool) -> None:
    ada = able_to_sign_in(given.person("ada", kind="client", country="AT", vat_id="ATU99990019"))
    ben = able_to_sign_in(given.person("ben", kind="freelancer", country="IE", vat_id="IE9900000T"))
    secret = with_second_factor(ben)
    name_bank(ben, at=clock.now() - 7 * DAY)
    hers = sign_in(open_page(javascript=javascript), ada)
    his = sign_in(open_page(javascript=javascript), ben, secret=secret)

    offers(hers, to=ben)
    accepts(his)
    funds_the_first(hers)
    days_pass(hers, 1)
    delivers(his)
    approves(hers)
    days_pass(his, 7)
    withdraws(his, "900.00", secret=secret)
    days_pass(his, 7)

    his.goto("/payouts/")
    expect(his.locator("main")).to_contain_text("paid")
    freelancer, escrow = given.organization(ben), first_escrow()
    written = books(ben=freelancer, part_1=escrow, first=Payout.objects.get())
    assert undated(written) == undated(BOOKS)
    assert Invoice.objects.get().state == Invoice.State.PAID
    assert Payout.objects.get().state == Payout.State.PAID
    states = Milestone.objects.order_by("position").values_list("state", flat=True)
    assert list(states) == ["closed", "planned", "planned"]
    assert set(balances_of(freelancer.pk, "EUR").values()) == {zero("EUR")}


def first_escrow() -> Escrow:
    escrow = Milestone.objects.get(position=1).escrow
    assert escrow, "It was funded."
    return escrow


def offers(page: Page, *, to: User) -> None:
    page.goto("/contracts/")
    page.get_by_role("link", name="New contract").first.click()
    page.locator("[name=freelancer]").fill(to.email)
    page.locator("[name=title]").fill("Booking system")
    for number, price in enumerate(["1000.00", "2000,00", "500"], start=1):
        page.locator(f"[name=m{number}-title]").fill(f"Part {number}")
        page.locator(f"[name=m{number}-price]").fill(price)
    page.get_by_role("button", name="Read the offer").click()
    expect(page.locator("main")).to_contain_text("€3,500.00")
    page.locator("[name=accepts]").check()
    page.get_by_role("button", name="Send the offer").click()
    expect(page.locator("main")).to_contain_text("waiting for an answer")


def accepts(page: Page) -> None:
    page.goto("/contracts/")
    page.get_by_role("link", name="Booking system").first.click()
    page.goto(f"{page.url}acceptance/")
    page.locator("[name=accepts]").check()
    page.get_by_role("button", name="Accept the contract").click()
    expect(page.locator("main")).to_contain_text("active")


def funds_the_first(page: Page) -> None:
    page.goto("/contracts/")
    page.get_by_role("link", name="Booking system").first.click()
    page.get_by_role("link", name="1. Part 1").click()
    page.get_by_role("link", name=re.compile("Fund")).first.click()
    expect(page.locator("main")).to_contain_text("€1,060.00")
    page.get_by_role("button", name="Go on and pay").click()
    page.wait_for_url("**/sandbox/checkout/**")
    page.locator("[name=outcome][value='4242']").check()
    page.get_by_role("button", name="Pay", exact=True).click()
    page.wait_for_url("**/payments/**")


def days_pass(page: Page, days: int) -> None:
    """The band over every page moves the demo's clock, and all that falls due happens."""
    page.locator(f".sandbox button[value='{days}']").click()
    expect(page.locator("body")).to_contain_text("What fell due has happened")


def delivers(page: Page) -> None:
    page.goto("/contracts/")
    page.get_by_role("link", name="Booking system").first.click()
    page.get_by_role("link", name=re.compile("Deliver")).first.click()
    page.locator("[name=message]").fill("All of part 1, with a picture of it.")
    notes = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"How it is set up.")
    page.locator("input[type=file]").set_input_files([notes])
    page.get_by_role("button", name="Deliver and ask for approval").click()
    expect(page.locator("body")).to_contain_text("Delivered. Ada & Co has been told.")


def approves(page: Page) -> None:
    page.goto("/invoices/")
    page.get_by_role("link", name="Part 1").first.click()
    expect(page.locator("main")).to_contain_text("notes.txt")
    page.locator("[name=accepts]").check()
    page.get_by_role("button", name="Approve and release €1,000.00").click()
    expect(page.locator("body")).to_contain_text("Approved. Ben & Co receives the money")


def withdraws(page: Page, amount: str, *, secret: str) -> None:
    page.goto("/payouts/new/")
    page.locator("[name=amount]:not([type=hidden])").fill(amount)
    bank = page.locator("select[name=method]")
    bank.select_option(index=bank.locator("option").count() - 1)
    page.get_by_role("button", name="Show what it costs").click()
    consent = page.locator("#consent")
    expect(consent).to_contain_text("€899.01")
    consent.get_by_role("button", name=re.compile("Withdraw")).click()
    page.wait_for_url("**/2fa/reauthenticate/**")
    half_a_minute_later()
    page.locator("[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="It is me").click()
    expect(page.locator("main")).to_contain_text("€899.01")


def undated(journal: str) -> str:
    return re.sub(r"^\d{4}-\d\d-\d\d  ", "", journal, flags=re.MULTILINE)
