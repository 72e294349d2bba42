"""The 58 scenarios of money in and out, and which of them are still open, each with the reason.

A test says which ones it shows: `@pytest.mark.scenario(48)`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

ALL = range(1, 59)
TESTS = Path(__file__).parents[1]
SAID = re.compile(r"pytest\.mark\.scenario\(([\d, ]+)\)")
OPEN: dict[int, str] = {}


def shown() -> dict[int, list[str]]:
    """Return, by scenario, the files whose tests show it."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for said in SAID.findall(path.read_text()):
            for number in said.split(","):
                found[int(number)].append(path.relative_to(TESTS).as_posix())
    return found
