"""What an export costs: rows a second and memory, beside a plain COPY of the same rows."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings

from billing_site.platform import clock
from billing_site.workflows.scale import long_records
from billing_site.workflows.scale.long_records import Parties
from ledger.bench.scratch import database_of_its_own
from records.models import Export
from records.queries.transactions import Asked
from records.services import exports

SIZES = (100_000, 1_000_000)
# What PostgreSQL writes by itself: no sums by kind, no documents, no words.
_FLOOR = """
COPY (SELECT e.occurred_at, e.id, e.kind, e.memo, e.reference, sum(p.change),
             sum(sum(p.change)) OVER (ORDER BY e.occurred_at, e.id), p.currency
        FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
       WHERE p.party = {party} AND p.currency = 'EUR'
       GROUP BY e.id, p.currency ORDER BY e.occurred_at, e.id) TO STDOUT (FORMAT csv)
"""


@dataclass(frozen=True, slots=True)
class Run:
    rows: int
    seconds: float
    floor: float
    before: float  # MiB in memory when it began
    most: float

    @property
    def a_second(self) -> float:
        return self.rows / self.seconds

    @property
    def line(self) -> str:
        return (
            f"{self.rows:>12,}{self.a_second:>12,.0f}{self.before:>12.0f}{self.most:>10.0f}"
            f"{self.rows / self.floor:>16,.0f}{self.seconds / self.floor:>9.1f}"
        )


def report(_seconds: int) -> Iterator[str]:
    """Yield a line for each size; the last one is how fast the largest was."""
    yield "A client's records as CSV, as the job writes them; COPY writes less of the same rows."
    yield (
        f"{'rows':>12}{'a second':>12}{'MiB before':>12}{'at most':>10}"
        f"{'COPY a second':>16}{'÷ COPY':>9}"
    )
    for size in SIZES:
        run = measured(size)
        yield run.line
    yield f"rows_per_second: {run.a_second:.0f}"


def measured(rows: int) -> Run:
    """Fill a database of its own with so many rows of one client, and export them."""
    with (
        TemporaryDirectory() as files,
        override_settings(PRIVATE_FILES=Path(files)),
        database_of_its_own("template0") as _,
    ):
        call_command("migrate", database="owner", verbosity=0)
        parties = long_records.fill(rows // long_records.ROWS)
        export = _asked(parties)
        floor = _copied(parties, Path(files) / "floor.csv")
        connections.close_all()  # A connection survives no fork.
        with multiprocessing.get_context("fork").Pool(1) as pool:
            seconds, before, most = pool.apply(_write, (export.pk,))
        export.refresh_from_db()
        assert export.rows_in_all == export.rows_done == rows, "Everything was exported."
    return Run(rows, seconds, floor, before, most)


def _asked(parties: Parties) -> Export:
    return exports.request(
        parties.client, Asked(currency="EUR"), format_="csv", by=parties.owner, at=clock.now()
    )


def _write(export_id: int) -> tuple[float, float, float]:
    before, began = _resident(), time.perf_counter()
    exports.write_out(export_id, at=clock.now())
    seconds = time.perf_counter() - began
    connections.close_all()
    return seconds, before, _resident()


def _resident() -> float:
    """MiB that this process has had in memory at most."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def _copied(parties: Parties, path: Path) -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor, path.open("wb") as file:
        with cursor.copy(_FLOOR.format(party=parties.client.pk)) as out:
            for block in out:
                file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - began
