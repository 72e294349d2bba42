"""Codes and links that open doors are read in one mailbox: neither at the desk nor in the table."""

from __future__ import annotations

import re
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib import admin
from django.core import mail
from django.core.cache import cache
from django.test import Client

from billing_site.people.models import Organization, User
from billing_site.people.services import invitations
from billing_site.platform import letters, queue
from billing_site.platform.models import Letter
from records.files.person import _told
from tests.people.conftest import NOON
from tests.people.signing_in import sign_in_staff
from tests.signing_in import able_to_sign_in

pytestmark = pytest.mark.django_db
SECRETS = [r"^[A-Z0-9]{3,4}-[A-Z0-9]{3,4}$", r"/invitations/([\w-]{43})/"]


@pytest.fixture
def secrets(settings: Any, studio: Organization, alice: User) -> list[str]:
    """A code to choose a new password by, and the link of an invitation."""
    settings.DEMO, settings.MFA_SECRETS = False, [Fernet.generate_key().decode()]
    cache.clear()
    Client().post("/accounts/password/reset/", {"email": able_to_sign_in(alice).email})
    invitations.invite(studio.pk, email="zoe@example.org", role="viewer", by=alice, at=NOON)
    code, link = Letter.objects.order_by("pk")
    found = [
        re.search(pattern, letter.text, re.MULTILINE)
        for pattern, letter in zip(SECRETS, (code, link), strict=True)
    ]
    assert all(found)
    return [each[each.lastindex or 0] for each in found if each]


def test_no_page_of_the_desk_shows_a_secret(client: Client, mia: User, secrets: list[str]) -> None:
    sign_in_staff(client, mia)
    pages = [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for model in admin.site._registry
    ]
    rows = [f"/admin/platform/letter/{each.pk}/change/" for each in Letter.objects.all()]

    for page in [*pages, *rows]:
        words = client.get(page).content.decode()
        assert not [each for each in secrets if each in words], page
    for secret in secrets:
        found = client.get("/admin/platform/letter/", {"q": secret}).content.decode()
        assert 'id="result_list"' not in found


def test_what_was_sent_is_forgotten_and_nothing_else(secrets: list[str], alice: User) -> None:
    (kept,) = letters.send(
        key="k",
        to=[(alice.email, "Alice")],
        subject="Rights",
        template="account",
        context={"body": "What the law wants kept."},
        at=NOON,
    )
    told = [_told(each) for each in Letter.objects.filter(is_private=True)]
    assert len(told) == 2
    assert not [row for row in told if "text" in row]

    queue.drain()

    sent = "".join(str(message.body) for message in mail.outbox)
    assert all(each in sent for each in secrets)
    assert set(Letter.objects.filter(is_private=True).values_list("text", "html")) == {("", "")}
    kept.refresh_from_db()
    assert "What the law wants kept." in kept.text
    assert all(Letter.objects.values_list("sent_at", flat=True))
