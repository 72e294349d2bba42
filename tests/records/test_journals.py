"""What becomes of an organization's own books: money stands where it is, and nowhere else."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from beancount import loader

from billing_site.people.models import User
from payments.models import Quote
from payments.services import converting, goodwill
from tests import given, given_payments
from tests.given import EUR, NOON
from tests.records.test_exports import path_of, rows_of

pytestmark = pytest.mark.django_db
US, CREDITS = "Assets:Countersign", "Income:Credits"
FEES, EXCHANGE = "Expenses:Fees", "Equity:Exchange"
Booked = dict[str, Decimal]


def test_what_we_give_never_left_the_clients_bank(alice: User) -> None:
    goodwill.give(given.organization(alice), amount=EUR("50.00"), ref="G1", by=alice, at=NOON)

    assert_booked(alice, "EUR", "give_goodwill", {US: Decimal(50), CREDITS: Decimal(-50)})


def test_what_is_converted_is_no_income(alice: User) -> None:
    """The margin is a cost; the rest leaves one currency and comes in the other."""
    ben = given.person("ben", kind="freelancer", country="AT", currency="USD")
    given_payments.available_earnings(client=alice, freelancer=ben)
    quote = given_payments.quoted(ben, given_payments.payout_method(ben), EUR("500.00"))
    converting.withdraw(quote.pk, by=ben, at=NOON)

    given_up = {US: Decimal(-500), FEES: Decimal(5), EXCHANGE: Decimal(495)}
    assert_booked(ben, "EUR", "convert_payout", given_up)
    got = Quote.objects.get().into.amount
    assert_booked(ben, "USD", "convert_payout", {US: got, EXCHANGE: -got})


def assert_booked(user: User, currency: str, kind: str, wanted: Booked) -> None:
    """In each of the three programs the row is these lines, and beancount accepts the whole."""
    (entry,) = [row["entry"] for row in rows_of(user, currency=currency) if row["kind"] == kind]

    entries, errors, _ = loader.load_string(
        path_of(user, "beancount", currency=currency).read_text()
    )
    assert errors == []
    (booked,) = [each for each in entries if str(each.meta.get("entry")) == entry]
    assert {line.account: line.units.number for line in booked.postings} == wanted

    def table(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(path_of(user, name, currency=currency).read_text())))

    assert {
        row["Account Name"]: Decimal(row["Debits"] or 0) - Decimal(row["Credits"] or 0)
        for row in table("quickbooks")
        if row["Journal No."] == entry
    } == wanted
    assert {
        row["AccountCode"]: Decimal(row["Amount"])
        for row in table("xero")
        if row["Narration"].endswith(f" {entry}")
    } == wanted
