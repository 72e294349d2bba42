"""How many copies a size takes."""

from __future__ import annotations

from django.db import connection

ORGANIZATIONS = 1_000
LARGE = 1_000_000  # postings


def people_and_volume(size: int) -> tuple[int, int]:
    """Return how often people, and how often their deeds, are copied for *size* postings.

    In a world of a million postings there are a thousand organizations. A smaller one has
    fewer of the same, so that a page can be compared in both.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_organization")
        organizations = cursor.fetchone()[0]
    there = postings()
    most = -(-ORGANIZATIONS // organizations)
    volume = -(-LARGE // (most * there))
    if size < volume * there:
        return 1, -(-size // there)
    return -(-size // (volume * there)), volume


def postings() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_posting")
        return int(cursor.fetchone()[0])


def busiest(kind: str) -> int:
    """Return the key of the organization of that kind whose records are the longest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id FROM people_organization AS o JOIN ledger_posting AS p ON p.party = o.id"
            " WHERE o.kind = %s GROUP BY o.id ORDER BY count(*) DESC, o.id LIMIT 1",
            [kind],
        )
        return int(cursor.fetchone()[0])
