"""Production starts with a good environment, and refuses each unsafe one in its own words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent.parent
GOOD = {
    "SECRET_KEY": "x7Vq-9fJ2mLw0RtYb4KzPn8sHd6GcUe1AiQo3XvTjBlMhWrC5ySgZpNkEaDuFqI",
    "MFA_SECRETS": Fernet.generate_key().decode(),
    "DATABASE_URL": "postgresql://countersign_app:secret@db.example.org/countersign",
    "DATABASE_OWNER_URL": "postgresql://countersign_owner:secret@db.example.org/countersign",
    "ALLOWED_HOSTS": "billing.example.org",
    "SITE_URL": "https://billing.example.org",
    "TRUSTED_PROXY_COUNT": "1",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "PLATFORM_NAME": "Billing GmbH",
    "PLATFORM_STREET": "Am Hof 1",
    "PLATFORM_POSTAL_CODE": "1010",
    "PLATFORM_CITY": "Wien",
    "PLATFORM_COUNTRY": "AT",
    "STRIPE_SECRET_KEY": "sk_live_0000000000",
    "STRIPE_PLATFORM_SECRETS": "whsec_platform",
    "STRIPE_CONNECT_SECRETS": "whsec_connect",
}
KEPT = {"PATH", "HOME", "LANG", "TMPDIR"}


def check(script: str = "", /, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run the deployment checks as a new process with a good environment but for *changes*.

    :param script: what a settings module of somebody's own would change.
    """
    environment = {key: value for key, value in os.environ.items() if key in KEPT}
    environment |= {key: value for key, value in (GOOD | changes).items() if value is not None}
    program = (
        "from billing_site import settings\n"
        f"{script}\n"
        "import os\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'billing_site.settings'\n"
        "from django.core.management import execute_from_command_line\n"
        "execute_from_command_line(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])\n"
    )
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_good_environment_passes_without_a_warning() -> None:
    outcome = check()
    assert outcome.returncode == 0, outcome.stderr
    assert "no issues" in outcome.stdout


UNSAFE_ENVIRONMENT = [
    ("countersign.E010", {"DEBUG": "1"}),
    ("countersign.E011", {"SECRET_KEY": "only-for-the-demo"}),
    ("countersign.E012", {"ALLOWED_HOSTS": "*"}),
    ("countersign.E012", {"ALLOWED_HOSTS": None}),
    ("countersign.E014", {"PAYMENTS_SANDBOX": "1"}),
    ("countersign.E015", {"STRIPE_SECRET_KEY": None}),
    ("countersign.E018", {"MFA_SECRETS": None}),
    ("countersign.E020", {"STRIPE_PLATFORM_SECRETS": None}),
    ("countersign.E020", {"STRIPE_CONNECT_SECRETS": None}),
    ("countersign.E019", {"TRUSTED_PROXY_COUNT": "0"}),
    ("countersign.E001", {"DEMO": "1"}),
    ("countersign.E002", {"DEMO": "1"}),
]


@pytest.mark.parametrize(("refusal", "changes"), UNSAFE_ENVIRONMENT)
def test_an_unsafe_environment_is_refused(refusal: str, changes: dict[str, str | None]) -> None:
    outcome = check(**changes)
    assert outcome.returncode != 0
    assert refusal in outcome.stderr, outcome.stderr


UNSAFE_SETTINGS = [
    ("countersign.E013", "settings.EMBEDDED = True"),
    (
        "countersign.E016",
        "settings.CACHES['default']['BACKEND'] = 'django.core.cache.backends.locmem.LocMemCache'",
    ),
    ("countersign.E017", "settings.DATABASES['default']['OPTIONS']['pool'] = {'min_size': 2}"),
    ("platform.E001", "settings.Q_CLUSTER['retry'] = 60"),
    ("platform.E002", "settings.Q_CLUSTER['orm'] = 'owner'"),
    ("platform.E003", "settings.DATABASES['default']['OPTIONS']['pool'] = {'min_size': 2}"),
    ("platform.E004", "settings.PRIVATE_FILES = settings.STATIC_ROOT / 'files'"),
]


@pytest.mark.parametrize(("refusal", "script"), UNSAFE_SETTINGS)
def test_an_unsafe_setting_is_refused(refusal: str, script: str) -> None:
    outcome = check(script)
    assert outcome.returncode != 0
    assert refusal in outcome.stderr, outcome.stderr


def test_without_a_secret_production_does_not_even_load() -> None:
    outcome = check(SECRET_KEY=None)
    assert outcome.returncode != 0
    assert "SECRET_KEY" in outcome.stderr


def test_the_embedded_server_is_no_production_server() -> None:
    """Without an address of a database nothing but the demo runs: DEMO=0 does not change that."""
    outcome = check("settings.EMBEDDED = True", DEMO="0")
    assert outcome.returncode != 0
    assert "set DATABASE_URL" in outcome.stderr


def test_the_demo_doors_are_absent_from_production() -> None:
    """Its mail, its codes and its clock are not switched off there: they have no address."""
    program = (
        "import django; django.setup()\n"
        "from django.urls import get_resolver\n"
        "from tests.security.resolver import every_url\n"
        "print(sorted(each.name for each in every_url(get_resolver()) if 'demo' in each.name))\n"
    )
    environment = {key: value for key, value in os.environ.items() if key in KEPT} | GOOD
    outcome = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "billing_site.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.strip() == "[]"
