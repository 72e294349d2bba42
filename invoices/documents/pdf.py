"""Documents as PDF, drawn by a warm process of their own (documents/renderer.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from invoices.documents import paper
from invoices.documents.child import Child, ChildFailed
from invoices.documents.facturx import PROPERTIES

RECYCLE_AFTER = 50  # documents: WeasyPrint keeps memory
MOST_LINES, LONGEST_FIELD = 500, 4_000


class NotDrawn(Exception):
    """The document could not be drawn. It is issued all the same; the job tries again."""


def draw(frozen: dict[str, Any], *, sha256: str, xml: bytes = b"") -> bytes:
    """Return the PDF of what a document says, and of nothing else.

    With *xml*, the data of a valid e-invoice, it is PDF/A-3a and carries it; without,
    PDF/UA-1: one file cannot claim to be both.

    :raises NotDrawn: it took too long, too much memory, or is larger than documents are.
    """
    if len(frozen["lines"]) > MOST_LINES or _longest(frozen) > LONGEST_FIELD:
        raise NotDrawn("A document of this size is nobody's invoice.")
    html = html_of(frozen, sha256=sha256)
    try:
        if xml:
            described = render_to_string("invoices/facturx.xmp", {"properties": PROPERTIES})
            return _renderer.ask(html.encode(), xml, described.encode())
        return _renderer.ask(html.encode(), b"", b"")
    except ChildFailed as error:
        raise NotDrawn(str(error)) from error


def html_of(frozen: dict[str, Any], *, sha256: str) -> str:
    """Return the page that becomes the PDF. All text in it is escaped, none of it is HTML."""
    url = (
        urljoin(settings.SITE_URL, reverse("verify", args=[frozen["code"]]))
        if frozen["code"]
        else ""
    )
    context = {
        "paper": paper.of(frozen),
        "sha256": sha256,
        "verify_url": url,
        "qr": _qr(url) if url else None,
    }
    return render_to_string("invoices/paper.html", context)


def _qr(url: str) -> dict[str, Any]:
    """The dark modules of a QR code as one SVG path, to be drawn with color attributes."""
    code = segno.make(url, error="m", micro=False)
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(code.matrix)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return {"size": len(code.matrix), "path": path}


def _longest(value: Any) -> int:
    if isinstance(value, dict):
        return max((_longest(each) for each in value.values()), default=0)
    if isinstance(value, list):
        return max((_longest(each) for each in value), default=0)
    return len(str(value))


_renderer = Child(
    Path(__file__).with_name("renderer.py"),
    str(settings.BASE_DIR / "static" / "fonts"),
    recycle_after=RECYCLE_AFTER,
)
