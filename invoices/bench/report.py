"""What it costs to draw documents: pages a second as the product draws them, and one page's CPU."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from pypdf import PdfReader

from invoices.bench.paper import invoice
from invoices.documents import einvoice, pdf, renderer
from invoices.documents.child import Child
from invoices.documents.freezing import Frozen

ROUNDS = 25  # of the measure that the last line gives
SHA256 = "a" * 64
_NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
_HEAD = f"{'':46}{'pages':>7}{'a second':>10}{'p50 ms':>9}"


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    lines: int
    processes: int = 1
    with_data: bool = False


ONE = Row("one page, one process", 1)
ONE_AS_DATA = Row("the same as an e-invoice, checked before", 1, with_data=True)
LONG = Row("300 lines, one process", 300)
BATCH = Row("one page each, a process a core", 1, processes=os.cpu_count() or 1)
LONG_BATCH = Row("300 lines each, a process a core", 300, processes=os.cpu_count() or 1)


def report(seconds: int) -> Iterator[str]:
    """Measure each row for *seconds*; a line for each, then the CPU of one warm page."""
    yield f"{os.cpu_count()} cores, renderers as in production, warm"
    yield _HEAD
    for row in (ONE, ONE_AS_DATA, LONG, BATCH, LONG_BATCH):
        yield _measured(row, seconds)
    yield f"cpu_ms: {_cpu_ms():.0f}"


def _measured(row: Row, seconds: int) -> str:
    document = invoice(row.lines)
    pages = len(PdfReader(io.BytesIO(pdf.draw(document, sha256=SHA256))).pages)
    with ThreadPoolExecutor(row.processes) as pool:
        runs = list(pool.map(lambda _: _run(document, row, seconds), range(row.processes)))
    took = [each for run in runs for each in run]
    a_second = pages * sum(len(run) / sum(run) for run in runs)
    return f"{row.name:46}{pages:>7}{a_second:>10.1f}{median(took) * 1_000:>9.0f}"


def _run(document: Frozen, row: Row, seconds: int) -> list[float]:
    """Draw again and again in a renderer of its own; return what each took, in seconds."""
    child = pdf.new_renderer()
    checker = einvoice.new_checker()
    try:
        _draw(document, child, checker, with_data=row.with_data)
        took: list[float] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            _draw(document, child, checker, with_data=row.with_data)
            took.append(time.monotonic() - began)
        return took
    finally:
        child.close()
        checker.close()


def _draw(document: Frozen, child: Child, checker: Child, *, with_data: bool) -> None:
    xml = b""
    if with_data:
        xml, verdict = einvoice.check(document, at=_NOON, checker=checker)
        assert verdict.is_valid, verdict.broken
    pdf.draw(document, sha256=SHA256, xml=xml, child=child)


def _cpu_ms() -> float:
    """Processor time of one page as PDF/UA, template and all, without the pipes between."""
    warm = renderer.Renderer(Path(renderer.__file__).parent)
    document = invoice(1)
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        warm.render(pdf.html_of(document, sha256=SHA256))
        took.append(time.process_time() - began)
    return median(took) * 1_000
