from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import Membership, Organization, TaxProfile, User
from billing_site.people.services import organizations, tax
from billing_site.platform import series
from tests.factories.people import OrganizationFactory
from tests.people.conftest import NOON

pytestmark = pytest.mark.django_db

FACTS: dict[str, Any] = {
    "name": "Okapi & Söhne",
    "kind": "client",
    "country": "DE",
    "currency": "EUR",
}
ADDRESS = {
    "name": "Studio",
    "legal_name": "Studio GmbH",
    "street": "Musterweg 2",
    "postal_code": "10115",
    "city": "Berlin",
    "document_language": "de",
}


def test_who_founds_an_organization_owns_it(alice: User) -> None:
    founded = organizations.found(**FACTS, by=alice, at=NOON)

    (seat,) = founded.memberships.all()
    assert (seat.user, seat.role, seat.since) == (alice, "owner", NOON)
    assert founded.series_code == "OKA"
    assert founded.tax_profile.kind == "business"


def test_what_was_founded_is_returned_with_its_vat_id_as_it_is_printed(alice: User) -> None:
    founded = organizations.found(**FACTS, vat_id="DE 136 695 976", by=alice, at=NOON)

    assert founded.vat_id == Organization.objects.get(pk=founded.pk).vat_id == "DE136695976"


def test_pressing_twice_founds_one(alice: User) -> None:
    op_id = uuid4()

    first = organizations.found(**FACTS, by=alice, at=NOON, op_id=op_id)
    again = organizations.found(**FACTS, by=alice, at=NOON, op_id=op_id)

    assert again == first
    assert Organization.objects.count() == 1
    assert Membership.objects.count() == 1


def test_the_same_name_gets_another_code(alice: User) -> None:
    codes = [organizations.found(**FACTS, by=alice, at=NOON).series_code for _ in range(3)]

    assert codes == ["OKA", "OKA2", "OKA3"]


def test_a_name_without_letters_gets_a_code(alice: User) -> None:
    assert (
        organizations.found(**{**FACTS, "name": "株式会社"}, by=alice, at=NOON).series_code == "XXX"
    )


def test_staff_found_nothing(mia: User) -> None:
    with pytest.raises(NotYours):
        organizations.found(**FACTS, by=mia, at=NOON)

    assert not Organization.objects.exists()


def test_a_wrong_vat_id_founds_nothing(alice: User) -> None:
    with pytest.raises(NotAllowed, match="cannot be a VAT ID of DE"):
        organizations.found(**FACTS, vat_id="DE136695977", by=alice, at=NOON)

    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    ("country", "written", "normal"),
    [
        ("DE", "DE 136 695 976", "DE136695976"),
        ("DE", "136695976", "DE136695976"),
        ("GR", "EL 094259216", "EL094259216"),
        ("AT", "atu13585627", "ATU13585627"),
        ("GB", "GB 980 7806 84", "GB980780684"),
        ("US", "12-3456789", "123456789"),  # No check is known: as it was written.
    ],
)
def test_a_vat_id_is_kept_as_it_is_printed(country: str, written: str, normal: str) -> None:
    assert tax.check_form(country, written).number == normal


@pytest.mark.parametrize(
    ("country", "written"),
    [
        ("DE", "DE136695977"),
        ("DE", "ATU13585627"),
        ("GR", "GR1"),
        ("AT", "U1"),
        ("DE", "-"),
    ],
)
def test_a_vat_id_of_the_wrong_form_is_refused(country: str, written: str) -> None:
    with pytest.raises(NotAllowed):
        tax.check_form(country, written)


def test_declaring_keeps_what_speaks_for_the_country(studio: Organization, alice: User) -> None:
    tax.declare(studio.pk, kind="business", vat_id="DE136695976", by=alice, at=NOON)

    profile = TaxProfile.objects.get()
    assert [each["is"] for each in profile.evidence] == ["billing address", "form of the VAT ID"]
    assert {each["country"] for each in profile.evidence} == {"DE"}
    checked = profile.vat_id_evidence
    assert checked is not None
    assert (checked["says"], checked["result"]) == (
        "DE136695976",
        "its form and check digits are right",
    )
    assert checked["rule"].startswith("python-stdnum ")
    assert profile.vat_id_checked_at == NOON
    assert profile.vat_id_check == "form"
    assert Organization.objects.get().vat_id == "DE136695976"


def test_where_no_rule_is_known_nothing_is_claimed(studio: Organization, alice: User) -> None:
    Organization.objects.update(country="US")
    tax.declare(studio.pk, kind="business", vat_id="12-3456789", by=alice, at=NOON)

    profile = TaxProfile.objects.get()
    assert profile.get_vat_id_check_display() == "no rule is known for its form"
    assert profile.evidence[1]["rule"] == ""


def test_only_owners_declare(studio: Organization, bobs: Membership) -> None:
    with pytest.raises(NotYours):
        tax.declare(studio.pk, kind="private", vat_id="", by=bobs.user, at=NOON)

    assert not TaxProfile.objects.exists()


def test_an_address_changes(studio: Organization, alice: User) -> None:
    organizations.describe(studio.pk, **ADDRESS, country="DE", by=alice, at=NOON)

    assert Organization.objects.get().address_lines == ["Musterweg 2", "10115 Berlin", "DE"]
    assert Organization.objects.get().billed_as == "Studio GmbH"
    assert Organization.objects.get().document_language == "de"


def test_a_vat_id_does_not_move_abroad(studio: Organization, alice: User) -> None:
    tax.declare(studio.pk, kind="business", vat_id="DE136695976", by=alice, at=NOON)

    with pytest.raises(NotAllowed, match="cannot be a VAT ID of AT"):
        organizations.describe(studio.pk, **ADDRESS, country="AT", by=alice, at=NOON)

    assert Organization.objects.get().country == "DE"


def test_an_owner_chooses_the_code(studio: Organization, alice: User) -> None:
    organizations.number_by(studio.pk, series_code="STU", by=alice, at=NOON)

    assert Organization.objects.get().series_code == "STU"


def test_the_code_stays_once_a_number_was_given(studio: Organization, alice: User) -> None:
    series.next_number(series=f"invoice/{studio.series_code}", year=2025)

    with pytest.raises(NotAllowed, match="without a gap"):
        organizations.number_by(studio.pk, series_code="STU", by=alice, at=NOON)

    assert Organization.objects.get().series_code == studio.series_code


def test_nobody_takes_another_ones_code(studio: Organization, alice: User) -> None:
    OrganizationFactory.create(series_code="OKA")

    with pytest.raises(NotAllowed, match="Somebody else"):
        organizations.number_by(studio.pk, series_code="OKA", by=alice, at=NOON)


@pytest.mark.parametrize(
    ("assignment", "law"),
    [
        ("country = 'de'", "country_is_two_letters"),
        ("country = 'D'", "country_is_two_letters"),
        ("currency = 'eur'", "organization_currency_is_three_letters"),
        ("series_code = 'a-b'", "series_code_is_two_to_six_letters_or_digits"),
        ("series_code = '1AB'", "series_code_is_two_to_six_letters_or_digits"),
        ("kind = 'bank'", "organization_is_of_a_known_kind"),
        ("name = ''", "organization_has_a_name"),
        ("document_language = 'fr'", "document_language_is_one_that_we_write"),
        ("document_language = '../e'", "document_language_is_one_that_we_write"),
    ],
)
def test_the_database_refuses_what_cannot_be(
    assignment: str, law: str, studio: Organization
) -> None:
    with pytest.raises(DatabaseError, match=law), transaction.atomic():
        connection.cursor().execute(f"UPDATE people_organization SET {assignment}")
