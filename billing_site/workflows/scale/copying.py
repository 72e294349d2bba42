"""Copies everybody and everything, each column by what it is."""

from __future__ import annotations

import os

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, ForeignKey, Model, UniqueConstraint

from billing_site.kernel.references import ALPHABET, REF_LENGTH
from billing_site.platform.files import path_of
from billing_site.workflows.scale.books import copy_books
from billing_site.workflows.scale.record import record_copies
from billing_site.workflows.scale.tables import Follows, copied_tables

STRIDE = 1_000_000  # between the keys of one copy and the next
YEARS = 3
TAG = 3  # letters at the end of a reference that say which copy it is of
_REF = rf"\m([{ALPHABET}]{{{REF_LENGTH - TAG}}})[{ALPHABET}]{{{TAG}}}\M"
# Keys of people that are kept as plain numbers.
_LOOSE = {("platform.notice", "user_id"), ("platform.file", "owner")}
# What a person has but once at a time.
_ONE_AT_A_TIME = {
    *("invoices.timeentry", "invoices.timer", "invoices.partentry"),
    *("people.delegation", "invoices.budgetalert"),
}
_WITH_REFS = {"ref", "document", "reference", "cause", "key", "url"}
_NAME = 50  # letters of a name that is not a reference, before the number of the copy
_PLACES = 100_000  # between the numbers of documents of one copy and the next

# Letters are exchanged too: else the last ones may be those of the row that is copied.
_NAMES = f"""
CREATE FUNCTION pg_temp.scale_tag(k integer) RETURNS text IMMUTABLE LANGUAGE sql AS $$
SELECT string_agg(substr('{ALPHABET}', (k / (32 ^ place)::integer) % 32 + 1, 1), ''
                  ORDER BY place DESC)
  FROM generate_series(0, {TAG - 1}) AS place $$;
CREATE FUNCTION pg_temp.scale_named(name text, tag text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
SELECT CASE WHEN name ~ '{_REF}'
            THEN translate(regexp_replace(name, '{_REF}', '\\1' || tag, 'g'),
                           '{ALPHABET}', '{ALPHABET[1:]}{ALPHABET[0]}')
            ELSE name END $$
"""  # noqa: S608 - our own letters
_COPIES = """
CREATE TEMPORARY TABLE scale_copy AS
SELECT o, v, o * {volume} + v AS k,
       o::bigint * {volume} * {stride} AS who, (o * {volume} + v)::bigint * {stride} AS what,
       pg_temp.scale_tag(o * {volume}) AS who_tag, pg_temp.scale_tag(o * {volume} + v) AS what_tag,
       (v % {years}) * interval '364 days' AS back
  FROM generate_series(0, {people} - 1) AS o, generate_series(0, {volume} - 1) AS v
"""


def copy_world(cursor: CursorWrapper, *, people: int, volume: int) -> None:
    """Have *people* of everybody, who did *volume* times what they did. *cursor* is the owner's.

    Triggers and foreign keys rest meanwhile; constraints and unique indexes do not.
    """
    tables = copied_tables()
    cursor.execute("SET session_replication_role = replica")
    cursor.execute(_NAMES)
    cursor.execute(_COPIES.format(people=people, volume=volume, stride=STRIDE, years=YEARS))
    for model, follows in tables.items():
        _copy(cursor, model, follows, tables)
    copy_books(cursor)
    record_copies(cursor, since=STRIDE)
    _link_files(cursor, copies=people * volume)
    cursor.execute("DROP TABLE scale_copy")
    cursor.execute("RESET session_replication_role")
    cursor.execute("VACUUM ANALYZE")


def _copy(
    cursor: CursorWrapper,
    model: type[Model],
    follows: Follows,
    tables: dict[type[Model], Follows],
) -> None:
    meta = model._meta  # noqa: SLF001 - Django's documented way to look at a model
    fields = [field for field in meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field, follows, tables) for field in fields)
    table = meta.db_table
    once = follows is Follows.PEOPLE or meta.label_lower in _ONE_AT_A_TIME
    which = "c.k > 0 AND c.v = 0" if once else "c.k > 0"
    cursor.execute(
        f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}" AS t, scale_copy AS c'  # noqa: S608 - our own tables
        f" WHERE {which}"
    )
    if isinstance(meta.pk, models.AutoField):
        pk = meta.pk.column
        cursor.execute(
            f"""SELECT setval(pg_get_serial_sequence('"{table}"', '{pk}'), max("{pk}"))"""  # noqa: S608 - our own tables
            f' FROM "{table}"'
        )


def _link_files(cursor: CursorWrapper, *, copies: int) -> None:
    """Let each copy of a stored file be there under its name, without a byte more on the disk."""
    cursor.execute("SELECT stored_as FROM platform_file WHERE id < %s", [STRIDE])
    for (stored_as,) in cursor.fetchall():
        original = path_of(stored_as)
        for number in range(1, copies):
            copy = original.with_name(f"{stored_as[:_NAME]}~{number}")
            if original.exists() and not copy.exists():
                os.link(original, copy)


def _value(
    field: Field[object, object], follows: Follows, tables: dict[type[Model], Follows]
) -> str:
    """The SQL of a column's value in copy `c` of row `t`."""
    column = f't."{field.column}"'
    offset = _offset(field, follows, tables)
    if offset:
        return f"{column} + {offset}"
    if isinstance(field, models.CharField | models.TextField):
        return _text(field, column, follows.offset)
    if follows is Follows.DEEDS and (shifted := _earlier(field, column)):
        return shifted
    if isinstance(field, models.UUIDField) and field.unique:
        return f"md5({column}::text || c.k)::uuid"
    return column


def _offset(
    field: Field[object, object], follows: Follows, tables: dict[type[Model], Follows]
) -> str | None:
    """What is added to a number that names something, or a place in a series."""
    if isinstance(field, ForeignKey):
        its = tables.get(field.related_model)
        return f"c.{its.offset}" if its else None
    if (field.model._meta.label_lower, field.name) in _LOOSE:  # noqa: SLF001 - likewise
        return "c.who"
    if isinstance(field, models.AutoField):
        return f"c.{follows.offset}"
    if field.name == "place" and isinstance(field, models.IntegerField):
        return f"c.k * {_PLACES}"
    return None


def _earlier(field: Field[object, object], column: str) -> str | None:
    if isinstance(field, models.DateTimeField):
        return f"{column} - c.back"
    if isinstance(field, models.DateField):
        # Where a day happens once, as a payout by schedule, each copy has a day of its own.
        apart = " - c.v" if field.name == "due_on" and "schedule" in _names(field) else ""
        return f"({column} - c.back)::date{apart}"
    if isinstance(field, DateTimeRangeField):
        return f"tstzrange(lower({column}) - c.back, upper({column}) - c.back)"
    return None


def _names(field: Field[object, object]) -> set[str]:
    return {each.name for each in field.model._meta.concrete_fields}  # noqa: SLF001 - likewise


def _text(field: Field[object, object], column: str, mine: str) -> str:
    if field.name in {"email", "destination"}:
        return f"'copy' || c.o || '.' || {column}"
    if field.name == "series_code":
        return "'Z' || upper(lpad(to_hex(c.o * 1000 + t.id), 5, '0'))"
    if field.name == "number":
        return f"CASE {column} WHEN '' THEN '' ELSE {column} || '-' || c.k END"
    alone = field.unique or _is_unique_beside_no_key(field)
    if field.name not in _WITH_REFS and not alone:
        return column
    named = f"pg_temp.scale_named({column}, c.{mine}_tag)"
    if not alone or field.name == "ref":
        return named
    short = f"left({column}, {min(_NAME, (field.max_length or 200) - 8)})"
    return (
        f"CASE WHEN {column} IS NULL OR {column} = '' THEN {column}"
        f" WHEN {named} <> {column} THEN {named} ELSE {short} || '~' || c.k END"
    )


def _is_unique_beside_no_key(field: Field[object, object]) -> bool:
    """Tell whether two rows may not share it, whatever they belong to."""
    meta = field.model._meta  # noqa: SLF001 - likewise
    return any(
        isinstance(constraint, UniqueConstraint)
        and field.name in constraint.fields
        and not any(isinstance(meta.get_field(name), ForeignKey) for name in constraint.fields)
        for constraint in meta.constraints
    )
