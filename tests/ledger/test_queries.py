from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.money import from_minor
from ledger import chart
from ledger.models import Account
from ledger.queries import balances, statement, trail
from ledger.queries.trial_balance import trial_balance
from ledger.services.posting import post, post_many
from tests.factories.people import OrganizationFactory
from tests.given import EUR
from tests.ledger.books import WORLD, move, purse

pytestmark = pytest.mark.django_db
ESCROW, OTHER = purse("E1"), purse("E2")


def test_a_balance_is_what_is_there() -> None:
    post(move("a", WORLD, ESCROW, 500))

    assert balances.balance("purse:E1", "EUR") == EUR("5.00")
    assert balances.balance("provider:clearing", "EUR") == EUR("-5.00")
    assert balances.balance("purse:E1", "USD") == from_minor(0, "USD")
    assert balances.balance("purse:E9", "EUR") == EUR("0.00")


def test_a_balance_is_that_of_all_shards() -> None:
    post_many([move(f"fee/{n}", WORLD, chart.income("client_fee"), 1) for n in range(40)])

    assert balances.balance("income:client_fee", "EUR") == EUR("0.40")
    assert balances.balance("income:freelancer_fee", "EUR") == EUR("0.00")


def test_an_organization_sees_what_it_holds() -> None:
    alice, bob = OrganizationFactory.create().pk, OrganizationFactory.create().pk
    post_many(
        [
            move("a", WORLD, chart.pending(bob), 300),
            move("b", chart.pending(bob), chart.available(bob), 100),
            move("c", WORLD, chart.client_credit(alice), 7),
            move("d", WORLD, chart.pending(bob), 9, "USD"),
        ]
    )

    assert balances.balances_of(bob, "EUR") == {
        f"freelancer:{bob}:available": EUR("1.00"),
        f"freelancer:{bob}:pending": EUR("2.00"),
    }


def test_a_statement_pages_from_the_newest() -> None:
    post_many([move(f"in/{n}", WORLD, ESCROW, n) for n in range(1, 8)])
    account = Account.objects.get(code="purse:E1")

    first = statement.page(account, limit=3)
    second = statement.page(account, before=first[-1].seq, limit=3)

    assert [line.seq for line in first + second] == [7, 6, 5, 4, 3, 2]
    assert first[0].balance == EUR("0.28")
    assert second[0].amount == EUR("0.04")
    assert second[0].reference == ("test", "in/4")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_statement_is_one_query_and_a_trail_two(rows: int) -> None:
    post_many([move(f"in/{n}", WORLD, ESCROW, 1) for n in range(rows)])
    account = Account.objects.get(code="purse:E1")

    with CaptureQueriesContext(connection) as queries:
        assert len(statement.page(account)) == rows
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        assert len(trail.of([("purse", "E1")])) == rows
    assert len(queries) == 2


def test_a_trial_balance_has_two_equal_columns() -> None:
    post(move("a", WORLD, ESCROW, 500))
    post_many([move(f"fee/{n}", ESCROW, chart.income("client_fee"), 10) for n in range(5)])
    post(move("yen", WORLD, ESCROW, 100, "JPY"))

    euros, yen = trial_balance()

    assert [(line.code, line.debit, line.credit) for line in euros.lines] == [
        ("income:client_fee", EUR("0.00"), EUR("0.50")),
        ("provider:clearing", EUR("5.00"), EUR("0.00")),
        ("purse:E1", EUR("0.00"), EUR("4.50")),
    ]
    assert (euros.debits, euros.credits) == (EUR("5.00"), EUR("5.00"))
    assert euros.balances
    assert yen.currency == "JPY"
    assert yen.debits == from_minor(100, "JPY")


def test_the_trial_balance_is_printed_for_a_bookkeeper() -> None:
    post(move("a", WORLD, ESCROW, 500))
    printed = StringIO()

    call_command("trial_balance", "purse:", stdout=printed)

    assert [line.split() for line in printed.getvalue().splitlines()] == [
        ["EUR", "debit", "credit"],
        ["purse:E1", "5.00"],
        ["All", "accounts", "5.00", "5.00"],
    ]


def test_a_trail_follows_documents_and_their_accounts() -> None:
    post(move("a", WORLD, ESCROW, 500))
    post(move("b", WORLD, OTHER, 500))
    post(move("c", ESCROW, OTHER, 200))

    def keys(*references: tuple[str, str]) -> list[str]:
        return [entry.key for entry in trail.of(references)]

    assert keys(("purse", "E1")) == ["a", "c"]
    assert keys(("test", "b")) == ["b"]
    assert keys(("purse", "E1"), ("test", "b")) == ["a", "b", "c"]
    assert keys(("invoice", "E1")) == []
    assert keys() == []


def test_a_trail_shows_each_side() -> None:
    post(move("a", WORLD, chart.income("client_fee"), 500))

    (entry,) = trail.of([("test", "a")])

    assert [(line.code, line.debit, line.credit) for line in entry.lines] == [
        ("provider:clearing", EUR("5.00"), None),
        ("income:client_fee", None, EUR("5.00")),
    ]
