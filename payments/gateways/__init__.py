"""Who moves the money: one `Gateway`, picked by the settings."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from payments.gateways.base import Gateway
from payments.gateways.stripe.connection import is_live
from payments.gateways.stripe.gateway import StripeGateway


def current() -> Gateway:
    """Return the gateway that new payments go through: without keys, the sandbox.

    :raises ImproperlyConfigured: live keys outside production, or beside the sandbox.
    """
    return by_name("stripe" if settings.STRIPE_SECRET_KEY else "sandbox")


def by_name(name: str) -> Gateway:
    """Return the gateway that a webhook address names.

    :raises LookupError: there is none of that name here.
    :raises ImproperlyConfigured: live keys outside production, or beside the sandbox.
    """
    if settings.PAYMENTS_SANDBOX and is_live(settings.STRIPE_SECRET_KEY):
        raise ImproperlyConfigured("PAYMENTS_SANDBOX stands beside live keys: choose one.")
    if name == "stripe" and settings.STRIPE_SECRET_KEY:
        return StripeGateway()
    if name == "sandbox" and settings.PAYMENTS_SANDBOX:
        from payments.gateways.sandbox.gateway import SandboxGateway  # noqa: PLC0415 -- needs apps

        return SandboxGateway()
    raise LookupError(name)
