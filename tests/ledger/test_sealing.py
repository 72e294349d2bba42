"""Transaction ids are the seal's order, so these tests commit; the owner tampers."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from ledger.models import Block, Entry
from ledger.queries.incarnations import Restored, current, is_at_home
from ledger.queries.verifying import verify_books
from ledger.services.posting import post
from ledger.services.sealing import seal_due
from tests.conftest import as_the_owner, empty_the_database
from tests.given import NOON
from tests.ledger.books import WORLD, move, purse

# What is sealed lies below every transaction of the whole server, and the tests of another
# worker keep theirs open: these run where nothing runs beside them.
pytestmark = [
    pytest.mark.release,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]
ESCROW = purse("E1")
INSERTED = """
INSERT INTO ledger_entry (key, fingerprint, kind, memo, n_postings, reference_type, reference,
                          occurred_at, transaction_id)
SELECT 'new', fingerprint, kind, memo, n_postings, reference_type, reference, occurred_at,
       transaction_id FROM ledger_entry WHERE key = 'b'
"""


@pytest.fixture
def blocks() -> None:
    """Three entries in two blocks."""
    post(move("a", WORLD, ESCROW, 500))
    post(move("b", ESCROW, purse("E2"), 100))
    assert seal_due(at=NOON) == 2
    post(move("c", WORLD, ESCROW, 7))
    assert seal_due(at=NOON) == 1


def tamper(statement: str) -> None:
    """As nobody but who has the whole server could."""
    with as_the_owner() as cursor:
        cursor.execute("SET session_replication_role = replica")  # triggers off
        cursor.execute(statement)


def test_what_is_sealed_is_sealed_once(blocks: None) -> None:
    assert seal_due(at=NOON) == 0
    assert verify_books().is_whole
    assert (verify_books().blocks, verify_books().entries) == (2, 3)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE ledger_posting SET amount = amount + sign(amount)::int",
            "entry {a} (a) was changed",
        ),
        ("UPDATE ledger_entry SET memo = 'x' WHERE key = 'b'", "entry {b} (b) was changed"),
        (
            "UPDATE ledger_entry SET occurred_at = now() WHERE key = 'c'",
            "entry {c} (c) was changed after block 2",
        ),
        ("DELETE FROM ledger_entry WHERE key = 'b'", "entry {b} was sealed in block 1 and is gone"),
        (
            INSERTED,
            "(new) was put into block 1",
        ),
        ("UPDATE ledger_block SET hash = previous_hash WHERE number = 2", "block 2 is not what"),
        ("DELETE FROM ledger_block WHERE number = 1", "block 1 is missing"),
    ],
)
def test_the_first_row_that_was_tampered_with_is_named(
    statement: str, said: str, blocks: None
) -> None:
    numbers = dict(Entry.objects.values_list("key", "pk"))
    tamper(statement)

    assert said.format(**numbers) in verify_books().difference
    complaint = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_books", stdout=StringIO(), stderr=complaint)
    assert "Tampered with" in complaint.getvalue()
    empty_the_database()  # before the audit that follows every test of the books


def test_a_block_follows_the_last_one(blocks: None) -> None:
    with pytest.raises(DatabaseError, match="a block follows"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_seal(9, 1, 2, 1, ''::bytea, ''::bytea, sha256(''::bytea), now())"
        )
    assert Block.objects.count() == 2


def test_the_command_prints_the_head(blocks: None) -> None:
    printed = StringIO()
    call_command("verify_books", stdout=printed)
    assert verify_books().head in printed.getvalue()


@pytest.fixture
def restored(blocks: None) -> Iterator[None]:
    """As after a dump from a server that had given many more ids, one entry of it unsealed."""
    post(move("d", WORLD, ESCROW, 9))
    for statement in (
        (
            "UPDATE ledger_entry SET transaction_id ="
            " (transaction_id::text::bigint + 4000000000)::text::xid8"
        ),
        (
            "UPDATE ledger_block SET first_transaction = first_transaction + 4000000000,"
            " last_transaction = last_transaction + 4000000000"
        ),
        "UPDATE ledger_incarnation SET server = 'the old one'",
    ):
        tamper(statement)
    yield
    tamper("DELETE FROM ledger_incarnation WHERE number > 1")
    tamper("UPDATE ledger_incarnation SET server = ledger_server()")
    with as_the_owner() as cursor:
        cursor.execute("ALTER TABLE ledger_entry ALTER COLUMN incarnation SET DEFAULT 1")
    empty_the_database()


def adopted() -> str:
    printed = StringIO()
    call_command("adopt", stdout=printed)
    return printed.getvalue()


def test_a_restore_is_adopted_and_the_chain_goes_on(restored: None) -> None:
    with pytest.raises(Restored):
        seal_due(at=NOON)
    post(move("too soon", WORLD, ESCROW, 3))  # nobody said yet that this is another server
    assert "2 entries were not sealed" in adopted()
    assert (current(), is_at_home()) == (2, True)
    with pytest.raises(CommandError, match="live here already"):
        adopted()
    post(move("e", ESCROW, purse("E3"), 4))
    assert seal_due(at=NOON) == 1

    verdict = verify_books()
    assert (verdict.difference, verdict.blocks, verdict.entries) == ("", 4, 6)
    chain = Block.objects.order_by("number").values_list("incarnation", "is_of_a_restore")
    assert list(chain) == [(1, False), (1, False), (1, True), (2, False)]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ledger_entry SET memo = 'x' WHERE key = 'd'", "(d) was changed after block 3"),
        ("UPDATE ledger_entry SET memo = 'x' WHERE key = 'a'", "(a) was changed after block 1"),
        ("DELETE FROM ledger_entry WHERE key = 'd'", "was sealed in block 3 and is gone"),
        (
            INSERTED.replace("transaction_id FROM", "'9'::xid8 FROM"),
            "(new) was put among what is sealed",
        ),
    ],
)
def test_what_was_restored_stays_under_seal(statement: str, said: str, restored: None) -> None:
    adopted()
    post(move("e", ESCROW, purse("E3"), 4))
    seal_due(at=NOON)
    # The owner writes as of the first incarnation again, as a forger would.
    with as_the_owner() as cursor:
        cursor.execute("ALTER TABLE ledger_entry ALTER COLUMN incarnation SET DEFAULT 1")
    tamper(statement)
    assert said in verify_books().difference


def test_what_was_tampered_with_is_not_adopted(restored: None) -> None:
    tamper("UPDATE ledger_entry SET memo = 'x' WHERE key = 'b'")
    with pytest.raises(CommandError, match=r"\(b\) was changed"):
        adopted()
