"""A process of its own that turns HTML into PDF and can do nothing else.

Started by documents/pdf.py without an environment; knows neither Django nor us. It reads
requests from stdin (HTML, then the XML to embed and what describes it, then a mark where it
is for an archive, then the issuer's logo and color; each empty where there is none), writes
answers to stdout, each part with its length before it, and limits itself: so much memory, and
so much processor time a document.
"""

from __future__ import annotations

import logging
import re
import resource
import struct
import sys
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

import pydyf
import weasyprint
from weasyprint.css.counters import CounterStyle
from weasyprint.document import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcherResponse

MEMORY = 1024**3  # of address space; an invoice takes about 300 MB of it
WRITTEN = 16 * 1024**2  # to disk: it unpacks fonts into a file, for fontconfig
SECONDS = 20  # of processor time, for one document
LENGTH = struct.Struct(">I")
OK, FAILED = b"+", b"-"
ACCESSIBLE, ARCHIVED = "pdf/ua-1", "pdf/a-3a"  # one file cannot claim to be both
COLOR = re.compile(r"#[0-9a-f]{6}")
DATA_NAME = "factur-x.xml"
LOGO = "logo:issuer"  # its name in the page of the document that carries it


class OnlyOurFonts(weasyprint.URLFetcher):
    """Fetches nothing from anywhere. What it knows by name was read before it started."""

    def __init__(self, assets: dict[str, bytes]) -> None:
        super().__init__(allow_redirects=False, allowed_protocols=())
        self.assets = assets

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in self.assets:
            raise ValueError("Documents fetch nothing.")
        kind = "image/png" if url == LOGO else "font/ttf"
        return URLFetcherResponse(url, self.assets[url], {"Content-Type": kind})


class Renderer:
    """What every document needs, read once: fonts, the stylesheet, and nothing of a document."""

    def __init__(self, folder: Path) -> None:
        fonts = {f"font:{path.stem}": path.read_bytes() for path in folder.glob("fonts/*.ttf")}
        self.fetcher = OnlyOurFonts(fonts)
        self.kept = {"font_config": FontConfiguration(), "counter_style": CounterStyle()}
        self.sheet = weasyprint.CSS(
            string=(folder / "paper.css").read_text(), url_fetcher=self.fetcher, **self.kept
        )

    def render(
        self,
        html: str,
        xml: bytes = b"",
        described: bytes = b"",
        *,
        archived: bool = False,
        logo: bytes = b"",
        color: str = "",
    ) -> bytes:
        """Return *html* as a tagged PDF with embedded fonts, and *xml* in it if there is any.

        *described* says in XMP what the XML is, for who looks at the PDF alone. What is
        *archived*, or carries data, is PDF/A; else it is PDF/UA. *logo*, a PNG, and *color*
        are the issuer's.
        """
        fetcher = OnlyOurFonts({LOGO: logo}) if logo else self.fetcher
        source = weasyprint.HTML(string=html, base_url=None, url_fetcher=fetcher)
        variant = ARCHIVED if xml or archived else ACCESSIBLE
        document = source.render(pdf_variant=variant, stylesheets=self._sheets(color), **self.kept)
        attachments = [_attached(xml, document.metadata.created)] if xml else []
        _describe(document.metadata, described)
        pdf: bytes = document.write_pdf(
            pdf_variant=variant, attachments=attachments, finisher=name_files_once
        )
        return pdf

    def _sheets(self, color: str) -> list[weasyprint.CSS]:
        if not color:
            return [self.sheet]
        assert COLOR.fullmatch(color), "A color is six digits."
        own = f"header {{ border-top-color: {color} }} .issuer b {{ color: {color} }}"
        return [self.sheet, weasyprint.CSS(string=own, url_fetcher=self.fetcher)]


def _attached(xml: bytes, created: str) -> weasyprint.Attachment:
    moment = datetime.fromisoformat(created)
    return weasyprint.Attachment(
        file_obj=BytesIO(xml),
        name=DATA_NAME,
        description="The data of this document, as an e-invoice",
        created=moment,
        modified=moment,
        relationship="Alternative",
    )


def _describe(metadata: DocumentMetadata, described: bytes) -> None:
    """Say *described* inside of the one RDF that a file may have."""
    plain = metadata.generate_rdf_metadata

    def generate(*facts: object) -> bytes:
        rdf, end, after = plain(*facts).rpartition(b"</rdf:RDF>")
        return bytes(rdf + described + end + after)

    metadata.generate_rdf_metadata = generate


def name_files_once(document: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """WeasyPrint names an attachment twice among the associated files."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def allow_one_more() -> None:
    """Give the next document its time. A process that overruns is killed by the kernel."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(*LENGTH.unpack(head)) if len(head) == LENGTH.size else None


def write(stream: IO[bytes], mark: bytes, content: bytes) -> None:
    stream.write(mark + LENGTH.pack(len(content)) + content)
    stream.flush()


def main(folder: str) -> None:
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    renderer = Renderer(Path(folder))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (request := read(sys.stdin.buffer)) is not None:
        allow_one_more()
        try:
            xml, described, archived, logo, color = (
                read(sys.stdin.buffer) or b"" for _ in range(5)
            )
            drawn = renderer.render(
                request.decode(),
                xml,
                described,
                archived=bool(archived),
                logo=logo,
                color=color.decode(),
            )
            answer = OK, drawn
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent is told
            answer = FAILED, f"{type(error).__name__}: {error}".encode()
        write(sys.stdout.buffer, *answer)


if __name__ == "__main__":
    main(sys.argv[1])
