"""T62: documents that mean to use up the machine cost one renderer, and nobody else waits long."""

from __future__ import annotations

import resource
import time
from contextlib import suppress

import pytest

from invoices.documents import child, pdf

pytestmark = pytest.mark.release
WORD = "x" * 200
NESTED = 3_000
BOMBS = {
    "a cell over a million columns": "<table><tr><td colspan=1000000>x</td></tr></table>",
    "a cell over a million rows": "<table><tr><td rowspan=1000000>x</td></tr></table>",
    "blocks in blocks": "<div>" * NESTED,
    "floats in floats": "<div style='float:left'>" * NESTED,
    "tables in tables": "<table><tr><td>" * 300,
    "flexes in flexes": "<div style='display:flex'><div>" * 200,
    "grids in grids": "<div style='display:grid'><div>" * 200,
    "a million pages": "<div style='height:1000000000mm'>x</div>",
    "breaks without end": "<p style='page-break-after:always'>x" * 20_000,
    "rows without end": f"<table>{'<tr><td>x</td></tr>' * 200_000}</table>",
    "words without end": f"<p>{WORD * 100_000}",
    "columns without end": f"<div style='columns:100000'>{'word ' * 50_000}</div>",
    "counters that explode": "<style>li::before{content:counters(a,'"
    + "." * 5_000
    + "')}</style>"
    + "<ol style='counter-reset:a'><li style='counter-increment:a'>" * 500,
    "a picture of forty thousand shapes": "<svg width='9' height='9'>"
    + "<g transform='rotate(1)'>" * 40_000,
}


@pytest.mark.parametrize("why", BOMBS)
def test_a_bomb_is_given_up_and_the_next_document_is_drawn(
    why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "WALL_SECONDS", 5)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()

    with suppress(pdf.NotDrawn):  # In words; some of them are merely long.
        pdf.draw_page(f"<!DOCTYPE html><title>x</title>{BOMBS[why]}")

    assert time.monotonic() - began < 8
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 64 * 1024, "Kilobytes, of the process that serves people."
    monkeypatch.undo()
    assert pdf.draw_page("<!DOCTYPE html><title>x</title><p>Again.").startswith(b"%PDF-")
