"""Documents as PDF, drawn by a warm process of their own (documents/renderer.py)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from billing_site.platform import files
from billing_site.platform.models import File
from invoices.documents import paper
from invoices.documents.child import Child, ChildFailed
from invoices.documents.facturx import PROPERTIES

RECYCLE_AFTER = 50  # documents: WeasyPrint keeps memory
MOST_LINES, LONGEST_FIELD = 500, 4_000


class NotDrawn(Exception):
    """The document could not be drawn. It is issued all the same; the job tries again."""


def draw(
    frozen: dict[str, Any], *, sha256: str, xml: bytes = b"", child: Child | None = None
) -> bytes:
    """Return the PDF of what a document says, and of nothing else.

    With *xml*, the data of a valid e-invoice, it is PDF/A-3a and carries it; without,
    PDF/UA-1: one file cannot claim to be both.

    :raises NotDrawn: it took too long, too much memory, or is larger than documents are.
    """
    if len(frozen["lines"]) > MOST_LINES or _longest(frozen) > LONGEST_FIELD:
        raise NotDrawn("A document of this size is nobody's invoice.")
    html = html_of(frozen, sha256=sha256)
    renderer = child or _renderer
    try:
        if xml:
            described = render_to_string("invoices/facturx.xmp", {"properties": PROPERTIES})
            return renderer.ask(html.encode(), xml, described.encode(), b"", *_look(frozen))
        return renderer.ask(html.encode(), b"", b"", b"", *_look(frozen))
    except ChildFailed as error:
        raise NotDrawn(str(error)) from error


def draw_file(html: str, *, child: Child | None = None) -> bytes:
    """Return a page of ours as PDF/A-3a, to be kept or handed on. It carries no data.

    :raises NotDrawn: it took too long, or too much memory.
    """
    try:
        return (child or _renderer).ask(html.encode(), b"", b"", b"archived", b"", b"")
    except ChildFailed as error:
        raise NotDrawn(str(error)) from error


def draw_page(html: str) -> bytes:
    """Return the PDF of a page of ours that is no document, in the same hand.

    :raises NotDrawn: it took too long, or too much memory.
    """
    try:
        return _renderer.ask(html.encode(), b"", b"", b"", b"", b"")
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


def _look(frozen: dict[str, Any]) -> tuple[bytes, bytes]:
    """The issuer's logo, as it was when the document was issued, and its color."""
    look = frozen.get("look", {})
    color = str(look.get("color", "")).encode()
    if not look.get("logo"):
        return b"", color
    logo = File.objects.get(ref=look["logo"])
    assert logo.sha256 == look["logo_sha256"], f"{logo.ref} is not what was printed."
    return files.open(logo), color


def _qr(url: str) -> dict[str, Any]:
    """The dark modules of a QR code as one SVG path, to be drawn with color attributes."""
    code = segno.make(url, error="m", micro=False)
    path = "".join(
        f"M{x} {y}h{length}v1h-{length}z"
        for y, row in enumerate(code.matrix)
        for x, length in _dark_runs(row)
    )
    return {"size": len(code.matrix), "path": path}


def _dark_runs(row: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Where the dark modules of a row begin, and how many stand together: fewer shapes to draw."""
    start = 0
    for is_dark, modules in groupby(row):
        length = len(list(modules))
        if is_dark:
            yield start, length
        start += length


def _longest(value: Any) -> int:
    if isinstance(value, dict):
        return max((_longest(each) for each in value.values()), default=0)
    if isinstance(value, list):
        return max((_longest(each) for each in value), default=0)
    return len(str(value))


def new_renderer() -> Child:
    """A process that draws. One is enough for all of ours, and it is kept; see `_renderer`."""
    here = Path(__file__).parent
    return Child(here / "renderer.py", str(here), recycle_after=RECYCLE_AFTER)


_renderer = new_renderer()
