from __future__ import annotations

import pytest
from django.db import connection, transaction

from billing_site.kernel.money import from_minor
from ledger import chart
from ledger.models import Account, Entry, Posting
from ledger.movements import Line, credit, debit
from ledger.services.posting import (
    InsufficientFunds,
    KeyReused,
    Posted,
    PostedTwice,
    Unbalanced,
    post,
    post_many,
)
from tests.given import EUR
from tests.ledger.books import WORLD, balances, move, movement, purse

pytestmark = pytest.mark.django_db
ESCROW, OTHER = purse("E1"), purse("E2")


def test_a_movement_moves_money() -> None:
    posted = post(move("a", WORLD, ESCROW, 500))

    assert posted.is_new
    assert balances() == {"provider:clearing EUR": -500, "purse:E1 EUR": 500}


def test_the_same_movement_again_moves_nothing() -> None:
    first = post(move("a", WORLD, ESCROW, 500))
    again = post(move("a", WORLD, ESCROW, 500))

    assert again == Posted(first.entry_id, is_new=False)
    assert balances() == {"provider:clearing EUR": -500, "purse:E1 EUR": 500}


@pytest.mark.parametrize(
    "other",
    [
        move("a", WORLD, ESCROW, 501),
        move("a", WORLD, OTHER, 500),
        move("a", WORLD, ESCROW, 500, "USD"),
        movement("a", *move("a", WORLD, ESCROW, 500).lines, kind="another"),
    ],
    ids=["sum", "account", "currency", "kind"],
)
def test_a_key_stands_for_one_movement(other: object) -> None:
    post(move("a", WORLD, ESCROW, 500))

    with pytest.raises(KeyReused, match="a"), transaction.atomic():
        post(other)  # type: ignore[arg-type]  # parametrized

    assert balances() == {"provider:clearing EUR": -500, "purse:E1 EUR": 500}
    assert Entry.objects.count() == 1


def test_lines_of_one_account_are_one_posting() -> None:
    lines = [debit(WORLD, EUR("5.00")), credit(ESCROW, EUR("2.00")), credit(ESCROW, EUR("3.00"))]
    post(movement("a", *lines))

    assert list(Posting.objects.order_by("line").values_list("line", "amount")) == [
        (1, -500),
        (2, 500),
    ]


def test_lines_that_merge_to_nothing_are_dropped() -> None:
    lines = [credit(OTHER, EUR("1.00")), debit(OTHER, EUR("1.00")), credit(OTHER, EUR("0.00"))]
    post(movement("a", debit(WORLD, EUR("5.00")), credit(ESCROW, EUR("5.00")), *lines))

    assert balances() == {"provider:clearing EUR": -500, "purse:E1 EUR": 500}
    assert not Account.objects.filter(code="purse:E2").exists()


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [credit(ESCROW, EUR("0.00"))],
        [debit(WORLD, EUR("5.00")), credit(ESCROW, EUR("4.99"))],
        [debit(WORLD, EUR("5.00")), credit(ESCROW, from_minor(500, "USD"))],
    ],
    ids=["nothing", "zero", "one cent short", "two currencies"],
)
def test_what_does_not_balance_is_not_posted(lines: list[Line]) -> None:
    with pytest.raises(Unbalanced):
        post(movement("a", *lines))

    assert not Entry.objects.exists()


def test_a_line_has_no_minus_sign() -> None:
    with pytest.raises(AssertionError, match="never a minus sign"):
        debit(WORLD, EUR("-0.01"))


def test_nobody_takes_out_more_than_is_there() -> None:
    post(move("a", WORLD, ESCROW, 500))

    with pytest.raises(InsufficientFunds, match="b: purse:E1 EUR"), transaction.atomic():
        post(move("b", ESCROW, OTHER, 501))

    assert balances() == {"provider:clearing EUR": -500, "purse:E1 EUR": 500}
    assert Entry.objects.get().key == "a"


def test_what_is_owed_is_not_recovered_twice(organization: int) -> None:
    debt = chart.freelancer_debt(organization)
    post(move("owed", debt, WORLD, 500))
    post(move("recovered", WORLD, debt, 500))

    with pytest.raises(InsufficientFunds, match="again"), transaction.atomic():
        post(move("again", WORLD, debt, 1))


def test_a_transaction_posts_once() -> None:
    with pytest.raises(PostedTwice), transaction.atomic():
        post(move("a", WORLD, ESCROW, 500))
        post(move("b", WORLD, ESCROW, 500))

    assert not Entry.objects.exists()


def test_a_transaction_that_was_undone_has_not_posted() -> None:
    with transaction.atomic():
        with pytest.raises(InsufficientFunds), transaction.atomic():
            post(move("a", ESCROW, OTHER, 1))
        post(move("b", WORLD, ESCROW, 500))

    assert balances() == {"provider:clearing EUR": -500, "purse:E1 EUR": 500}


@pytest.mark.django_db(transaction=True)
def test_a_real_transaction_posts_once() -> None:
    with pytest.raises(PostedTwice), transaction.atomic():
        post(move("a", WORLD, ESCROW, 500))
        with transaction.atomic():
            post_many([move("b", WORLD, ESCROW, 500)])

    with transaction.atomic():
        post(move("c", WORLD, ESCROW, 1))
    with transaction.atomic():
        post(move("d", WORLD, ESCROW, 1))
    assert balances() == {"provider:clearing EUR": -2, "purse:E1 EUR": 2}


def test_posting_on_open_accounts_is_one_statement() -> None:
    post(move("a", WORLD, ESCROW, 500))
    notices = _statements_of(lambda: post(move("b", WORLD, ESCROW, 500)))

    assert notices == 1


def test_many_are_posted_together() -> None:
    post(move("a", WORLD, ESCROW, 500))
    posted = post_many(
        [
            move("a", WORLD, ESCROW, 500),
            move("c", ESCROW, OTHER, 200),
            move("b", OTHER, ESCROW, 100),
            move("c", ESCROW, OTHER, 200),
        ]
    )

    assert [each.is_new for each in posted] == [False, True, True, False]
    assert posted[1].entry_id < posted[2].entry_id, "They are numbered as they came."
    assert posted[3].entry_id == posted[1].entry_id
    assert balances() == {"provider:clearing EUR": -500, "purse:E1 EUR": 400, "purse:E2 EUR": 100}


@pytest.mark.parametrize("place", range(5))
def test_of_many_the_refused_one_is_named(place: int) -> None:
    fine = [move(f"fine-{n}", WORLD, ESCROW, 100) for n in range(4)]
    movements = [*fine[:place], move("too much", OTHER, ESCROW, 1), *fine[place:]]

    with pytest.raises(InsufficientFunds, match="too much"), transaction.atomic():
        post_many(movements)

    assert not Entry.objects.exists()
    assert balances() == {}


def test_of_many_a_reused_key_is_named() -> None:
    post(move("a", WORLD, ESCROW, 500))

    with pytest.raises(KeyReused, match="a"), transaction.atomic():
        post_many([move("b", WORLD, ESCROW, 1), move("a", WORLD, ESCROW, 499)])

    assert balances() == {"provider:clearing EUR": -500, "purse:E1 EUR": 500}


def test_posting_nothing_is_nothing() -> None:
    assert post_many([]) == []


def test_platform_accounts_are_spread_over_shards_by_key() -> None:
    movements = [move(f"fee-{n}", WORLD, chart.income("client_fee"), 100) for n in range(40)]
    post_many(movements)
    again = post_many(movements)

    shards = Account.objects.filter(parent__code="income:client_fee")
    assert 8 < shards.count() <= chart.SHARDS
    assert sum(shards.values_list("balance", flat=True)) == 4000
    assert not any(each.is_new for each in again)


@pytest.fixture
def organization() -> int:
    from tests.factories.people import OrganizationFactory

    return int(OrganizationFactory.create().pk)


def _statements_of(deed: object) -> int:
    """Count what goes over the wire, Django's cursors and the driver's own alike."""
    count = 0
    connection.ensure_connection()
    driver = connection.connection
    original = driver.wait

    def counted(*arguments: object, **options: object) -> object:
        nonlocal count
        count += 1
        return original(*arguments, **options)

    driver.wait = counted
    try:
        deed()  # type: ignore[operator]  # a lambda
    finally:
        del driver.wait
    return count
