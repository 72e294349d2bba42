"""Each decision has a number of its own, and is found by it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
FILES = sorted((DOCS / "decisions").glob("[0-9]*.md"))


def test_each_has_a_number_of_its_own() -> None:
    numbers = Counter(file.name[:4] for file in FILES)
    assert [number for number, files in numbers.items() if files > 1] == []
    for file in FILES:
        said = re.match(r"# (\d+)\. ", file.read_text())  # The oldest have a title alone.
        assert said is None or int(said[1]) == int(file.name[:4]), file.name


def test_who_names_one_leads_to_it() -> None:
    link = re.compile(r"\[(\d+)\]\((?:decisions/)?((\d{4})-[^)]+\.md)\)")
    names = {file.name for file in FILES}
    for page in DOCS.rglob("*.md"):
        for said, name, number in link.findall(page.read_text()):
            assert (name in names, int(said)) == (True, int(number)), (page.name, name)
