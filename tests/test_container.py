"""What the container is given: a folder that it may write, and no secret that it does not need."""

from __future__ import annotations

import re

import pytest

from tests.test_production import ROOT


def service(name: str) -> dict[str, str]:
    """Read what compose sets for one service over what stands in .env."""
    [_, text] = (ROOT / "compose.yaml").read_text().split(f"\n  {name}:\n")
    [own, *_] = re.split(r"^ {0,2}\w", text, flags=re.MULTILINE)
    [said] = re.findall(r"environment: \{(.*)\}", own) or [""]
    return dict(re.findall(r'(\w+): "(.*?)"', said))


@pytest.mark.parametrize(
    ("name", "over"),
    [
        ("web", {"DATABASE_OWNER_URL": ""}),
        ("worker", {"DATABASE_OWNER_URL": ""}),
        ("migrate", {}),
    ],
)
def test_only_who_migrates_knows_the_owner_of_the_tables(name: str, over: dict[str, str]) -> None:
    assert service(name) == over


def test_files_lie_where_the_application_may_write() -> None:
    steps = (ROOT / "Dockerfile").read_text()
    folder = re.findall(r"files:(/\S+?)\"", (ROOT / "compose.yaml").read_text())

    assert folder == ["/var/lib/countersign/files"] * 2
    made = steps.index(f"mkdir -p var {folder[0]}")
    assert made < steps.index("chown -R billing var /var/lib/countersign") < steps.index("USER ")


def test_no_environment_is_baked_into_the_image() -> None:
    assert ".env" in (ROOT / ".dockerignore").read_text().splitlines()
