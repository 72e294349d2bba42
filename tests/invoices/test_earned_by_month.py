"""What was earned in a month is the same at home and under Earnings, whatever keeps some of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from billing_site.people.models import User
from billing_site.platform import clock
from payments.services import earnings
from tests import given
from tests.given import NOON, days
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
LATER = NOON + days(40)


def earned(browser: Client, page: str) -> dict[str, list[str]]:
    """The figures of the drawing, by month, with what each column is called."""
    with clock.pinned(LATER):
        read = html.document_fromstring(browser.get(reverse(page)).content.decode())
    [table] = read.xpath("//figure[@class='chart'][.//h2='Earnings by month']//table")
    rows = [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
    return {re.sub(r"\s+", "", words): [one.strip() for one in sums] for words, *sums in rows}


def test_home_and_earnings_draw_the_same_sums(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    earnings.make_available(at=NOON + days(20))
    given.paid_invoice(client=alice, freelancer=bob, at=NOON + days(20))  # due, and still pending

    browser = session_of(bob)
    at_home, under_earnings = (earned(browser, page) for page in ("home", "earnings"))

    assert at_home.items() <= under_earnings.items()
    assert at_home["When"] == ["Yours", "Pending"]
    sums = [value for name, row in at_home.items() if name != "When" for value in row]
    assert sorted(value for value in sums if value != "€0.00") == ["€900.00", "€900.00"]
    pending = [month for month, row in at_home.items() if row[1] == "€900.00"]
    assert pending == [f"{NOON + days(20):%b}"]
