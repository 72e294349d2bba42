"""The weekly run over many contracts, beside plain SQL that reads and writes the same rows."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper

from billing_site.kernel.periods import week_locks_at
from invoices.bench.weeks import ENTRIES, MONDAY, fill
from invoices.services.week_billing import BATCH, bill_batch, bill_weeks
from ledger.bench.scratch import database_of_its_own, scratch_database

SIZES = (100, 1_000, 10_000)
# What the run reads, and where it writes; the floor does both, and nothing else.
READ = (
    "invoices_week",
    "invoices_contract",
    "people_organization",
    "invoices_rateversion",
    "invoices_weeklylimit",
    "invoices_timeentry",
)
WRITTEN = (
    "payments_escrow",
    "invoices_invoice",
    "invoices_invoiceline",
    "invoices_invoicechange",
    "invoices_weekchange",
    "platform_job",
    "django_q_ormq",
)


@dataclass(frozen=True, slots=True)
class Run:
    contracts: int
    seconds: float
    floor: float
    queries: float  # a contract
    peak: int  # bytes of Python objects
    longest: float  # seconds that one batch held its locks

    @property
    def line(self) -> str:
        return (
            f"{self.contracts:>10,}{self.contracts / self.seconds:>13,.0f}"
            f"{1000 * self.seconds / self.contracts:>13.3f}{self.queries:>11.2f}"
            f"{self.peak / 2**20:>10.1f}{1000 * self.longest:>13.0f}"
            f"{self.floor:>10.2f}{self.seconds / self.floor:>9.2f}"
        )


def report(_seconds: int) -> Iterator[str]:
    """Yield the lines of the table; the last is the ratio at the largest size."""
    yield f"{ENTRIES} entries a contract, batches of {BATCH}, as of {MONDAY} locked a week later."
    yield (
        f"{'contracts':>10}{'a second':>13}{'ms each':>13}{'queries':>11}{'peak MiB':>10}"
        f"{'batch ms':>13}{'floor s':>10}{'÷ floor':>9}"
    )
    with scratch_database() as empty:
        measured(1, empty)  # Loads what only the first run waits for.
        for size in SIZES:
            run = measured(size, empty)
            yield run.line
    yield f"ratio: {run.seconds / run.floor:.2f}"


def measured(contracts: int, empty: str) -> Run:
    """Fill copies of the database *empty* and run over each: once timed, then counted."""
    at = week_locks_at(MONDAY)
    with _copy_of(empty):
        fill(contracts)
        began = time.perf_counter()
        assert bill_weeks(at=at) == contracts
        seconds = time.perf_counter() - began
        floor = _floor()
    queries, peak, longest = _counted(contracts, empty)
    return Run(contracts, seconds, floor, queries, peak, longest)


def _counted(contracts: int, empty: str) -> tuple[float, int, float]:
    """Queries a contract, peak memory and the longest batch, of runs that are not timed as such.

    What traces memory slows everything down, so it has a run of its own.
    """
    size = min(contracts, 4 * BATCH)
    asked = _Counter()
    with _copy_of(empty):
        fill(size)
        with connection.execute_wrapper(asked):
            longest = max(_batches(size))
    with _copy_of(empty):
        fill(size)
        tracemalloc.start()
        list(_batches(size))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return asked.count / size, peak, longest


def _copy_of(empty: str) -> AbstractContextManager[str]:
    return database_of_its_own(empty, called="week")


def _batches(size: int) -> Iterator[float]:
    """Bill so many weeks; yield the seconds that each batch held its locks."""
    for start in range(1, size + 1, BATCH):
        began = time.perf_counter()
        bill_batch(range(start, min(start + BATCH, size + 1)), monday=MONDAY)
        yield time.perf_counter() - began


class _Counter:
    """Counts statements, as `connection.execute_wrapper` takes it."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: object, sql: str, params: object, many: bool, context: object):  # type: ignore[no-untyped-def]  # noqa: ANN204, FBT001 - Django's signature
        self.count += 1
        return execute(sql, params, many, context)  # type: ignore[operator]


def _floor() -> float:
    """Seconds that plain SQL takes: read those rows into Python, write as many, update the weeks.

    The same batches, a transaction each; tables without triggers, constraints or laws.
    """
    with connections["owner"].cursor() as cursor:
        rows = {table: _copied(cursor, table) for table in WRITTEN}
        began = time.perf_counter()
        weeks = _keys(cursor)
        for start in range(0, len(weeks), BATCH):
            with transaction.atomic(using="owner"):
                _read(cursor, weeks[start : start + BATCH])
                for table, (names, values) in rows.items():
                    share = len(values) * BATCH // len(weeks) + 1
                    first = start // BATCH * share
                    _write(cursor, table, names, values[first : first + share])
                cursor.execute(
                    "UPDATE floor_week SET state = 'locked', locked_at = now(), billed = 1200"
                    " WHERE id = ANY(%s)",
                    [weeks[start : start + BATCH]],
                )
        return time.perf_counter() - began


def _copied(cursor: CursorWrapper, table: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """What our run wrote, and an empty table of the same columns to write it to again."""
    cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING INDEXES)")
    cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own tables
    assert cursor.description
    return [column.name for column in cursor.description], cursor.fetchall()


def _keys(cursor: CursorWrapper) -> list[int]:
    cursor.execute("CREATE TABLE floor_week (LIKE invoices_week INCLUDING INDEXES)")
    cursor.execute("INSERT INTO floor_week SELECT * FROM invoices_week")
    cursor.execute("SELECT id FROM invoices_week ORDER BY id")
    return [key for (key,) in cursor.fetchall()]


def _read(cursor: CursorWrapper, weeks: list[int]) -> None:
    for table in READ:
        column = {"invoices_timeentry": "week_id", "invoices_week": "id"}.get(table)
        if column is None:
            column = "contract_id" if table.startswith("invoices_") else "id"
        if table == "invoices_contract":
            column = "id"
        cursor.execute(f"SELECT * FROM {table} WHERE {column} = ANY(%s)", [weeks])  # noqa: S608 - our own tables
        cursor.fetchall()


def _write(
    cursor: CursorWrapper, table: str, names: list[str], values: list[tuple[object, ...]]
) -> None:
    if not values:
        return
    columns = ", ".join(f'"{name}"' for name in names)
    places = ", ".join(["%s"] * len(names))
    cursor.cursor.executemany(
        f"INSERT INTO floor_{table} ({columns}) VALUES ({places})",  # noqa: S608 - our own tables
        values,
    )
