"""Everybody who may stand at a door, and what they are to the two parties of a contract."""

from __future__ import annotations

from enum import StrEnum

from django.test import Client

from billing_site.people.models import Organization, User
from tests.factories.people import MembershipFactory, OrganizationFactory, UserFactory
from tests.signing_in import session_of, with_second_factor


class Persona(StrEnum):
    NOBODY = "nobody"
    CLIENT_OWNER = "the client's owner"
    CLIENT_APPROVER = "the client's approver"
    CLIENT_FINANCE = "the client's finance"
    CLIENT_VIEWER = "the client's viewer"
    CLIENT_ACCOUNTANT = "the client's accountant"
    FREELANCER = "the freelancer"
    FREELANCER_WORKER = "the freelancer's worker"
    FREELANCER_FINANCE = "the freelancer's finance"
    FREELANCER_VIEWER = "the freelancer's viewer"
    FREELANCER_ACCOUNTANT = "the freelancer's accountant"
    OTHER_CLIENT = "another client"
    OTHER_FREELANCER = "another freelancer"
    NEWCOMER = "somebody who acts for nobody"
    SUSPENDED = "the client's owner, suspended"
    MEDIATOR = "staff with a second factor"
    STAFF_WITHOUT_FACTOR = "staff without a second factor"
    SUPERUSER = "a superuser"


P = Persona
ROLES = {
    P.CLIENT_OWNER: ("client", "owner"),
    P.CLIENT_APPROVER: ("client", "approver"),
    P.CLIENT_FINANCE: ("client", "finance"),
    P.CLIENT_VIEWER: ("client", "viewer"),
    P.CLIENT_ACCOUNTANT: ("client", "accountant"),
    P.SUSPENDED: ("client", "owner"),
    P.FREELANCER: ("freelancer", "owner"),
    P.FREELANCER_WORKER: ("freelancer", "approver"),
    P.FREELANCER_FINANCE: ("freelancer", "finance"),
    P.FREELANCER_VIEWER: ("freelancer", "viewer"),
    P.FREELANCER_ACCOUNTANT: ("freelancer", "accountant"),
    P.OTHER_CLIENT: ("other client", "owner"),
    P.OTHER_FREELANCER: ("other freelancer", "owner"),
}
CLIENTS = frozenset(
    {
        P.CLIENT_OWNER,
        P.CLIENT_APPROVER,
        P.CLIENT_FINANCE,
        P.CLIENT_VIEWER,
        P.CLIENT_ACCOUNTANT,
    }
)
FREELANCERS = frozenset(
    {
        P.FREELANCER,
        P.FREELANCER_WORKER,
        P.FREELANCER_FINANCE,
        P.FREELANCER_VIEWER,
        P.FREELANCER_ACCOUNTANT,
    }
)
PARTIES = CLIENTS | FREELANCERS
STRANGERS = frozenset({P.OTHER_CLIENT, P.OTHER_FREELANCER})
PAYING = CLIENTS | {P.OTHER_CLIENT}
WORKING = FREELANCERS | {P.OTHER_FREELANCER}
MEMBERS = PARTIES | STRANGERS
STAFF = frozenset({P.MEDIATOR, P.SUPERUSER})
SIGNED_IN = MEMBERS | STAFF | {P.NEWCOMER}
EVERYBODY = frozenset(P)
# By the deeds of billing_site/people/access.py, written down a second time on purpose.
OWNERS = frozenset({P.CLIENT_OWNER, P.FREELANCER, P.OTHER_CLIENT, P.OTHER_FREELANCER})
APPROVING = frozenset({P.CLIENT_OWNER, P.CLIENT_APPROVER})
FUNDING = frozenset({P.CLIENT_OWNER, P.CLIENT_FINANCE})
DELIVERING = frozenset({P.FREELANCER, P.FREELANCER_WORKER})
WITHDRAWING = frozenset({P.FREELANCER, P.FREELANCER_FINANCE})


class Cast:
    """The people of a situation, each with a session that has the second factor they hold."""

    def __init__(self) -> None:
        self.organizations = {
            "client": _organization("client", "Alder Studio", "ALD"),
            "freelancer": _organization("freelancer", "Birch Works", "BIR"),
            "other client": _organization("client", "Cedar Trading", "CED"),
            "other freelancer": _organization("freelancer", "Dogwood Design", "DOG"),
        }
        self.users: dict[Persona, User] = {
            persona: self._born(persona) for persona in Persona if persona != P.NOBODY
        }

    def user(self, persona: Persona) -> User:
        return self.users[persona]

    def enters(self, persona: Persona) -> Client:
        """A browser of the person's own, signed in where there is somebody to sign in."""
        if persona == P.NOBODY:
            return Client()
        browser = session_of(self.users[persona])
        if persona == P.SUSPENDED:  # with a session from before
            User.objects.filter(pk=self.users[persona].pk).update(is_active=False)
        return browser

    def _born(self, persona: Persona) -> User:
        name = persona.replace("'s", "").title()
        user = UserFactory.create(
            name=name,
            email=f"{persona.name.lower().replace('_', '.')}@example.org",
            is_staff=persona in STAFF | {P.STAFF_WITHOUT_FACTOR},
            is_superuser=persona == P.SUPERUSER,
        )
        if persona in ROLES:
            organization, role = ROLES[persona]
            MembershipFactory.create(
                user=user, organization=self.organizations[organization], role=role
            )
        if persona in STAFF | WITHDRAWING | {P.OTHER_FREELANCER}:
            with_second_factor(user)
        return user


def _organization(kind: str, name: str, code: str) -> Organization:
    return OrganizationFactory.create(kind=kind, name=name, series_code=code)
