"""What holds where nobody has set anything: nothing waits for ever."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connections

from tests.test_production import GOOD, KEPT, ROOT


def test_a_mail_server_that_says_nothing_is_waited_for_twenty_seconds() -> None:
    assert settings.EMAIL_TIMEOUT == 20


def test_who_serves_pages_ends_what_takes_long_even_if_nobody_said_so() -> None:
    environment = {key: value for key, value in os.environ.items() if key in KEPT} | GOOD
    environment["DATABASE_URL"] += "?sslmode=verify-full"
    program = (
        "import billing_site.wsgi; from django.conf import settings;"
        " print(settings.DATABASES['default']['OPTIONS'])"
    )

    outcome = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "statement_timeout=5000'" in outcome.stdout, outcome.stderr
    assert "'sslmode': 'verify-full'" in outcome.stdout, "What the address says is kept."


@pytest.mark.django_db(databases=["owner"])
def test_a_migration_that_cannot_have_a_table_gives_up_before_all_wait_behind_it() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)
