from __future__ import annotations

from datetime import UTC, datetime

import factory
from allauth.account.models import EmailAddress

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import Membership, Organization, User
from billing_site.people.models.membership import Role
from billing_site.people.services import staffing

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory[User]):
    """Somebody who signs in and has proven their e-mail address."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda user: f"{user.name.lower().replace(' ', '.')}@example.org")

    @factory.post_generation
    def proven(self: User, create: bool, extracted: object, **facts: object) -> None:
        EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=True)

    @factory.post_generation
    def roles(self: User, create: bool, extracted: list[str] | None, **facts: object) -> None:
        """What they may decide at the desk, as `manage.py staff` says it."""
        if extracted:
            by = SYSTEM("the test says so")
            appointed = staffing.appoint(self.pk, roles=extracted, by=by, at=LONG_AGO)
            self.is_staff = appointed.is_staff


class OrganizationFactory(factory.django.DjangoModelFactory[Organization]):
    """A client in Germany that bills in euros. It has no members yet."""

    class Meta:
        model = Organization

    kind = "client"
    name = factory.Sequence(lambda n: f"Organization {n}")
    street = "Musterweg 1"
    postal_code = "10115"
    city = "Berlin"
    country = "DE"
    currency = "EUR"
    series_code = factory.Sequence(lambda n: f"T{n:04d}")
    created_at = LONG_AGO


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.OWNER
    currency = "EUR"
    since = LONG_AGO
