"""What production refuses to start with, each in words. Web and worker run these first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from payments.statement import is_allowed

SECRETS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "MFA_SECRETS",
    "STRIPE_SECRET_KEY",
    "STRIPE_PLATFORM_SECRETS",
    "STRIPE_CONNECT_SECRETS",
)
LIVE_KEYS = ("sk_live_", "rk_live_")


@register()
def statements_are_readable(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Refuse a name that the provider would refuse with every payment."""
    if is_allowed(settings.STATEMENT_NAME):
        return []
    words = (
        "STATEMENT_NAME has 2 to 10 plain characters, one of them a letter, and no < > \\ ' \" *"
    )
    return [Error(words, id="countersign.E003")]


@register(Tags.security)
def production_is_safe(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Refuse settings that would be unsafe with real money; the demo is not production."""
    if settings.DEMO:
        return list(_demo_is_harmless())
    return [
        Error(words, id=f"countersign.E{number:03}") for number, words in _unsafe_in_production()
    ]


def _demo_is_harmless() -> Iterator[CheckMessage]:
    if settings.STRIPE_SECRET_KEY.startswith(LIVE_KEYS):
        yield Error("The demo must not hold live payment keys.", id="countersign.E001")
    if not settings.EMBEDDED and not settings.DEBUG and settings.SITE_URL.startswith("https://"):
        yield Error("The demo must not run on a public address.", id="countersign.E002")


def _unsafe_in_production() -> Iterator[tuple[int, str]]:
    live = settings.STRIPE_SECRET_KEY.startswith(LIVE_KEYS)
    hosts = settings.ALLOWED_HOSTS
    dangers: list[tuple[int, object, str]] = [
        (10, settings.DEBUG, "DEBUG shows the insides of errors: unset it."),
        (
            11,
            settings.SECRET_KEY == settings.DEMO_SECRET_KEY,
            "SECRET_KEY is the demo's: set one of your own.",
        ),
        (
            12,
            "*" in hosts or not hosts,
            "ALLOWED_HOSTS has to name your hosts: links in mail are made from them.",
        ),
        (
            13,
            settings.EMBEDDED,
            "The embedded PostgreSQL trusts its socket: set DATABASE_URL.",
        ),
        (
            14,
            settings.PAYMENTS_SANDBOX and live,
            "PAYMENTS_SANDBOX stands beside live keys: choose one.",
        ),
        (
            15,
            not (settings.PAYMENTS_SANDBOX or settings.STRIPE_SECRET_KEY),
            "No payment provider: set STRIPE_SECRET_KEY, or PAYMENTS_SANDBOX=1 knowingly.",
        ),
        (
            16,
            "LocMemCache" in settings.CACHES["default"]["BACKEND"],
            "The cache has to be shared: login limits and used codes live there.",
        ),
        (
            17,
            settings.DATABASES["default"].get("OPTIONS", {}).get("pool"),
            "A connection pool does not survive the worker's fork: unset it.",
        ),
        (
            18,
            not settings.MFA_SECRETS,
            "MFA_SECRETS is empty: second factors need a key of their own.",
        ),
        (
            19,
            settings.SECURE_COOKIES and not settings.ALLAUTH_TRUSTED_PROXY_COUNT,
            "TRUSTED_PROXY_COUNT is 0: behind a proxy all visitors would share one limit.",
        ),
        (
            20,
            settings.STRIPE_SECRET_KEY
            and not (settings.STRIPE_PLATFORM_SECRETS and settings.STRIPE_CONNECT_SECRETS),
            "STRIPE_PLATFORM_SECRETS and STRIPE_CONNECT_SECRETS are needed: no news would arrive.",
        ),
    ]
    for number, is_unsafe, words in dangers:
        if is_unsafe:
            yield number, words
    if names := ", ".join(name for name in SECRETS if _holds_a_comment(name)):
        yield 21, f"{names}: a secret has neither blanks nor #. Is it a comment behind a value?"


def _holds_a_comment(name: str) -> bool:
    value = getattr(settings, name)
    values = [value] if isinstance(value, str) else value
    return any("#" in each or each.split() != [each] for each in values if each)
