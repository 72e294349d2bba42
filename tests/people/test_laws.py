from __future__ import annotations

import pytest

from billing_site.people import invariants
from billing_site.people.models import Organization, User
from tests.factories.people import OrganizationFactory

pytestmark = pytest.mark.django_db


def test_the_laws_hold_where_somebody_owns_it(studio: Organization) -> None:
    assert invariants.every_organization_has_an_owner() == []
    assert invariants.staff_act_for_no_organization() == []


def test_the_laws_name_an_organization_without_an_owner(studio: Organization) -> None:
    orphan = OrganizationFactory.create(name="Orphan")

    assert invariants.every_organization_has_an_owner() == [{"ref": orphan.ref, "name": "Orphan"}]


def test_the_laws_name_staff_with_a_seat(studio: Organization, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)

    (offender,) = invariants.staff_act_for_no_organization()

    assert offender["user__email"] == alice.email
