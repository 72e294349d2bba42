"""A list at the desk reads a page of its table, and not all of it to count or to filter."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing_site.kernel import admin
from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import audit
from tests.people.conftest import NOON
from tests.people.signing_in import sign_in_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, mia: User) -> Client:
    cache.clear()
    sign_in_staff(client, mia)
    for number in range(60):
        deed = "an old deed" if number == 0 else f"deed {number % 2}"
        audit.record(SYSTEM("a test"), deed, f"thing/{number}", at=NOON)
    return client


def test_it_counts_to_its_limit_and_offers_what_is_new(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "COUNTED", 55)
    monkeypatch.setattr(admin, "LOOKED_AT", 20)
    address = reverse("admin:platform_auditevent_changelist")

    with CaptureQueriesContext(connection) as asked:
        page = desk.get(address).content.decode()

    assert "more than 55" in " ".join(page.split())
    sent = [each["sql"] for each in asked if '"platform_auditevent"' in each["sql"]]
    assert [sql for sql in sent if "LIMIT" not in sql] == []
    assert "deed 1" in page
    assert "?deed=an+old+deed" not in page
    assert "thing/0<" in desk.get(address, {"deed": "an old deed"}).content.decode()
    assert "more than" not in desk.get(address, {"deed": "deed 1"}).content.decode()
