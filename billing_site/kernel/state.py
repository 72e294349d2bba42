"""The machines once more, where no Python can reach: as rows of `legal_step` and a trigger.

A migration teaches the database a machine in plain SQL, and forgets it on the way back:

    migrations.RunSQL(
        "SELECT teach_machine('payments_charge', 'begun', 'begun>processing begun>cancelled')",
        "SELECT forget_machine('payments_charge')",
    )

First the table, then the states a row may be born in, then the legal steps. PostgreSQL
refuses every other INSERT and every other UPDATE OF state. A later migration adds steps with
`teach_steps(table, born, steps)` and takes them back with `forget_steps(table, born, steps)`.
tests/test_architecture.py compares these rows with the `@transition`s.
"""

from __future__ import annotations

from django.db import connection


def taught_steps(table: str) -> set[tuple[str, str]]:
    """Return the (was, became) pairs that the database allows; `was` is "" for a birth."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT was, became FROM legal_step WHERE machine = %s", [table])
        return set(cursor.fetchall())
