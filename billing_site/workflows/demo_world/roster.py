"""The cast takes its seats: people who can sign in, firms, and who acts for them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import Organization, User
from billing_site.people.services import memberships, organizations, staffing
from billing_site.people.services.looks import dress
from billing_site.workflows.demo_world.cast import PASSWORD, WITH_CODES, Firm, Person, cast
from billing_site.workflows.demo_world.signs import sign

THE_CAST = SYSTEM("the demo has a cast")
# Somebody is here for this long before their firm does its first deed.
BEFOREHAND = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is who, by the keys of the cast."""

    users: dict[str, User]
    organizations: dict[str, Organization]
    firms: dict[str, Firm]

    def seated(self, firm: str, role: str) -> User:
        """Who does what *role* does for *firm*: its owner where nobody has that seat."""
        seats = (seat.person for seat in self.firms[firm].seats if seat.role == role)
        return self.users[next(seats, firm)]

    def may_approve(self, firm: str, gross: Money) -> list[User]:
        """The owner, and those whose limit is high enough."""
        able = [
            self.users[seat.person]
            for seat in self.firms[firm].seats
            if seat.role == "approver"
            and seat.spending_limit is not None
            and gross <= Money(seat.spending_limit, self.firms[firm].currency)
        ]
        return [self.users[firm], *able]


def take_seats(*, at: datetime) -> Roster:
    """Make everybody of the cast, as of *at*."""
    users = {person.key: _person(person, at=at) for person in cast().people}
    for person in cast().staff:
        users[person.key] = _staff(person, at=at)
    for key in WITH_CODES:
        TOTP.activate(users[key], second_factor(key))
    firms = {firm.key: firm for firm in cast().firms}
    founded = {key: _found(firm, users, at=at) for key, firm in firms.items()}
    return Roster(users, founded, firms)


def second_factor(key: str) -> str:
    """The secret behind somebody's one-time codes: the same in every demo, and of no other use."""
    return base64.b32encode(hashlib.sha1(f"demo/{key}".encode()).digest()).decode()  # noqa: S324 - no secret


def authenticator_of(email: str) -> Authenticator:
    found: Authenticator = Authenticator.objects.get(
        user__email=email, type=Authenticator.Type.TOTP
    )
    return found


def _person(person: Person, *, at: datetime) -> User:
    user = User.objects.create_user(
        person.email,
        PASSWORD,
        name=person.name,
        time_zone=person.time_zone,
        joined_at=at,
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def _staff(person: Person, *, at: datetime) -> User:
    """Staff read everything; what they may decide are actions, and those ask for themselves."""
    user = _person(person, at=at)
    return staffing.appoint(user.pk, roles=person.roles, by=THE_CAST, at=at)


def _found(firm: Firm, users: dict[str, User], *, at: datetime) -> Organization:
    owner = users[firm.key]
    organization = organizations.found(
        name=firm.name,
        kind=firm.kind,
        legal_name=firm.legal_name,
        street=firm.street,
        postal_code=firm.postal_code,
        city=firm.city,
        country=firm.country,
        currency=firm.currency,
        series_code=firm.series_code,
        vat_id=firm.vat_id,
        taxed_as=firm.taxed_as,
        by=owner,
        at=at,
    )
    if firm.color:
        dress(organization.pk, color=firm.color, logo=sign(firm.color), by=owner, at=at)
    for seat in firm.seats:
        limit = Money(seat.spending_limit, firm.currency) if seat.spending_limit else None
        memberships.add(
            organization.pk,
            user=users[seat.person],
            role=seat.role,
            spending_limit=limit,
            by=owner,
            at=at,
        )
    organization.refresh_from_db()
    return organization
