"""The example of an environment says what it seems to say, and unsafe ones are refused in words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import environ
import pytest

from billing_site.checks import PLATFORM_FACTS, production_is_safe
from tests.test_production import GOOD, KEPT, ROOT


class Env(environ.Env):
    ENVIRON: dict[str, str] = {}


@pytest.mark.parametrize("parse_comments", [True, False])
def test_the_example_means_the_same_to_every_reader(
    tmp_path: Path, parse_comments: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Env, "ENVIRON", {})
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")

    Env.read_env(tmp_path / ".env", parse_comments=parse_comments)

    assert Env.ENVIRON["SECRET_KEY"] == ""
    assert Env.ENVIRON["TRUSTED_PROXY_COUNT"] == "1"
    assert set(GOOD) - set(Env.ENVIRON) == set()
    assert [name for name, value in Env.ENVIRON.items() if "#" in value] == []
    assert [name for name, value in Env.ENVIRON.items() if value != value.strip()] == []


@pytest.fixture
def production(settings: Any) -> Any:
    """Settings as a good environment makes them."""
    settings.DEMO = settings.EMBEDDED = settings.PAYMENTS_SANDBOX = False
    settings.SECRET_KEY, settings.MFA_SECRETS = GOOD["SECRET_KEY"], [GOOD["MFA_SECRETS"]]
    settings.ALLOWED_HOSTS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = ["billing.example.org"], 1
    settings.SITE_URL = GOOD["SITE_URL"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.STRIPE_SECRET_KEY = GOOD["STRIPE_SECRET_KEY"]
    settings.STRIPE_PLATFORM_SECRETS = settings.STRIPE_CONNECT_SECRETS = ["whsec_one"]
    return settings


def refused(_settings: Any) -> set[str]:
    return {str(each.id) for each in production_is_safe(None)}


@pytest.mark.parametrize(
    ("program", "milliseconds"),
    [
        ("from django.conf import settings", 0),
        ("import billing_site.wsgi; from django.conf import settings", 5000),
    ],
)
def test_only_who_serves_pages_ends_what_takes_long(program: str, milliseconds: int) -> None:
    """All read one file: the worker, the doctor and exports as well."""
    environment = {key: value for key, value in os.environ.items() if key in KEPT} | GOOD
    said = {"STATEMENT_TIMEOUT_MS": "5000", "DJANGO_SETTINGS_MODULE": "billing_site.settings"}

    outcome = subprocess.run(
        [sys.executable, "-c", f"{program}; print(settings.DATABASES['default']['OPTIONS'])"],
        cwd=ROOT,
        env=environment | said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert f"statement_timeout={milliseconds}'" in outcome.stdout, outcome.stderr
    assert "STATEMENT_TIMEOUT_MS=5000" in (ROOT / ".env.example").read_text()


UNSAFE = [
    ("countersign.E022", {"SITE_URL": "http://billing.example.org"}),
    ("countersign.E023", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
    ("countersign.E024", {"PLATFORM": dict.fromkeys(PLATFORM_FACTS, "")}),
    ("countersign.E021", {"SECRET_KEY": "# python -c ..."}),
    ("countersign.E021", {"SECRET_KEY": "                 "}),
    ("countersign.E021", {"MFA_SECRETS": ["# Fernet keys for second factors"]}),
    ("countersign.E021", {"STRIPE_PLATFORM_SECRETS": ["whsec_one", "# of the endpoint"]}),
]


@pytest.mark.parametrize(("refusal", "changes"), UNSAFE)
def test_each_is_refused_and_the_good_one_is_not(
    production: Any, refusal: str, changes: dict[str, Any]
) -> None:
    assert refused(production) == set()

    for name, value in changes.items():
        setattr(production, name, value)

    assert refused(production) == {refusal}


@pytest.mark.parametrize(
    ("unset", "refusals"),
    [
        ((), ()),
        (
            ("SITE_URL", "EMAIL_URL", "PLATFORM_NAME"),
            ("E022: SITE_URL", "E023: EMAIL_URL", "E024: PLATFORM_NAME"),
        ),
    ],
)
def test_the_web_starts_with_a_good_environment_and_with_no_other(
    unset: tuple[str, ...], refusals: tuple[str, ...]
) -> None:
    """Gunicorn loads the application, and runs none of Django's checks."""
    environment = {key: value for key, value in os.environ.items() if key in KEPT}
    environment |= {key: value for key, value in GOOD.items() if key not in unset}

    outcome = subprocess.run(
        [sys.executable, "-c", "import billing_site.wsgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert bool(outcome.returncode) == bool(refusals), outcome.stderr
    assert [words for words in refusals if words not in outcome.stderr] == []
