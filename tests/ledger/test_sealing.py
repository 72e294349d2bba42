"""Transaction ids are the seal's order, so these tests commit; the owner tampers."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from ledger.models import Block, Entry
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
