"""Files that want to be something else, and whether they are refused or kept and harmless."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from PIL import Image, PngImagePlugin

from billing_site.platform.models.file import LARGEST_FILE

SCRIPT = b"<script>alert(1)</script>"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


@dataclass(frozen=True, slots=True)
class Hostile:
    why: str
    name: str
    content: bytes
    content_type: str = ""
    kept_as: str = ""  # its name, where it is kept; what it carried is gone, or is not looked at
    gone: bytes = b""  # what is not in it any more


def picture(format_: str = "PNG", size: tuple[int, int] = (4, 3), **facts: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "teal").save(drawn, format_, **facts)
    return drawn.getvalue()


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, b"0" * 1_000)
    return packed.getvalue()


def flood() -> bytes:
    """A picture that says it is 50,000 pixels wide and high."""
    drawn = bytearray(picture())
    drawn[16:24] = (50_000).to_bytes(4) + (50_000).to_bytes(4)
    return bytes(drawn)


def bomb() -> bytes:
    """An archive that says one of its files becomes 3 GB."""
    packed = bytearray(archive("a"))
    directory = packed.index(b"PK\x01\x02")
    packed[directory + 24 : directory + 28] = (3 * 1024**3).to_bytes(4, "little")
    return bytes(packed)


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    return picture("JPEG", exif=exif.tobytes())


def with_text_chunk() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SCRIPT.decode())
    return picture(pnginfo=words)


REFUSED = [
    Hostile("a drawing with a script", "drawing.svg", SVG, "image/svg+xml"),
    Hostile("a drawing named as a picture", "drawing.png", SVG, "image/png"),
    Hostile("a drawing named as a PDF", "drawing.pdf", SVG),
    Hostile("a page", "page.html", SCRIPT, "text/html"),
    Hostile("a page named as a picture", "page.png", SCRIPT, "image/png"),
    Hostile("a page named as a PDF", "page.pdf", SCRIPT, "application/pdf"),
    Hostile("a page before a PDF", "page.pdf", SCRIPT + PDF),
    Hostile("a PDF that is called a page", "paper.pdf", PDF, "text/html"),
    Hostile("a picture that is called a drawing", "logo.png", picture(), "image/svg+xml"),
    Hostile("a script", "run.js", b"alert(1)", "text/javascript"),
    Hostile("a style sheet", "look.css", b"*{}", "text/css"),
    Hostile("entities from elsewhere", "data.xml", b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>"),
    Hostile("code of a server", "shell.php", b"<?php system('id');", "image/jpeg"),
    Hostile("code of a server in a picture", "shell.jpg", b"<?php system('id');", "image/jpeg"),
    Hostile("code of a server with a dot", "shell.php.", b"<?php system('id');"),
    Hostile("a program", "tool.exe", b"MZ\x90\x00"),
    Hostile("a program named as a PDF", "brief.pdf", b"MZ\x90\x00", "application/pdf"),
    Hostile("a program named as text", "notes.txt", b"MZ\x90\x00\x03", "text/plain"),
    Hostile("a program with two endings", "brief.pdf.exe", PDF),
    Hostile("a program that reads backwards", "brief\u202efdp.exe", PDF),
    Hostile("a name that ends in the middle", "brief.html\x00.pdf.html", PDF),
    Hostile("a header in a name", "a\r\nSet-Cookie: x.pdf", PDF),
    Hostile("no ending", "brief", PDF),
    Hostile("nothing but an ending", ".pdf", PDF),
    Hostile("nothing in it", "brief.pdf", b""),
    Hostile("more than we take", "brief.pdf", PDF + b" " * LARGEST_FILE + b"%%EOF"),
    Hostile("a PDF without an end", "brief.pdf", b"%PDF-1.7 and no end"),
    Hostile("a flood of pixels", "flood.png", flood(), "image/png"),
    Hostile("half a picture", "logo.png", picture()[:40], "image/png"),
    Hostile("half a photo", "photo.jpg", picture("JPEG")[:200], "image/jpeg"),
    Hostile("a picture of another kind", "logo.png", picture("JPEG"), "image/png"),
    Hostile("a moving picture", "clip.gif", picture("GIF"), "image/gif"),
    Hostile("a moving picture named as one that stands", "clip.png", picture("GIF")),
    Hostile("a picture that we do not read", "logo.webp", picture("WEBP"), "image/webp"),
    Hostile("an icon named as a picture", "logo.png", picture("ICO", size=(16, 16))),
    Hostile("text with a zero", "notes.txt", b"a\x00b", "text/plain"),
    Hostile("text that steers a terminal", "notes.txt", b"\x1b[2J\x1b]0;x\x07", "text/plain"),
    Hostile("text of an unknown alphabet", "notes.txt", "Grüße".encode("utf-16")),
    Hostile("a bomb", "site.zip", bomb(), "application/zip"),
    Hostile("a thousand files and more", "site.zip", archive(*map(str, range(1_001)))),
    Hostile("an archive of another kind", "site.zip", b"Rar!\x1a\x07\x00" + b"0" * 40),
    Hostile("an archive without files", "site.zip", b"PK\x05\x06" + b"\x00" * 18),
    Hostile("a document with macros", "plan.docm", archive("word/vbaProject.bin")),
    Hostile("a link to a program", "open.lnk", b"L\x00\x00\x00\x01\x14\x02\x00"),
]
KEPT = [
    Hostile("a way out of the folder", "../../etc/passwd.txt", b"words", kept_as="passwd.txt"),
    Hostile("a way out on another system", "C:\\x\\brief.pdf", PDF, kept_as="brief.pdf"),
    Hostile("a tag in a name", "<img src=x onerror=alert(1)>.pdf", PDF, kept_as=".pdf"),
    Hostile("a page named as text", "page.txt", SCRIPT, "text/plain", kept_as="page.txt"),
    Hostile("a script in a PDF", "js.pdf", PDF[:-7] + b"/JS (app.alert(1))\n%%EOF\n", "", "js.pdf"),
    Hostile("an archive behind a PDF", "two.pdf", PDF + archive("a") + b"%%EOF", "", "two.pdf"),
    Hostile("a script behind a photo", "p.jpg", picture("JPEG") + SCRIPT, "", "p.jpg", SCRIPT),
    Hostile(
        "an archive behind a photo", "p.jpg", picture("JPEG") + archive("a"), "", "p.jpg", b"PK"
    ),
    Hostile("a script beside a photo", "p.jpg", with_exif(), "image/jpeg", "p.jpg", SCRIPT),
    Hostile("a script beside a picture", "p.png", with_text_chunk(), "image/png", "p.png", SCRIPT),
    Hostile("a way out of an archive", "s.zip", archive("../../evil"), "application/zip", "s.zip"),
]
