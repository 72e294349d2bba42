"""Where allauth asks us: how people are stored, what letters link to, how secrets are kept."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from billing_site.people.models import User
from billing_site.platform import clock, letters


class AccountAdapter(DefaultAccountAdapter):
    def save_user(
        self,
        request: HttpRequest,
        user: Any,
        form: Any,
        commit: bool = True,  # noqa: FBT001, FBT002 - allauth's signature
    ) -> User:
        user.name = form.cleaned_data["name"]
        user.purpose = form.cleaned_data["purpose"]
        super().save_user(request, user, form, commit=commit)
        assert isinstance(user, User)
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a letter like any other: posted by the worker, linking to our own address.

        Whatever host the request named, it is not where our letters lead.
        """
        ours = {key: our_address(value) for key, value in context.items() if key.endswith("_url")}
        site = {"current_site": {"name": "Countersign"}, "site_url": settings.SITE_URL}
        facts = {**context, **ours, **site, "email": email}
        message = self.render_mail(template_prefix, email, facts)
        letters.send(
            key=f"{template_prefix}/{uuid4()}",
            to=[(email, getattr(context.get("user"), "name", ""))],
            subject=str(message.subject),
            template="account",
            context={"body": message.body},
            is_private=True,
            at=clock.now(),
        )


def our_address(url: str) -> str:
    return str(settings.SITE_URL) + urlsplit(url)._replace(scheme="", netloc="").geturl()


class MFAAdapter(DefaultMFAAdapter):
    """Keeps TOTP secrets and the seeds of recovery codes encrypted, newest key first."""

    def encrypt(self, text: str) -> str:
        return keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keys().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep a second factor; whoever changes theirs adds the new one first."""
        others = Authenticator.objects.filter(user=authenticator.user_id).exclude(
            type=Authenticator.Type.RECOVERY_CODES
        )
        return not authenticator.user.is_staff or others.exclude(pk=authenticator.pk).exists()


def keys() -> MultiFernet:
    """Return the keys that settings name; the demo makes one of its well-known secret."""
    secrets = list(settings.MFA_SECRETS)
    if not secrets and settings.DEMO:
        digest = hashlib.sha256(f"second factors: {settings.SECRET_KEY}".encode()).digest()
        secrets = [base64.urlsafe_b64encode(digest).decode()]
    if not secrets:
        raise ImproperlyConfigured("Name the keys that encrypt second factors in MFA_SECRETS.")
    return MultiFernet([Fernet(secret) for secret in secrets])
