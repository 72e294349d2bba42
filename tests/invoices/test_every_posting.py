"""What the page of every posting shows, in words, and of whose money."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.people.models import User
from disputes.queries.case_file import case_file
from disputes.queries.settlement_preview import settlement_preview
from invoices.models import Invoice
from invoices.services.week_billing import bill_weeks
from ledger.models import Account, Entry
from payments.models import Charge
from tests import given, given_disputes, given_payments
from tests.given import EUR, NOON
from tests.invoices.test_week_billing import LOCK
from tests.invoices.week import work
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def shown(invoice: Invoice, to: User) -> str:
    url = reverse("invoice-trail", args=[invoice.ref])
    return session_of(to).get(url).content.decode()


def read(browser: Client, url: str) -> str:
    """What stands on the page for everybody, without what is in a tag."""
    return html.unescape(re.sub(r"<[^>]*>", " ", browser.get(url).content.decode()))


def test_one_payment_for_several_shows_each_freelancer_their_own(alice: User, bob: User) -> None:
    charlie = given.person("charlie", kind="freelancer", country="NO")
    given_payments.payment_method(alice)
    for worker, hours in ((bob, 3), (charlie, 5)):
        work(given.hourly_contract(client=alice, freelancer=worker), worker, hours=hours)
    bill_weeks(at=LOCK)
    given_payments.settle(at=LOCK + timedelta(hours=2))
    assert Charge.objects.get().settlements.filter(settled_at__isnull=False).count() == 2

    mine, theirs = Invoice.objects.order_by("pk")

    for reader, own, other in ((bob, mine, theirs), (charlie, theirs, mine)):
        assert own.escrow
        assert other.escrow
        page = shown(own, reader)
        assert f"escrow:{own.escrow.ref}" in page
        assert show(own.gross) in page
        assert other.escrow.ref not in page
        assert show(other.gross) not in page
    assert show(mine.gross) not in shown(theirs, alice)


def test_both_sides_read_words_and_no_codes(alice: User, bob: User) -> None:
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    codes = {account.family for account in Account.objects.all()}
    released = reverse("record", args=[Entry.objects.get(kind="release_escrow").pk])
    trail = reverse("invoice-trail", args=[invoice.ref])
    held = f"Held for “{invoice.title}”"

    for url in (trail, released):
        of_bob, of_alice = read(session_of(bob), url), read(session_of(alice), url)
        for page in (of_bob, of_alice):
            assert held in page
            assert [code for code in codes if code in page] == []
        assert "Your pending money" in of_bob
        assert f"Pending money of {given.organization(bob)}" in of_alice


def test_a_case_names_both_sides_to_whoever_reads_it() -> None:
    case = given_disputes.opened()
    told = case_file(case.dispute, case.dispute.messages.all(), made_for="Alice", at=NOON)
    plan = settlement_preview(case.dispute, EUR("600.00"), at=NOON)

    held = f"Held for “{case.dispute.escrow.title}”"
    assert held in [line.words for entry in told.entries for line in entry.lines]
    planned = {line.words: line.code for entry in plan.entries for line in entry.lines}
    assert planned[held] == f"escrow:{case.dispute.escrow.ref}"
    for words in ("Pending money of Bob & Co", "On its way back to Alice & Co"):
        assert words in planned
    assert [words for words, code in planned.items() if words == code] == []
