"""The 58 scenarios of money in and out, and which of them are still open, each with the reason.

A test says which ones it shows: `@pytest.mark.scenario(48)`. What its module or its class says
holds for it, too.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ALL = range(1, 59)
TESTS = Path(__file__).parents[1]
SAID = re.compile(r"pytest\.mark\.scenario\(([\d, ]+)\)")
OPEN: dict[int, str] = {}


@dataclass(frozen=True, slots=True)
class Shows:
    """A test, under its name in pytest's words, and the scenarios that it shows."""

    name: str
    scenarios: frozenset[int]
    chooses_gateway: bool


def shown() -> dict[int, list[str]]:
    """Return, by scenario, the files whose tests show it."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for said in SAID.findall(path.read_text()):
            for number in said.split(","):
                found[int(number)].append(path.relative_to(TESTS).as_posix())
    return found


@cache
def showing() -> list[Shows]:
    """Return the tests that show a scenario."""
    found: list[Shows] = []
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text()
        if SAID.search(text):
            name = f"tests/{path.relative_to(TESTS).as_posix()}"
            found += _in(name, ast.parse(text).body, frozenset(), chooses=False)
    return found


def _in(
    name: str, body: list[ast.stmt], numbers: frozenset[int], *, chooses: bool
) -> Iterator[Shows]:
    for node in body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            numbers, chooses = _said(node.value, numbers, chooses=chooses)
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        theirs, choose = numbers, chooses
        for decorator in node.decorator_list:
            theirs, choose = _said(decorator, theirs, chooses=choose)
        its_name = f"{name}::{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from _in(its_name, node.body, theirs, chooses=choose)
        elif node.name.startswith("test_") and theirs:
            asks = any(each.arg == "gateway" for each in node.args.args)
            yield Shows(its_name, theirs, chooses_gateway=choose or asks)


def _said(mark: ast.expr, numbers: frozenset[int], *, chooses: bool) -> tuple[frozenset[int], bool]:
    text = ast.unparse(mark)
    said = {int(each) for all_ in SAID.findall(text) for each in all_.split(",")}
    return numbers | said, chooses or "usefixtures('gateway')" in text
