"""Documents as PDF, drawn by a warm process of their own (documents/renderer.py)."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from invoices.documents import paper, renderer

WALL_SECONDS = 30
RECYCLE_AFTER = 50  # documents: WeasyPrint keeps memory
MOST_LINES, LONGEST_FIELD = 500, 4_000
SCRIPT = Path(renderer.__file__)


class NotDrawn(Exception):
    """The document could not be drawn. It is issued all the same; the job tries again."""


def draw(frozen: dict[str, Any], *, sha256: str) -> bytes:
    """Return the PDF of what a document says, and of nothing else.

    :raises NotDrawn: it took too long, too much memory, or is larger than documents are.
    """
    if len(frozen["lines"]) > MOST_LINES or _longest(frozen) > LONGEST_FIELD:
        raise NotDrawn("A document of this size is nobody's invoice.")
    return _process.draw(html_of(frozen, sha256=sha256))


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


class _Process:
    """The one renderer of this process: started when needed, replaced now and then."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.child: subprocess.Popen[bytes] | None = None
        self.drawn = 0
        self.owner = 0

    def draw(self, html: str) -> bytes:
        with self.lock:
            child = self._alive()
            watch = threading.Timer(WALL_SECONDS, child.kill)
            watch.start()
            try:
                return self._ask(child, html.encode())
            except (OSError, EOFError) as error:
                self._stop()
                raise NotDrawn("It took too long, or too much memory.") from error
            finally:
                watch.cancel()

    def _ask(self, child: subprocess.Popen[bytes], request: bytes) -> bytes:
        assert child.stdin, "It was started with pipes."
        assert child.stdout, "It was started with pipes."
        child.stdin.write(renderer.LENGTH.pack(len(request)) + request)
        child.stdin.flush()
        mark = child.stdout.read(1)
        answer = renderer.read(child.stdout) if mark else None
        if answer is None:
            raise EOFError
        self.drawn += 1
        if mark != renderer.OK:
            self._stop()
            raise NotDrawn(answer.decode()[:500])
        return answer

    def _alive(self) -> subprocess.Popen[bytes]:
        is_ours = self.owner == os.getpid()  # A fork shares its parent's pipes: not to be used.
        if self.child and is_ours and self.child.poll() is None and self.drawn < RECYCLE_AFTER:
            return self.child
        if self.child and is_ours:
            self._stop()
        fonts = str(settings.BASE_DIR / "static" / "fonts")
        self.child = subprocess.Popen(  # noqa: S603 - our own script, no words of anybody's
            [sys.executable, "-I", str(SCRIPT), fonts],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8", "HOME": "/nonexistent"},
            cwd="/",
            close_fds=True,
        )
        self.drawn, self.owner = 0, os.getpid()
        return self.child

    def _stop(self) -> None:
        child, self.child = self.child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with suppress(BrokenPipeError):  # What it had not read is nobody's loss.
                    pipe.close()
        child.wait()

    def close(self) -> None:
        if self.owner == os.getpid():
            self._stop()


_process = _Process()
atexit.register(_process.close)
