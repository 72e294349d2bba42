from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from billing_site.platform import files
from billing_site.platform.files import NotAFile
from billing_site.platform.models import File
from billing_site.platform.models.file import LARGEST_FILE
from tests.platform.tasks import NOON

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(format_: str = "PNG", size: tuple[int, int] = (4, 3), **facts: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "teal").save(drawn, format_, **facts)
    return drawn.getvalue()


def archive(**entries: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return packed.getvalue()


def store(content: bytes = PDF, name: str = "brief.pdf", content_type: str = "") -> File:
    return files.store(content, name=name, content_type=content_type, owner=7, at=NOON)


@pytest.mark.parametrize(
    ("name", "content", "kept_as"),
    [
        ("brief.pdf", PDF, "application/pdf"),
        ("notes.txt", "Grüße,\r\n\tAda".encode(), "text/plain"),
        ("LOGO.PNG", picture(), "image/png"),
        ("photo.jpg", picture("JPEG"), "image/jpeg"),
        ("photo.jpeg", picture("JPEG"), "image/jpeg"),
        ("site.zip", archive(a=b"1"), "application/zip"),
    ],
)
def test_what_we_take_is_kept_and_read_back(name: str, content: bytes, kept_as: str) -> None:
    file = store(content, name)

    kept = files.open(File.objects.get())
    assert (file.name, file.content_type, file.owner) == (name, kept_as, 7)
    assert (file.size, file.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())
    if not kept_as.startswith("image/"):
        assert kept == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("page.html", b"<script>alert(1)</script>"),
        ("page.png", b"<script>alert(1)</script>"),
        ("photo.jpg", picture()),
        ("logo.png", picture("JPEG")),
        ("logo.png", picture()[:40]),
        ("logo.png", b"\x89PNG\r\n\x1a\n"),
        ("clip.gif", picture("GIF")),
        ("brief.pdf", b"MZ\x90\x00"),
        ("brief.pdf", b"%PDF-1.7 and no end"),
        ("brief.pdf", b" " + PDF),
        ("notes.txt", b"MZ\x90\x00\x03"),
        ("notes.txt", b"a\x00b"),
        ("notes.txt", b"\xff\xfe"),
        ("site.zip", b"PK\x05\x06" + b"\x00" * 18),
        ("site.zip", b"PK\x03\x04 and nothing"),
        ("tool.exe", b"MZ"),
        ("noending", b"words"),
        ("brief.pdf.exe", PDF),
        (".pdf", b""),
        ("brief.pdf", b""),
        ("", PDF),
        ("brief.pdf", PDF + b" " * LARGEST_FILE + b"%%EOF"),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes, settings: Any) -> None:
    with pytest.raises(NotAFile):
        store(content, name)

    assert File.objects.count() == 0
    assert not Path(settings.PRIVATE_FILES).exists()


def test_a_browser_that_calls_it_something_else_is_not_believed() -> None:
    with pytest.raises(NotAFile, match="is not a PDF"):
        store(PDF, "brief.pdf", "text/html")

    assert store(PDF, "brief.pdf", "application/octet-stream").content_type == "application/pdf"


def test_a_flood_of_pixels_is_refused_unread() -> None:
    flood = bytearray(picture())
    flood[16:24] = (50_000).to_bytes(4) + (50_000).to_bytes(4)

    with pytest.raises(NotAFile, match="damaged"):
        store(bytes(flood), "flood.png")


def test_a_bomb_is_refused_without_unpacking_it() -> None:
    bomb = bytearray(archive(a=b"0" * 1000))
    directory = bomb.index(b"PK\x01\x02")
    bomb[directory + 24 : directory + 28] = (3 * 1024**3).to_bytes(4, "little")

    with pytest.raises(NotAFile, match="damaged"):
        store(bytes(bomb), "bomb.zip")


def test_a_picture_loses_what_the_camera_wrote_beside_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    content = picture("JPEG", exif=exif.tobytes()) + b"<script>alert(1)</script>"

    kept = files.open(store(content, "photo.jpg"))

    assert b"taken at home" in content
    assert b"taken at home" not in kept
    assert b"<script>" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.size, len(shown.getexif())) == ((4, 3), 0)


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\secret\\brief.pdf", "brief.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, kept_as: str, settings: Any) -> None:
    file = store(PDF, name)

    assert file.name == kept_as
    (path,) = (path for path in Path(settings.PRIVATE_FILES).rglob("*") if path.is_file())
    assert path.name == file.stored_as
    assert "brief" not in str(path)
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_was_changed_on_disk_is_not_handed_out(settings: Any) -> None:
    file = store()
    (path,) = Path(settings.PRIVATE_FILES).rglob(file.stored_as)
    path.write_bytes(PDF + b"more")

    with pytest.raises(AssertionError, match="was changed"):
        files.open(file)
