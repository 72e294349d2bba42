"""Two sides disagree by their pages without scripts; a mediator hears them in the admin."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload, Page, expect

from billing_site.platform import clock
from disputes.models import Dispute
from invoices.models import Invoice
from tests import given, given_disputes
from tests.browser.fixtures import OpenPage, sign_in
from tests.given_world import books
from tests.signing_in import able_to_sign_in, code_of, half_a_minute_later, with_second_factor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WHY = "Half of the files show what was agreed, and half do not."


def test_a_dispute_is_heard_by_its_pages(open_page: OpenPage) -> None:
    alice = able_to_sign_in(given.person("alice", kind="client", country="NO"))
    bob = able_to_sign_in(given.person("bob", kind="freelancer", country="NO"))
    mia = able_to_sign_in(given_disputes.mediator("mia"))
    secret = with_second_factor(mia)
    at = clock.now() - timedelta(hours=1)
    invoice = given.submitted_invoice(client=alice, freelancer=bob, at=at)
    hers = sign_in(open_page(javascript=False), alice)
    his = sign_in(open_page(javascript=False, narrow=True), bob)
    desk = sign_in(open_page(), mia, secret=secret)

    opens(hers, invoice)
    answers(his)
    hers.goto("/disputes/")
    hers.locator("a.row").first.click()
    hers.get_by_role("link", name="Ask for a mediator now").click()
    hers.get_by_role("button", name="Ask for a mediator").click()
    expect(hers.locator("body")).to_contain_text("A mediator takes it")
    hears(desk, secret=secret)
    for page in (hers, his):
        agrees(page)

    dispute = Dispute.objects.get()
    assert dispute.state == "settled"
    for page in (hers, his):
        page.reload()
        expect(page.locator("main")).to_contain_text("€600.00 for Bob & Co before our fee, €400.00")
    assert Invoice.objects.get().gross == given.EUR("600.00")
    escrow = dispute.escrow
    told = books(bob=given.organization(bob), logo=escrow, back=escrow.refunds.get())
    assert re.sub(r"^\d{4}-\d\d-\d\d", "DAY", told, flags=re.MULTILINE) == BOOKS


BOOKS = """\
DAY  Escrow funded
  provider:clearing                         1,050.00 EUR
      escrow:logo                                         1,000.00 EUR
      deferred:client_fee:logo                               50.00 EUR

DAY  Settled by the provider
  provider:balance                          1,019.25 EUR
  cost:provider                                30.75 EUR
      provider:clearing                                   1,050.00 EUR

DAY  Escrow released
  escrow:logo                                 600.00 EUR
  deferred:client_fee:logo                     30.00 EUR
      freelancer:bob:pending                                540.00 EUR
      income:freelancer_fee                                  60.00 EUR
      income:client_fee                                      30.00 EUR

DAY  Escrow refunded
  escrow:logo                                 400.00 EUR
  deferred:client_fee:logo                     20.00 EUR
      refund:back                                           420.00 EUR"""


def opens(page: Page, invoice: Invoice) -> None:
    page.goto(invoice.get_absolute_url())
    page.get_by_role("link", name="You disagree? Open a dispute").click()
    page.locator("[name=figure]").first.fill("400")
    page.get_by_role("button", name="See what it means").click()
    expect(page.locator("main")).to_contain_text("€360.00")
    page.get_by_label("The work is not what was agreed").check()
    page.locator("[name=words]").fill("The logo is not the one that we agreed on.")
    page.locator("[name=accepts]").check()
    page.get_by_role("button", name="Open the dispute").click()
    expect(page.locator("main")).to_contain_text("€1,000.00 is frozen")


def answers(page: Page) -> None:
    page.goto("/disputes/")
    page.locator("a.row").first.click()
    page.locator("[name=text]").fill("It is the second draft, as agreed in March.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("It is the second draft")
    drafts = FilePayload(name="drafts.txt", mimeType="text/plain", buffer=b"All four drafts.")
    page.locator("input[type=file]").set_input_files([drafts])
    page.locator("[name=description]").fill("The drafts")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator("#evidence")).to_contain_text("drafts.txt")
    page.get_by_role("link", name="Name a figure").click()
    page.locator("[name=figure]").first.fill("800")
    page.get_by_role("button", name="See what it means").click()
    page.get_by_role("button", name="Name this figure").click()
    expect(page.locator("main")).to_contain_text("€800.00")


def hears(page: Page, *, secret: str) -> None:
    page.goto("/admin/disputes/dispute/")
    page.get_by_role("link", name="Logo, final files").click()
    page.get_by_role("button", name="Take the case").click()
    page.get_by_role("link", name="Preview a settlement").click()
    page.locator("[name=figure]").first.fill("600")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#content")).to_contain_text("€540.00")
    expect(page.locator("#content")).to_contain_text("What would be posted")
    page.locator("[name=reasons]").fill(WHY)
    page.get_by_role("button", name="Propose so").click()
    page.wait_for_url("**/2fa/reauthenticate/**")
    half_a_minute_later()
    page.locator("[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="It is me").click()
    expect(page.locator("#content")).to_contain_text("a proposal waits for both")


def agrees(page: Page) -> None:
    page.goto("/disputes/")
    page.locator("a.row").first.click()
    expect(page.locator("main")).to_contain_text(WHY)
    page.get_by_role("link", name="Answer the proposal").click()
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Answer").click()
