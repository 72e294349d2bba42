"""Whom every situation begins with: people, each with an organization of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from billing_site.kernel.money import Money
from billing_site.people.models import Organization, User
from tests.factories.people import MembershipFactory, OrganizationFactory, UserFactory

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
PRICE = Money("1000.00", "EUR")


def EUR(units: str) -> Money:
    return Money(Decimal(units), "EUR")


def person(name: str, *, kind: str = "client", **facts: Any) -> User:
    """Somebody who owns an organization of their own."""
    user = UserFactory.create(name=name.title(), email=f"{name.lower()}@example.org")
    organization = OrganizationFactory.create(
        name=f"{name.title()} & Co", kind=kind, series_code=name[:3].upper(), **facts
    )
    MembershipFactory.create(organization=organization, user=user)
    return user


def member(of: User, name: str, *, role: str, limit: Money | None = None) -> User:
    """Somebody else in the organization of *of*."""
    user = UserFactory.create(name=name.title(), email=f"{name.lower()}@example.org")
    MembershipFactory.create(
        organization=organization(of), user=user, role=role, spending_limit=limit
    )
    return user


def organization(user: User) -> Organization:
    return Organization.objects.of(user).get()
