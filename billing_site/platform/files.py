"""Files of people and of ours: looked at before they are kept, and never served as pages."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import time
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string
from PIL import Image

from billing_site.kernel.transitions import NotAllowed
from billing_site.platform.models import File
from billing_site.platform.models.file import LARGEST_FILE

LARGEST_PICTURE = 40_000_000  # pixels
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_IN_ARCHIVE = 1_000
LONGEST_NAME = 200
# Of one organization. Not for ever: nobody deletes what was delivered, and who delivers is paid.
MOST_UPLOADED = 200 * 1024 * 1024
UPLOADED_WITHIN = timedelta(days=30)


class NotAFile(NotAllowed):
    """We do not keep this, and say why."""


def upload(content: bytes, *, name: str, content_type: str, owner: int, at: datetime) -> File:
    """Keep what somebody of *owner* sent, as `store` does what we made ourselves.

    :raises NotAFile: as `store`, or they sent as much as one may within 30 days.
    """
    if File.objects.uploaded_by(owner, since=at - UPLOADED_WITHIN) + len(content) > MOST_UPLOADED:
        raise NotAFile(
            f"“{_plain_name(name)}” is too much: within {UPLOADED_WITHIN.days} days an organization"
            f" sends {MOST_UPLOADED // 1024**2} MB of files at most. Send a smaller one, or later."
        )
    return store(content, name=name, content_type=content_type, owner=owner, is_upload=True, at=at)


def store(
    content: bytes,
    *,
    name: str,
    content_type: str,
    owner: int | None,
    is_upload: bool = False,
    at: datetime,
) -> File:
    """Keep *content* for the organization *owner* (its pk) under a random name; return its row.

    What it is follows from its name and from a look inside, whatever *content_type* a
    browser claims. Pictures are drawn anew, which drops what cameras and tricksters put
    beside them: `sha256` and `size` are those of what is kept.

    :raises NotAFile: too large, empty, of a kind we do not take, or not what its name says.
    """
    name = _plain_name(name)
    if not content:
        raise NotAFile(f"“{name}” is empty.")
    if len(content) > LARGEST_FILE:
        raise NotAFile(f"“{name}” is larger than {LARGEST_FILE // 1024**2} MB.")
    kind = KINDS.get(Path(name).suffix.lower())
    if kind is None or (content_type not in ("", "application/octet-stream", *kind[1:])):
        raise NotAFile(f"“{name}” is not a PDF, PNG, JPEG, plain text or ZIP file.")
    look, kept_as, *_others = kind
    kept = look(content)
    if kept is None:
        raise NotAFile(f"“{name}” is not what its name says, or is damaged.")
    if len(kept) > LARGEST_FILE:
        raise NotAFile(f"“{name}” is larger than {LARGEST_FILE // 1024**2} MB.")
    return File.objects.create(
        name=name,
        content_type=kept_as,
        size=len(kept),
        sha256=hashlib.sha256(kept).hexdigest(),
        stored_as=_write(kept),
        owner=owner,
        is_upload=is_upload,
        stored_at=at,
    )


def open(file: File) -> bytes:  # noqa: A001 - files.open(…) reads as it should
    """Return what was stored, and assert that it still is that."""
    content = path_of(file.stored_as).read_bytes()
    assert hashlib.sha256(content).hexdigest() == file.sha256, f"{file.ref} was changed on disk."
    return content


def place_for_writing() -> tuple[str, Path]:
    """Return a new name, and where whoever writes a file too large for memory may write it."""
    stored_as = secrets.token_hex(24)
    path = path_of(stored_as)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    return stored_as, path


def place_of(stored_as: str) -> Path:
    """Return where such a file lies."""
    return path_of(stored_as)


def discard(stored_as: str) -> None:
    """Delete such a file, which may be gone already."""
    path_of(stored_as).unlink(missing_ok=True)


def older_than(age: timedelta) -> Iterator[Path]:
    """Yield the files on the disk that were written longer ago, whatever rows say."""
    for path in Path(settings.PRIVATE_FILES).glob("[0-9a-f][0-9a-f]/*"):
        with suppress(FileNotFoundError):  # It was discarded while we were looking.
            if time.time() - path.stat().st_mtime > age.total_seconds():
                yield path


def may_read(user: object, file: File) -> bool:
    """Ask the rules that settings name, of the apps which know what the file is for."""
    return any(import_string(rule)(user, file) for rule in settings.FILE_RULES)


def _plain_name(name: str) -> str:
    """Keep the last part of a path, and only characters that stand still when printed."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '"<>:|?*')
    stem, dot, suffix = shown.strip(" .").rpartition(".")
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}{dot}{suffix}"[-LONGEST_NAME:] or "file"


def _write(content: bytes) -> str:
    """Write under a name that nobody can guess, so that a half-written file has no row."""
    stored_as = secrets.token_hex(24)
    path = path_of(stored_as)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return stored_as


def path_of(stored_as: str) -> Path:
    """Return where the file of that name lies."""
    return Path(settings.PRIVATE_FILES) / stored_as[:2] / stored_as


def _pdf(content: bytes) -> bytes | None:
    is_pdf = content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]
    return content if is_pdf else None


def _text(content: bytes) -> bytes | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    is_plain = all(c in "\t\n\r\f" or unicodedata.category(c) != "Cc" for c in text)
    return content if is_plain else None


def _archive(content: bytes) -> bytes | None:
    """An archive that opens and is no bomb. We never unpack it; whoever downloads it may."""
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    if len(entries) > MOST_IN_ARCHIVE or sum(e.file_size for e in entries) > LARGEST_UNPACKED:
        return None
    return content


def _picture(format_: str) -> Callable[[bytes], bytes | None]:
    def draw_anew(content: bytes) -> bytes | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                with Image.open(io.BytesIO(content), formats=[format_]) as picture:
                    if picture.width * picture.height > LARGEST_PICTURE:
                        return None
                    picture.verify()
                with Image.open(io.BytesIO(content), formats=[format_]) as picture:
                    picture.load()
                    clean = picture.copy()
            # The color profile stays, or a scan would look different; all else goes.
            profile = clean.info.get("icc_profile")
            clean.info = {}
            drawn = io.BytesIO()
            options = {"quality": 92} if format_ == "JPEG" else {"optimize": False}
            clean.save(drawn, format_, icc_profile=profile, **options)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None
        return drawn.getvalue()

    return draw_anew


# By the name's ending: how to look inside, what it is kept as, and what browsers also call it.
Kind = (
    tuple[Callable[[bytes], bytes | None], str] | tuple[Callable[[bytes], bytes | None], str, str]
)
KINDS: dict[str, Kind] = {
    ".pdf": (_pdf, "application/pdf"),
    ".png": (_picture("PNG"), "image/png"),
    ".jpg": (_picture("JPEG"), "image/jpeg", "image/jpg"),
    ".jpeg": (_picture("JPEG"), "image/jpeg", "image/jpg"),
    ".txt": (_text, "text/plain"),
    ".zip": (_archive, "application/zip", "application/x-zip-compressed"),
}
