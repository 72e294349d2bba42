from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing_site.people.models import Membership, Organization, User
from billing_site.people.models.membership import Role
from tests.factories.people import MembershipFactory, OrganizationFactory, UserFactory

NOON = datetime(2025, 11, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory.create(name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return UserFactory.create(name="Bob")


@pytest.fixture
def charlie(db: None) -> User:
    """Charlie is nobody's business partner."""
    charlie = UserFactory.create(name="Charlie")
    MembershipFactory.create(user=charlie, organization__name="Charlie & Co")
    return charlie


@pytest.fixture
def mia(db: None) -> User:
    """Mia works for the platform."""
    return UserFactory.create(name="Mia", is_staff=True, is_superuser=True)


@pytest.fixture
def studio(alice: User) -> Organization:
    """Alice's own: a client."""
    studio = OrganizationFactory.create(name="Studio")
    MembershipFactory.create(organization=studio, user=alice, role=Role.OWNER)
    return studio


@pytest.fixture
def bobs(studio: Organization, bob: User) -> Membership:
    """Bob approves work for the studio."""
    return MembershipFactory.create(organization=studio, user=bob, role=Role.APPROVER)
