"""What a request changed: every row of every table, but for what merely remembers visits."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.db import connection

# Sessions and limits are written by looking; nobody's business is in them.
VISITS = {
    "django_session",
    "usersessions_usersession",
    "people_signin",
    "platform_cache",
    "platform_heartbeat",
    "django_migrations",
    "legal_step",
}


def state_of_everything(among: Iterable[str] | None = None) -> dict[str, str]:
    """Return a fingerprint a table: equal before and after means that nothing was done."""
    tables = _tables() if among is None else list(among)
    if not tables:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(_fingerprint, tables)))
        return dict(cursor.fetchall())


def changed(before: dict[str, str], *, among: Iterable[str] | None = None) -> list[str]:
    """Return the tables that are not as they were; *among* leaves out those nothing wrote to."""
    after = state_of_everything(among)
    return sorted(table for table in after if after[table] != before[table])


def writes() -> dict[str, int]:
    """Return, by table, how many rows this transaction has written, undone or not.

    PostgreSQL counts them itself, so what did not move here cannot have changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        return {table: count for table, count in cursor.fetchall() if table not in VISITS}


def written_since(before: dict[str, int]) -> list[str]:
    return [table for table, count in writes().items() if count != before.get(table, 0)]


@cache
def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return sorted(name for (name,) in cursor.fetchall() if name not in VISITS)


def _fingerprint(table: str) -> str:
    # When somebody last signed in is not what they did.
    row = "to_jsonb(t) - 'last_login'" if table == "people_user" else "t"
    return (
        f"SELECT '{table}', count(*) || '/' || coalesce(sum(hashtextextended(({row})::text, 0)), 0)"
        f' FROM "{table}" t'
    )


def traces_of(
    marks: list[str], *, columns: list[str], among: Iterable[str]
) -> dict[str, tuple[int, str]]:
    """Return, by table, how many rows hold one of *marks*, and what stands in *columns*."""
    tables = list(among)
    if not tables:
        return {}
    with connection.cursor() as cursor:
        asked = " UNION ALL ".join(
            f"""SELECT '{table}', count(*) FILTER (WHERE t::text ~ %(marks)s),
                coalesce(string_agg(said.words, ' ' ORDER BY said.words), '')
                FROM "{table}" t, LATERAL (SELECT string_agg(value::text, '/' ORDER BY key)
                FROM jsonb_each(to_jsonb(t)) WHERE key = ANY(%(columns)s)) AS said(words)"""
            for table in tables
        )
        cursor.execute(asked, {"marks": "|".join(marks), "columns": columns})
        return {table: (count, said) for table, count, said in cursor.fetchall()}
