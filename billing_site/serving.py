"""A web process is ready before its first visitor. The benchmark of pages serves the same way."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse

from billing_site.kernel import memory


def make_ready() -> None:
    """Read the addresses and templates that the first visitors would wait for."""
    reverse("home")
    folder: Path = settings.BASE_DIR / "templates"
    for path in sorted(folder.rglob("*.html")):
        get_template(path.relative_to(folder).as_posix())
    memory.settle()
