"""Paying in the client's own currency: seen in both currencies before it is agreed to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import Invoice, Milestone, Receipt
from invoices.services import invoicing, week_billing
from payments.gateways.sandbox.models import SandboxSession
from payments.models import Charge, Quote
from payments.queries.charged_in import of_contract
from payments.services import currency_choices, exchange_rates
from tests import given, given_payments
from tests.given import NOON, days
from tests.given_world import live
from tests.invoices.books import assert_every_law_holds
from tests.payments.visiting import fields_of, text_of
from tests.signing_in import session_of

MINUTE = timedelta(minutes=1)
DOLLARS = Money("1000.00", "USD")  # $1,060.00 with our fee and VAT on it: €975.16 at 1.087


@pytest.fixture(autouse=True)
def noon(db: None) -> Any:
    exchange_rates.fetch_when_due(at=NOON)
    with clock.pinned(NOON):
        yield


@pytest.fixture
def as_alice(alice: User) -> Client:
    return session_of(alice)


@pytest.fixture
def milestone(alice: User, bob: User) -> Milestone:
    return given.planned_milestone(client=alice, freelancer=bob, price=DOLLARS)


def funding(milestone: Milestone) -> str:
    return reverse("milestone-funding", args=[milestone.ref])


def locked(as_alice: Client, url: str) -> str:
    """Press the button that locks the rate; return where it leads."""
    answer = as_alice.post(f"{url}quotes/")
    assert answer["Location"] == f"{url}?quote={Quote.objects.latest('pk').ref}"
    return answer["Location"]


def test_what_it_would_cost_stands_there_first(as_alice: Client, milestone: Milestone) -> None:
    page = text_of(as_alice.get(funding(milestone)))

    for fact in (
        "$1,060.00", "Or pay in EUR", "$1,060.00 at 1.087 USD for 1 EUR", "€975.16", "Our margin",
        "€9.85", "You would pay", "€985.01", "Lock this rate", "stands for 15 minutes",
    ):  # fmt: skip
        assert fact in page, fact
    assert not Quote.objects.exists()


def test_who_pays_in_the_contracts_currency_sees_nothing_of_it(
    as_alice: Client, alice: User, bob: User
) -> None:
    page = text_of(as_alice.get(funding(given.planned_milestone(client=alice, freelancer=bob))))
    assert "Or pay in" not in page


def test_both_currencies_are_seen_and_agreed_to(as_alice: Client, milestone: Milestone) -> None:
    url = locked(as_alice, funding(milestone))
    page = as_alice.get(url)
    for fact in ("$1,060.00", "€985.01", "locked for you until", "12:15 UTC", "15 minutes"):
        assert fact in text_of(page), fact

    for _ in range(2):  # Pressing twice does it once.
        done = as_alice.post(url, fields_of(page))
        assert done.status_code == 302
    charge = Charge.objects.get()
    assert charge.charged == Money("985.01", "EUR")
    assert SandboxSession.objects.get().amount == 98_501
    payment = text_of(as_alice.get(charge.get_absolute_url()))
    for fact in ("$1,060.00 at 1.087 USD for 1 EUR", "You pay", "€985.01"):
        assert fact in payment, fact


def test_a_rate_that_is_over_charges_nothing(as_alice: Client, milestone: Milestone) -> None:
    url = locked(as_alice, funding(milestone))
    page = as_alice.get(url)

    with clock.pinned(NOON + 15 * MINUTE):
        refused = as_alice.post(url, fields_of(page))
        again = text_of(as_alice.get(url))

    assert refused.status_code == 422
    assert "Something changed" in text_of(refused)
    assert "The rate that you locked is over, and nothing was charged." in again
    assert "Lock this rate" in again
    assert not Charge.objects.exists()


def test_others_lock_nothing(bob: User, charlie: User, milestone: Milestone) -> None:
    url = f"{funding(milestone)}quotes/"
    assert session_of(bob).post(url).status_code == 302
    assert session_of(charlie).post(url).status_code == 404
    assert not Quote.objects.exists()


def test_a_quote_of_a_payment_has_no_page_of_withdrawals(
    as_alice: Client, milestone: Milestone
) -> None:
    locked(as_alice, funding(milestone))
    assert as_alice.get(Quote.objects.get().get_absolute_url()).status_code == 404


def test_an_invoice_is_paid_in_the_own_currency_and_its_receipt_says_so(
    as_alice: Client, alice: User, bob: User
) -> None:
    invoice = given.owed_invoice(client=alice, freelancer=bob, price=DOLLARS)
    invoicing.approve(invoice.pk, by=alice, at=NOON)
    url = locked(as_alice, reverse("invoice-payment", args=[invoice.ref]))
    page = as_alice.get(url)
    assert "Pay €985.01" in text_of(page)

    as_alice.post(url, fields_of(page))
    charge = Charge.objects.get()
    given.pay(charge)
    given.jobs_done(at=NOON + days(1), drawings=True)

    assert Invoice.objects.get().state == "paid"
    receipt = Receipt.objects.get(kind="payment")
    [said] = [each for each in receipt.says["about"] if each.startswith("Paid in EUR: €985.01")]
    assert "at 1.087 USD for 1 EUR (Sandbox, 2 March 2026), our margin of 1\xa0%" in said
    assert receipt.says["gross"] == "1060.00"
    assert_every_law_holds()


def test_a_week_is_charged_in_the_own_currency_and_everything_says_so(
    as_alice: Client, alice: User, bob: User
) -> None:
    """Ten hours at $50: with our fee and its VAT $530.00, which is €492.51 at 1.087."""
    given_payments.payment_method(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob, rate=Money("50.00", "USD"))
    said = of_contract(contract.client, "USD", at=NOON)
    assert said == "The charge is in USD: what nobody looks at is not converted by us."
    currency_choices.choose(contract.client, is_own=True, by=alice, at=NOON)
    said = of_contract(contract.client, "USD", at=NOON)
    assert said.startswith("The charge is in EUR, at the rate of the moment by Sandbox, with our")
    given.wrote(contract, by=bob, start=NOON + days(1) - timedelta(hours=3), minutes=600)

    locks = NOON + days(7)
    exchange_rates.fetch_when_due(at=locks)
    week_billing.bill_weeks(at=locks)
    live(locks, locks + days(1))

    said = "€492.51 at 1.087 USD for 1 EUR (Sandbox, 9 March 2026), our margin of 1\xa0% included"
    letter = Letter.objects.get(subject__contains="is charged for the hours")
    assert f"charged in your own currency: {said}" in letter.text
    charge = Charge.objects.get()
    assert (charge.state, charge.charged) == ("succeeded", Money("492.51", "EUR"))
    receipt = Receipt.objects.get(kind="payment")
    assert any(each.startswith("Paid in EUR: €492.51, at 1.087") for each in receipt.says["about"])
    trail = text_of(as_alice.get(Invoice.objects.get().get_absolute_url()))
    assert f"of a payment of {said}".replace("\xa0", " ") in trail
    records = text_of(as_alice.get(reverse("records"), {"currency": "USD"}))
    assert "Paid and held" in records
    assert_every_law_holds()
