from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def words(settings: Any, tmp_path: Path) -> None:
    """A letter that only tests write: mail/paid.txt."""
    folder = tmp_path / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "paid.txt").write_text("Hello {{ name }},\n\n{{ words }}\n\n{{ site_url }}/home/\n")
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path / "templates", *engine["DIRS"]]}]
