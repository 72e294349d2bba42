from __future__ import annotations

import io
from decimal import Decimal

from pypdf import PdfReader

from invoices.bench import report
from invoices.bench.paper import invoice
from invoices.documents import pdf
from invoices.documents.arithmetic import broken_sums


def test_what_is_measured_is_a_document_that_adds_up() -> None:
    for lines in (1, 7, 300):
        assert broken_sums(invoice(lines)) == []
        assert Decimal(invoice(lines)["gross"]) == lines * 120


def test_each_row_is_measured_in_renderers_of_its_own() -> None:
    said = report._measured(report.ONE_AS_DATA, 1)

    assert said.startswith(report.ONE_AS_DATA.name)
    assert float(said.split()[-2]) > 0


def test_one_renderer_draws_many_documents_alike() -> None:
    """The stylesheet and the fonts are read once: what was drawn before leaves nothing behind."""
    first, _, again = (
        PdfReader(io.BytesIO(pdf.draw(each, sha256="")))
        for each in (invoice(1), invoice(90), invoice(1))
    )

    assert len(first.pages) == len(again.pages) == 1
    assert first.pages[0].extract_text() == again.pages[0].extract_text()
