"""A template that no longer fits a screen is several."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
LESS_THAN = 60  # lines


def test_no_template_is_longer_than_a_screen() -> None:
    pages = sorted(TEMPLATES.rglob("*.html"))
    lengths = {str(page.relative_to(TEMPLATES)): page.read_text().count("\n") for page in pages}
    assert {name: count for name, count in lengths.items() if count >= LESS_THAN} == {}
