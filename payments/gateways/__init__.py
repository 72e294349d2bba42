"""Who moves the money: one `Gateway`, picked by the settings."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from payments.gateways.base import Gateway


def current() -> Gateway:
    """Return the gateway that new payments go through: without keys, the sandbox."""
    if settings.STRIPE_SECRET_KEY:
        raise ImproperlyConfigured(
            "STRIPE_SECRET_KEY is set, and this release pays through the sandbox only."
        )
    return by_name("sandbox")


def by_name(name: str) -> Gateway:
    """Return the gateway that a webhook address names.

    :raises LookupError: there is none of that name here.
    """
    if name == "sandbox" and settings.PAYMENTS_SANDBOX:
        from payments.gateways.sandbox.gateway import SandboxGateway  # noqa: PLC0415 -- needs apps

        return SandboxGateway()
    raise LookupError(name)
