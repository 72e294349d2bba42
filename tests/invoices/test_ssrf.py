"""T61: whatever stands in a document, drawing it asks nobody anything and reads nothing."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from invoices.documents import child, pdf
from invoices.documents.child import ChildFailed

SECRET = "the-content-of-a-file-that-is-nobodys-business"


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A server on this machine that notes whoever calls."""
    calls: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    over = threading.Event()

    def listen() -> None:
        while not over.is_set():
            try:
                caller, address = server.accept()
            except TimeoutError:
                continue
            calls.append(str(address))
            caller.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], calls
    over.set()
    thread.join()
    server.close()


X = '<p style="font-family: x">x</p>'
SVG = (
    "%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Cimage href=%22{http}/a.png%22/%3E%3C/svg%3E"
)
VECTORS = {
    "img": '<img src="{http}/a.png">',
    "img file": '<img src="{file}">',
    "relative img": '<img src="{path}">',
    "img srcset": '<img srcset="{http}/a.png 2x" src="{http}/b.png">',
    "stylesheet": '<link rel="stylesheet" href="{http}/a.css">',
    "stylesheet file": '<link rel="stylesheet" href="{file}">',
    "import": "<style>@import url({http}/a.css);</style>",
    "background": '<p style="background: url({http}/a.png)">x</p>',
    "list image": '<ul style="list-style-image: url({http}/a.png)"><li>x</li></ul>',
    "content": "<style>p::before {{ content: url({http}/a.png) }}</style><p>x</p>",
    "font face": "<style>@font-face {{ font-family: x; src: url({http}/f.woff2) }}</style>" + X,
    "font file": "<style>@font-face {{ font-family: x; src: url({file}) }}</style>" + X,
    "object": '<object data="{http}/a.svg" type="image/svg+xml"></object>',
    "object file": '<object data="{file}" type="text/plain"></object>',
    "embed": '<embed src="{http}/a.svg" type="image/svg+xml">',
    "iframe": '<iframe src="{http}/"></iframe>',
    "attachment": '<link rel="attachment" href="{file}">',
    "attachment link": '<a rel="attachment" href="{http}/a.txt">x</a>',
    "svg image": '<svg width="9"><image href="{http}/a.png" width="9" height="9"/></svg>',
    "svg use": '<svg width="9" height="9"><use href="{http}/a.svg#x"/></svg>',
    "base": '<base href="{http}/"><img src="a.png">',
    "icc profile": "<style>@color-profile --x {{ src: url({http}/a.icc) }}</style>",
    "border": '<p style="border: 1px solid; border-image: url({http}/b.png) 1">x</p>',
    "data in data": f'<img src="data:image/svg+xml,{SVG}">',
    "another's logo": '<img src="logo:issuer">',
    "ftp": '<img src="ftp://127.0.0.1:{port}/a.png">',
}


def drawn_from(page: str) -> bytes:
    return pdf._renderer.ask(page.encode(), b"", b"", b"", b"", b"")


@pytest.mark.parametrize("vector", VECTORS)
def test_drawing_asks_nobody_and_reads_nothing(
    vector: str, listener: tuple[int, list[str]], tmp_path: Path
) -> None:
    port, calls = listener
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    places = {
        "http": f"http://127.0.0.1:{port}",
        "file": secret.as_uri(),
        "path": str(secret),
        "port": port,
    }
    page = f"<!DOCTYPE html><html lang=en><title>x</title>{VECTORS[vector].format(**places)}"

    try:
        drawn = drawn_from(page)
    except ChildFailed:  # Some things WeasyPrint cannot do without.
        drawn = drawn_from("<!DOCTYPE html><title>x</title>")

    reader = PdfReader(io.BytesIO(drawn))
    assert calls == []
    assert SECRET not in "".join(page.extract_text() for page in reader.pages)
    assert SECRET.encode() not in drawn
    assert not reader.attachments


def test_words_in_a_document_are_words() -> None:
    """What somebody types is escaped before it becomes a page."""
    payload = '<img src="http://127.0.0.1:1/"><script>1</script>'
    party = {"name": payload, "address": payload, "vat_id": ""}
    frozen = {
        "kind": "Invoice",
        "number": "X-2026-000001",
        "code": "",
        "issued_on": "2026-03-03",
        "supplied_from": "2026-03-03",
        "supplied_to": "2026-03-03",
        "note": payload,
        "issuer": party,
        "recipient": party,
        "about": [payload],
        "currency": "EUR",
        "lines": [],
        "taxes": [],
        "net": "1.00",
        "tax": "0.00",
        "gross": "1.00",
        "paid": "1.00",
        "paid_words": "Paid",
        "texts": [payload],
        "paper": "A4",
    }
    html = pdf.html_of(frozen, sha256="")

    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_page_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "WALL_SECONDS", 2)
    with pytest.raises(ChildFailed):
        drawn_from("<p>" + "<div style='float:left'>" * 60_000)
    monkeypatch.undo()
    assert drawn_from("<!DOCTYPE html><title>x</title><p>Again.")[:5] == b"%PDF-"
