"""A ZIP of documents with an index, written one by one: none but the one at hand is in memory."""

from __future__ import annotations

import csv
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from billing_site.platform import files
from invoices.models.document import Document
from records.files.columns import harmless
from records.queries.papers import Paper

INDEX = (
    "file", "kind", "number", "issued_on", "from", "to", "currency", "net", "tax", "gross",
    "code", "sha256",
)  # fmt: skip
PIECE = 64 * 1024


def write_papers(path: Path, papers: Iterable[Paper], *, tell: Callable[[int], None]) -> None:
    """Write the archive to *path*; *tell* is told after each document how many there are."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive,
        tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as index,
    ):
        table = csv.writer(index)
        table.writerow(INDEX)
        for count, paper in enumerate(papers, start=1):
            table.writerow(_put(archive, paper))
            tell(count)
        index.seek(0)
        with archive.open("index.csv", "w", force_zip64=True) as entry:
            while piece := index.read(PIECE):
                entry.write(piece.encode())


def _put(archive: zipfile.ZipFile, paper: Paper) -> list[str]:
    document, name = paper.document, ""
    if document.pdf is not None:  # else it is being drawn, and the index says so
        name = _free_name(archive, paper)
        archive.writestr(_entry(name, document), files.open(document.pdf))
    says = document.says
    return [
        name or "(being drawn)",
        *(
            harmless(text)
            for text in (
                says["kind"],
                document.number or "",
                says["issued_on"],
                says["issuer"]["name"],
                says["recipient"]["name"],
            )
        ),
        says["currency"],
        says["net"],
        says["tax"],
        says["gross"],
        document.printed_code,
        document.pdf_sha256,
    ]


def _free_name(archive: zipfile.ZipFile, paper: Paper) -> str:
    """Two issuers may have given the same number: the second has its reference behind it."""
    name = f"{paper.folder}/{paper.document.file_name}.pdf"
    if name in archive.NameToInfo:
        return f"{paper.folder}/{paper.document.file_name}-{paper.ref}.pdf"
    return name


def _entry(name: str, document: Document) -> zipfile.ZipInfo:
    assert document.issued_at, "What has a number is issued."
    issued = document.issued_at
    return zipfile.ZipInfo(name, (issued.year, issued.month, issued.day, 0, 0, 0))
