"""What production refuses to start with, each in words.

Commands, the worker among them, run these as Django's checks; the web asks for them by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from payments.statement import is_allowed

SECRETS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "MFA_SECRETS",
    "STRIPE_SECRET_KEY",
    "STRIPE_PLATFORM_SECRETS",
    "STRIPE_CONNECT_SECRETS",
)
PLATFORM_FACTS = ("name", "street", "postal_code", "city", "country")
KEEP_LETTERS = ("filebased", "console", "locmem", "dummy")  # and send none
FEWEST_ENTRIES = 100_000
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


def refuse_to_serve() -> None:
    """Raise, with all that is wrong in words, where the web must not start.

    :raises ImproperlyConfigured: one of the checks of this module fails.
    """
    found = [*statements_are_readable(None), *production_is_safe(None)]
    if found:
        raise ImproperlyConfigured("\n".join(f"{each.id}: {each.msg}" for each in found))


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
            25,
            _forgets_what_is_valid(settings.CACHES["default"]),
            "The cache's OPTIONS need MAX_ENTRIES of 100,000 or more: beyond it, limits are lost.",
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
    yield from _nobody_was_named()
    if names := ", ".join(name for name in SECRETS if _holds_a_comment(name)):
        yield 21, f"{names}: a secret has neither blanks nor #. Is it a comment behind a value?"


def _nobody_was_named() -> Iterator[tuple[int, str]]:
    """Where letters lead to, who carries them, and who issues fee invoices, has no default."""
    if not settings.SITE_URL.startswith("https://"):
        yield 22, "SITE_URL has to be your https address: letters lead there, cookies need it."
    if settings.EMAIL_BACKEND.split(".")[-2] in KEEP_LETTERS:
        yield (
            23,
            "EMAIL_URL names no mail server: letters would be noted as sent, and reach nobody.",
        )
    if not all(settings.PLATFORM[fact] for fact in PLATFORM_FACTS):
        words = "PLATFORM_NAME, _STREET, _POSTAL_CODE, _CITY and _COUNTRY: who issues fee invoices?"
        yield 24, words


def _forgets_what_is_valid(cache: dict[str, Any]) -> bool:
    """Django deletes a third of a table that holds more than that, and by default that is 300."""
    most = cache.get("OPTIONS", {}).get("MAX_ENTRIES", 300)
    return "DatabaseCache" in cache["BACKEND"] and most < FEWEST_ENTRIES


def _holds_a_comment(name: str) -> bool:
    value = getattr(settings, name)
    values = [value] if isinstance(value, str) else value
    return any("#" in each or each.split() != [each] for each in values if each)
