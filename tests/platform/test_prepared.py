"""A query that is put together once answers each who asks, and as it would have been anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Count, QuerySet

from billing_site.kernel.prepared import Prepared
from billing_site.people.models import Membership, User
from tests.factories.people import MembershipFactory, UserFactory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def named(_kind: str, person: int) -> QuerySet[Any, Any]:
    return User.objects.filter(pk=person).order_by().values("name")


@pytest.mark.django_db
def test_a_row_that_is_gone_is_a_lookup_that_failed() -> None:
    asked = Prepared(named)
    ada = UserFactory.create(name="Ada")

    assert asked.one("", ada.pk) == {"name": "Ada"}
    with pytest.raises(LookupError, match="is not there any more"):
        asked.one("", ada.pk + 1)


def seats(role: str, organization: int, until: datetime) -> QuerySet[Membership]:
    of_it = Membership.objects.filter(organization=organization, role=role, since__lt=until)
    users = of_it.select_related("user").prefetch_related("organization__memberships")
    return users.annotate(many=Count("pk")).order_by("pk")


@pytest.mark.django_db
def test_rows_are_those_of_whoever_asks_with_all_that_comes_with_them() -> None:
    asked = Prepared(seats)
    first, other = (MembershipFactory.create(role="owner", since=NOON) for _ in range(2))
    late = NOON + timedelta(seconds=1)

    for _ in range(2):
        assert asked.all("owner", first.organization_id, late) == [first]
        (found,) = asked.all("owner", other.organization_id, late)
        assert (found, found.user, found.many) == (other, other.user, 1)
        assert list(found.organization.memberships.all()) == [other]
        assert asked.all("owner", first.organization_id, NOON) == []
        assert asked.all("viewer", first.organization_id, late) == []


@pytest.mark.django_db
def test_rows_may_be_values() -> None:
    asked = Prepared(named)
    ada, ben = UserFactory.create(name="Ada"), UserFactory.create(name="Ben")
    assert [asked.all("", each.pk) for each in (ada, ben)] == [[{"name": "Ada"}], [{"name": "Ben"}]]


@pytest.mark.parametrize("change", [timedelta(days=1), timedelta(microseconds=1)])
def test_nothing_is_made_of_what_will_be_asked_about(change: timedelta) -> None:
    later = Prepared(lambda _, at: Membership.objects.filter(since__lt=at + change))
    with pytest.raises(ValueError, match="not in list"):
        later.all("", NOON)
    of_next = Prepared(lambda _, pk: User.objects.filter(pk=pk - 1))
    with pytest.raises(ValueError, match="not in list"):
        of_next.all("", 7)
