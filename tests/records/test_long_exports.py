"""What `manage.py bench export` measures: its books are in order, and memory does not grow."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from billing_site.kernel.invariants import laws
from billing_site.platform import files
from billing_site.workflows.scale import export_report, long_records
from billing_site.workflows.scale.long_records import ROWS
from records.queries.documents import about
from records.services import exports
from tests.given import NOON

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
COPIES = 6


def test_long_records_are_written_whole_in_memory_that_does_not_grow(
    tmp_path: Path, monkeypatch: Any
) -> None:
    parties = long_records.fill(COPIES)
    export, peaks = export_report._asked(parties), []

    def watched(chunk: Any) -> Any:
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()
        return about(chunk)

    monkeypatch.setattr(exports, "about", watched)
    monkeypatch.setattr(exports, "CHUNK", ROWS)
    tracemalloc.start()
    exports.write_out(export.pk, at=NOON)
    tracemalloc.stop()

    assert len(peaks) == COPIES
    assert peaks[-1] < 1.5 * peaks[2]
    export.refresh_from_db()
    with files.place_of(export.stored_as).open() as file:
        rows = list(csv.DictReader(file))
    assert len({row["entry"] for row in rows}) == len(rows) == export.rows_done == COPIES * ROWS
    assert {(row["kind"], row["fee"]) for row in rows} == {
        ("fund_escrow", "5.00"),
        ("release_escrow", "-5.00"),
    }
    assert all(row["other_side"] == "Ben Byte" and row["contract"] for row in rows)
    assert rows[-1]["balance"] == "0.00"
    export_report._copied(parties, tmp_path / "floor.csv")
    assert len((tmp_path / "floor.csv").read_text().splitlines()) == len(rows)
    broken = [law.name for law in laws() if law.name.startswith("ledger.") and law.check()]
    assert broken == ["ledger.clearing_returns_to_zero"]  # the provider has settled none of it
