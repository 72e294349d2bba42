"""What somebody needs to sign in with, and sessions of people who have."""

from __future__ import annotations

import time

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from billing_site.people.models import User

PASSWORD = "correct horse battery"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def able_to_sign_in(user: User) -> User:
    """Give the person a password and a proven address, as signing up would have."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def with_second_factor(user: User) -> str:
    """Give the person an authenticator app; return the secret in it."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_of(secret: str) -> str:
    """What the app shows at this moment."""
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def half_a_minute_later() -> None:
    """A code is good once; the app shows the next one only after a while. Here it has."""
    cache.clear()


def as_(client: Client, user: User) -> Client:
    """The same browser, signed in as the person: the quickest way, without a second factor."""
    client.force_login(user, BACKEND)
    return client


def session_of(user: User, client: Client | None = None) -> Client:
    """A session that began a moment ago, with the second factor of whoever has one."""
    client = client or Client()
    client.force_login(user)
    now, session = time.time(), client.session
    records = [{"method": "password", "at": now, "email": user.email}]
    if Authenticator.objects.filter(user=user).exists():
        records.append({"method": "mfa", "at": now, "type": "totp"})
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(user.pk)  # whose they are
    session["began_at"] = session["seen_at"] = now
    session.save()
    return client
