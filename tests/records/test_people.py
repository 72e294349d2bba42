"""What a person takes away, and what is left of them when they go."""

from __future__ import annotations

import json
import zipfile
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import Membership, User
from billing_site.platform import files
from billing_site.platform.models import Letter, Notice
from invoices.models import Invoice
from records.files.person import OWN, columns_of_people
from records.models import Export
from records.services import erasing, exports, personal_exports
from tests import given
from tests.factories.people import MembershipFactory, UserFactory
from tests.given import NOON
from tests.signing_in import session_of, with_second_factor

CANARY = "Cañary Testperson"
ADDRESS = "canary.testperson@example.org"


@pytest.fixture
def canary(alice: User) -> User:
    """A second owner of Alice's firm, who has approved work, been written to and told things."""
    person = UserFactory.create(name=CANARY, email=ADDRESS)
    MembershipFactory.create(organization=given.organization(alice), user=person, role="owner")
    with_second_factor(person)
    return person


def unzipped(person: User) -> list[dict[str, Any]]:
    export = personal_exports.request(person, at=NOON)
    exports.write_out(export.pk, at=NOON)
    export.refresh_from_db()
    with zipfile.ZipFile(files.place_of(export.stored_as)) as archive:
        found: list[dict[str, Any]] = json.loads(archive.read("data.json"))
    return found


def where_it_stands(text: str) -> set[str]:
    """The tables in which *text* is found anywhere in a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = set()
        for table in tables:
            cursor.execute(
                f'SELECT 1 FROM "{table}" AS t WHERE t::text ILIKE %s LIMIT 1', [f"%{text}%"]
            )
            if cursor.fetchone():
                found.add(table)
    return found


def test_a_person_gets_what_is_theirs_and_no_secret(canary: User, bob: User, alice: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    from invoices.services import invoicing

    invoicing.approve(invoice.pk, by=canary, at=NOON)
    session_of(canary)
    rows = unzipped(canary)

    told = {row["what"] for row in rows}
    assert told >= {"people.User", "people.Membership", "platform.Letter", "mfa.Authenticator"}
    approved = [row for row in rows if row.get("as") == "approved_by"]
    assert [row["reference"] for row in approved] == [invoice.ref]
    text = json.dumps(rows, ensure_ascii=False)
    assert CANARY in text
    assert "secret" not in text
    assert not [row for row in rows if {"password", "data", "session_key"} & set(row)]
    assert bob.email not in text


def test_no_table_that_knows_people_is_forgotten() -> None:
    """Foreign keys are found by themselves; plain numbers and addresses are listed."""
    found = {model._meta.label for model, _ in columns_of_people()}
    plain = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name in {"user_id", "email"} and not field.is_relation
    }
    assert set(OWN) <= found
    assert plain - found == {"sandbox.SandboxAccount", "sandbox.SandboxCustomer"}


def test_nobody_else_gets_it(canary: User, alice: User) -> None:
    browser, address = session_of(canary), reverse("personal-data")
    assert browser.post(address).status_code == 302
    assert browser.post(address).status_code == 422
    export = Export.objects.get()
    assert browser.get(address)["Refresh"]
    exports.write_out(export.pk, at=NOON)
    fetched = reverse("personal-data-file", args=[export.ref])
    assert fetched in browser.get(address).content.decode()
    assert browser.get(fetched)["Content-Disposition"].startswith("attachment")
    assert session_of(alice).get(fetched).status_code == 404
    for name in ("export", "export-file"):
        assert session_of(alice).get(reverse(name, args=[export.ref])).status_code == 404


def test_nothing_of_who_left_is_found_outside_of_documents(
    canary: User, alice: User, bob: User
) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    session_of(canary)
    sent = session_of(canary).post(reverse("erasure"), {"email": "x@example.org"})
    assert sent.status_code == 422

    erasing.erase(canary.pk, by=canary, at=NOON)

    assert where_it_stands(CANARY) - {"django_session"} == set()
    assert where_it_stands(ADDRESS) == set()
    canary.refresh_from_db()
    assert (str(canary), canary.is_active) == (erasing.NAME, False)
    assert not Membership.objects.live().filter(user=canary).exists()
    assert not Notice.objects.filter(user_id=canary.pk).exists()
    assert Invoice.objects.filter(number__isnull=False).exists()


def test_who_leaves_takes_every_address_and_archive_along(
    canary: User, django_capture_on_commit_callbacks: Any
) -> None:
    other = "canary.before@example.org"
    EmailAddress.objects.create(user=canary, email=other, verified=True)
    Letter.objects.create(
        key="hello", email=other.title(), name="C", subject="Hello", text="Hello", written_at=NOON
    )
    finished = personal_exports.request(canary, at=NOON)
    exports.write_out(finished.pk, at=NOON)
    finished.refresh_from_db()
    waiting = personal_exports.request(canary, at=NOON)

    with (
        django_capture_on_commit_callbacks(execute=True),
        CaptureQueriesContext(connection) as all_,
    ):
        erasing.erase(canary.pk, by=canary, at=NOON)

    locked = [each["sql"] for each in all_ if "FOR NO KEY UPDATE" in each["sql"]]
    assert '"people_organization"' in locked[1]  # after the person, before anything is looked at
    assert where_it_stands(other) == set()
    for export in (finished, waiting):
        export.refresh_from_db()
    assert (finished.forgotten_at, finished.words) == (NOON, "deleted")
    assert not files.place_of(finished.stored_as).exists()
    assert waiting.words == "cancelled"
    exports.write_out(waiting.pk, at=NOON)
    waiting.refresh_from_db()
    assert waiting.stored_as == ""


def test_who_is_alone_with_money_or_work_stays(alice: User, bob: User, canary: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    with pytest.raises(NotAllowed, match="money"):
        erasing.erase(bob.pk, by=bob, at=NOON)
    with pytest.raises(NotYours):
        erasing.erase(bob.pk, by=alice, at=NOON)
    page = session_of(bob).get(reverse("erasure")).content.decode()
    assert "withdraw it" in page
    assert "Delete my account" not in page

    erasing.erase(canary.pk, by=canary, at=NOON)
    carol = UserFactory.create(name="Carol", email="carol@example.org")
    MembershipFactory.create(organization=given.organization(alice), user=carol, role="viewer")
    with pytest.raises(NotAllowed, match="other members"):
        erasing.erase(alice.pk, by=alice, at=NOON)


def test_who_is_alone_with_nothing_open_goes(alice: User) -> None:
    alice.set_password("a long and good password")
    alice.save()
    browser, ours = session_of(alice), given.organization(alice)
    told = {"email": alice.email.upper(), "password": "wrong"}
    assert browser.post(reverse("erasure"), told).status_code == 422
    told["password"] = "a long and good password"
    assert browser.post(reverse("erasure"), told)["Location"] == reverse("landing")

    alice.refresh_from_db()
    assert not alice.is_active
    assert browser.get(reverse("home")).status_code == 302
    assert not Membership.objects.live().filter(organization=ours).exists()
