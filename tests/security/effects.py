"""What a request changed: every row of every table, but for what merely remembers visits."""

from __future__ import annotations

from django.db import connection

# Sessions and limits are written by looking; nobody's business is in them.
VISITS = {
    "django_session",
    "usersessions_usersession",
    "platform_cache",
    "platform_heartbeat",
    "django_migrations",
    "legal_step",
}


def state_of_everything() -> dict[str, str]:
    """Return a fingerprint a table: equal before and after means that nothing was done."""
    with connection.cursor() as cursor:
        cursor.execute(_question())
        return dict(cursor.fetchall())


def changed(before: dict[str, str]) -> list[str]:
    """Return the tables that are not as they were."""
    after = state_of_everything()
    return sorted(table for table in after if after[table] != before[table])


_asked: list[str] = []


def _question() -> str:
    if not _asked:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = sorted(name for (name,) in cursor.fetchall() if name not in VISITS)
        _asked.append(" UNION ALL ".join(map(_fingerprint, tables)))
    return _asked[0]


def _fingerprint(table: str) -> str:
    # When somebody last signed in is not what they did.
    row = "to_jsonb(t) - 'last_login'" if table == "people_user" else "t"
    return (
        f"SELECT '{table}', count(*) || '/' || coalesce(sum(hashtextextended(({row})::text, 0)), 0)"
        f' FROM "{table}" t'
    )


def traces_of(marks: list[str], *, columns: list[str]) -> dict[str, tuple[int, str]]:
    """Return, by table, how many rows hold one of *marks*, and what stands in *columns*."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted(name for (name,) in cursor.fetchall() if name not in VISITS)
        asked = " UNION ALL ".join(
            f"""SELECT '{table}', count(*) FILTER (WHERE t::text ~ %(marks)s),
                coalesce(string_agg(said.words, ' ' ORDER BY said.words), '')
                FROM "{table}" t, LATERAL (SELECT string_agg(value::text, '/' ORDER BY key)
                FROM jsonb_each(to_jsonb(t)) WHERE key = ANY(%(columns)s)) AS said(words)"""
            for table in tables
        )
        cursor.execute(asked, {"marks": "|".join(marks), "columns": columns})
        return {table: (count, said) for table, count, said in cursor.fetchall()}
