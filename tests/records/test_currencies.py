"""Money in a second currency is never out of sight, however much there is of the first."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.models import Organization, User
from ledger import movements
from ledger.queries import records
from ledger.services.posting import post
from payments.services import goodwill
from records.queries.transactions import Asked, transactions
from records.services import erasing
from tests import given
from tests.given import NOON
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(alice: User) -> Organization:
    """She has euros in four rows, and dollars in one that is older than those."""
    ours = given.organization(alice)
    for number, currency in enumerate(("USD", "EUR", "EUR", "EUR", "EUR")):
        amount, at = Money("10.00", currency), NOON + given.days(number)
        goodwill.give(ours, amount=amount, ref=f"G{number}", by=alice, at=at)
    return ours


def test_counting_stops_aloud_and_says_of_what(ada: Organization, monkeypatch: Any) -> None:
    assert [tab.count for tab in transactions(ada, Asked()).tabs] == [4, 4, 0, 0, 0]
    monkeypatch.setattr("records.queries.transactions.MOST_COUNTED", 3)

    page = transactions(ada, Asked())

    assert [tab.count for tab in page.tabs[:3]] == ["3+", "4+", None]
    assert [tab.label for tab in page.currencies.tabs] == ["EUR", "USD"]
    assert [tab.count for tab in transactions(ada, Asked(currency="USD")).tabs[:2]] == [1, 1]


def test_who_paid_from_outside_has_rows_and_no_account(alice: User, bob: User) -> None:
    nothing = Money(0, "USD")
    ours, theirs = given.organization(alice), given.organization(bob)
    post(
        movements.pay_invoice(
            settlement="C1/I1", charge="C1", client=ours.pk, freelancer=theirs.pk,
            gross=Money(200, "USD"), client_fee=nothing, client_fee_tax=nothing,
            client_tax_country="AT", freelancer_fee=nothing, freelancer_fee_tax=nothing,
            freelancer_tax_country="AT", at=NOON,
        )
    )  # fmt: skip

    assert records.currencies_of(ours.pk) == records.currencies_of(theirs.pk) == ["USD"]
    assert not records.currencies_of(given.organization(given.person("charlie")).pk)


@pytest.mark.usefixtures("ada")
def test_the_list_shows_the_currency_that_its_export_would_write(alice: User) -> None:
    """Also one in which nothing is, and the way back from there."""
    browser = session_of(alice)
    for currency, rows in (("USD", 1), ("GBP", 0)):
        shown = browser.get(reverse("records"), {"currency": currency})
        page = shown.context["list"]
        assert (page.currency, len(page.rows)) == (currency, rows)
        assert f"currency={currency}" in shown.context["export_url"]
        assert [tab.label for tab in page.currencies.tabs if tab.current] == [currency]
        assert 'href="?currency=EUR"' in shown.content.decode()


def test_nobody_leaves_while_anything_is_on_any_account(alice: User, ada: Organization) -> None:
    assert erasing.what_is_open(alice) == [
        f"{ada} has money here: withdraw it, or have it sent back first."
    ]
    nobody = given.person("dora")
    assert erasing.what_is_open(nobody) == []


@pytest.mark.usefixtures("ada")
def test_each_page_of_the_records_leads_to_the_second_currency_and_stays_there(
    alice: User,
) -> None:
    browser = session_of(alice)
    days = "since=2026-03-01&until=2026-03-02"
    for url, asked in (
        (reverse("statements"), f"{days}&"),
        (reverse("totals"), "year=2026&"),
        (reverse("certificates"), f"{days}&"),
        (reverse("tax-year", args=[2026]), ""),
    ):
        link = f"?{asked}currency=USD"
        page = browser.get(f"{url}?{asked.removesuffix('&')}").content.decode()
        assert f'href="{link}"'.replace("&", "&amp;") in page, url
        page = browser.get(url + link).content.decode()
        for name in ("records", "statements", "totals", "certificates", "exports"):
            assert f'href="{reverse(name)}?currency=USD"' in page, (url, name)
        if asked.startswith("since"):
            assert 'name="currency" value="USD"' in " ".join(page.split()), url


def test_what_nobody_has_paid_has_its_tax_year_all_the_same(alice: User, bob: User) -> None:
    from invoices.services import invoicing

    owed = given.owed_invoice(client=alice, freelancer=bob, price=Money("77.77", "USD"))
    invoicing.approve(owed.pk, by=alice, at=NOON)

    tabs = session_of(alice).get(reverse("tax-year", args=[2026])).context["currencies"].tabs
    assert [tab.label for tab in tabs] == ["EUR", "USD"]
