"""Every template: its length, what the content policy would refuse, icons, and that it compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from tests.pages.sampled import render

pytestmark = pytest.mark.usefixtures("no_questions")
TEMPLATES = Path(settings.BASE_DIR) / "templates"
LESS_THAN = 60  # lines


def test_no_template_is_longer_than_a_screen() -> None:
    pages = sorted(TEMPLATES.rglob("*.html"))
    lengths = {str(page.relative_to(TEMPLATES)): page.read_text().count("\n") for page in pages}
    assert {name: count for name, count in lengths.items() if count >= LESS_THAN} == {}


def test_no_template_has_code_that_the_content_policy_would_refuse() -> None:
    inline = re.compile(
        r"<style|\sstyle=|\shx-on|\son(click|submit|change|load)=|<script(?![^>]*(\ssrc=|json))"
    )
    pages = [
        path
        for path in TEMPLATES.rglob("*.html")
        if "mail" not in path.parts and "paper" not in path.stem  # letters and PDFs
    ]
    guilty = [str(path) for path in pages if inline.search(path.read_text())]
    assert guilty == []
    assert len(pages) > 100


def test_every_icon_that_a_template_names_exists() -> None:
    name = re.compile(r'(?:% icon|icon=) ?"([a-z0-9-]+)"')
    named = {icon for path in TEMPLATES.rglob("*.html") for icon in name.findall(path.read_text())}
    drawn = {
        icon: render("{% load icons %}{% icon name %}", name=icon).startswith("<svg")
        for icon in named
    }
    assert [icon for icon, is_drawn in drawn.items() if not is_drawn] == []
    assert "bell" in named


def test_an_unknown_icon_draws_nothing_and_breaks_nothing() -> None:
    assert render('a{% load icons %}{% icon "no-such-icon" %}b') == "ab"


def test_every_template_compiles() -> None:
    for path in TEMPLATES.rglob("*.html"):
        get_template(str(path.relative_to(TEMPLATES)))
