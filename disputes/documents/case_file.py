"""The file of a case as a PDF to be kept: the same pack for a side, an arbiter or a bank."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.loader import render_to_string

from billing_site.platform import downloads
from disputes.queries.case_file import CaseFile
from invoices.documents import pdf

# In the order in which they stand; the contents are drawn from this.
CHAPTERS = (
    ("about", "What it is about"),
    ("outcome", "Proposals and decisions"),
    ("timeline", "What was said and done"),
    ("evidence", "Evidence, with hashes"),
    ("postings", "Every posting"),
)


def draw(file: CaseFile) -> bytes:
    """Return *file* as PDF/A.

    :raises NotDrawn: it took too long, or too much memory.
    """
    return pdf.draw_file(html_of(file))


def html_of(file: CaseFile) -> str:
    """All text in it is escaped, none of it is HTML."""
    return render_to_string("disputes/case_file.html", {"file": file, "chapters": CHAPTERS})


def answer(file: CaseFile) -> HttpResponse:
    """The PDF as a response, to be looked at and kept by nobody on the way.

    :raises NotDrawn: as `draw`.
    """
    response = HttpResponse(draw(file), content_type="application/pdf")
    return downloads.shown(response, f"case-{file.dispute.ref}.pdf")
