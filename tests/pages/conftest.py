"""What tests of templates have in common."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def no_questions(settings: Any) -> None:
    """A piece of a page is drawn without what is around the page, so without the database."""
    [engine] = settings.TEMPLATES
    kept = [each for each in engine["OPTIONS"]["context_processors"] if "skeleton" not in each]
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "context_processors": kept}}]
