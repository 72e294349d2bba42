"""Takes back what committed: a race is run again on the world that it began with.

Only what was written since is put back, so a round costs what it wrote, and not a world.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.utils import CursorWrapper

from tests.conftest import KEPT, _tables, _written, as_the_owner

KEYS = """
SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
  FROM information_schema.columns
 WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY table_name
"""


class Rewind:
    """A copy of every row there is, on a connection of the owner's."""

    def __init__(self, cursor: CursorWrapper) -> None:
        self.cursor = cursor
        cursor.execute(KEYS)
        columns = dict(cursor.fetchall())
        self.columns = {name: columns[name] for name in _tables(cursor) if name not in KEPT}
        self.kept = set(_written(cursor, [*self.columns]))
        cursor.execute("SET session_replication_role = replica")  # triggers off
        for name in self.kept:
            cursor.execute(f'CREATE TEMP TABLE "was_{name}" AS SELECT * FROM "{name}"')
        self._note()

    def back(self) -> list[str]:
        """Put everything back as it was; return the tables that had been written to."""
        changed = self._changed()
        for name in changed:
            self.cursor.execute(f'DELETE FROM "{name}"')
            if name in self.kept:
                columns = self.columns[name]
                self.cursor.execute(
                    f'INSERT INTO "{name}" ({columns}) OVERRIDING SYSTEM VALUE'
                    f' SELECT {columns} FROM "was_{name}"'
                )
        self._note()
        return changed

    def _note(self) -> None:
        """Rows that are written from now on are of later transactions."""
        self.cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (self.since,) = self.cursor.fetchone()

    def _changed(self) -> list[str]:
        """Those with a row of a later transaction, or with fewer rows than there were."""
        probes = []
        for name in self.columns:
            fewer = f'(SELECT count(*) FROM "{name}") < (SELECT count(*) FROM "was_{name}") OR'
            probes.append(
                f"SELECT '{name}' WHERE {fewer if name in self.kept else ''} EXISTS"
                f' (SELECT FROM "{name}" WHERE xmin::text::bigint > {self.since})'
            )
        self.cursor.execute(" UNION ALL ".join(probes))
        return [name for (name,) in self.cursor.fetchall()]


@contextmanager
def rewinding() -> Iterator[Rewind]:
    with as_the_owner() as cursor:
        yield Rewind(cursor)
