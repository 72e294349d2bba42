"""Sessions as sign-in leaves them, and codes as an authenticator app shows them."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from billing_site.people.models import User

SECRET = "JBSWY3DPEHPK3PXP"


def enroll(user: User, secret: str = SECRET) -> Authenticator:
    """Give *user* a second factor whose secret we know."""
    factor: Authenticator = Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(secret)}
    )
    return factor


def code(secret: str = SECRET, *, at: float | None = None) -> str:
    return format_hotp_value(hotp_value(secret, int(at or time.time()) // 30))


def sign_in(client: Client, user: User, *methods: str) -> None:
    """Sign *user* in as if by *methods* ("password", "mfa") just now."""
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": time.time()} for method in methods
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()


def sign_in_staff(client: Client, user: User) -> None:
    """Sign staff in with a second factor, without which they see nothing."""
    enroll(user)
    sign_in(client, user, "password", "mfa")
