from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from djmoney.money import Money

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.access import Deed, may
from billing_site.people.models import Invitation, Membership, Organization, User
from billing_site.people.services import invitations
from billing_site.platform import clock
from billing_site.platform.models import Letter
from tests.factories.people import UserFactory
from tests.people.conftest import NOON

pytestmark = pytest.mark.django_db

BOB = "bob@example.org"
A_WEEK = timedelta(days=7)


@pytest.fixture
def invitation(studio: Organization, alice: User) -> Invitation:
    limit = Money("100.00", "EUR")
    return invitations.invite(
        studio.pk, email=BOB, role="approver", spending_limit=limit, by=alice, at=NOON
    )


def link_in(letter: Letter) -> str:
    found = re.search(r"http://localhost:\d+(/invitations/\S+/)", letter.text)
    assert found
    return found[1]


def test_the_letter_carries_a_link_that_nothing_else_keeps(invitation: Invitation) -> None:
    letter = Letter.objects.get()

    token = link_in(letter).split("/")[2]
    assert letter.email == BOB
    assert len(token) == 43
    assert token not in str(Invitation.objects.values().get())
    assert Invitation.objects.with_token(token).get() == invitation


def test_accepting_takes_the_seat_that_was_offered(
    invitation: Invitation, studio: Organization, bob: User
) -> None:
    seat = invitations.accept(invitation.pk, by=bob, at=NOON)

    assert (seat.organization, seat.role, seat.since) == (studio, "approver", NOON)
    assert seat.spending_limit == Money("100.00", "EUR")
    assert may(bob, Deed.APPROVE, studio)


def test_it_works_once(invitation: Invitation, bob: User) -> None:
    invitations.accept(invitation.pk, by=bob, at=NOON)

    with pytest.raises(WrongState, match="was accepted on 3 November 2025"):
        invitations.accept(invitation.pk, by=bob, at=NOON)

    assert Membership.objects.filter(user=bob).count() == 1


def test_it_works_until_its_week_is_over(invitation: Invitation, bob: User) -> None:
    with pytest.raises(WrongState, match="was open until 10 November 2025"):
        invitations.accept(invitation.pk, by=bob, at=NOON + A_WEEK)

    assert not Membership.objects.filter(user=bob).exists()
    assert invitations.accept(invitation.pk, by=bob, at=NOON + A_WEEK - timedelta(seconds=1))


def test_it_works_for_nobody_else(invitation: Invitation, charlie: User) -> None:
    with pytest.raises(NotYours, match=BOB):
        invitations.accept(invitation.pk, by=charlie, at=NOON)

    assert Membership.objects.filter(user=charlie).count() == 1


def test_it_wants_a_proven_address(invitation: Invitation, bob: User) -> None:
    EmailAddress.objects.filter(user=bob).update(verified=False)

    with pytest.raises(NotYours):
        invitations.accept(invitation.pk, by=bob, at=NOON)


def test_staff_do_not_accept(invitation: Invitation) -> None:
    staff = UserFactory.create(name="Bob", is_staff=True)

    with pytest.raises(NotAllowed, match="works for the platform"):
        invitations.accept(invitation.pk, by=staff, at=NOON)

    assert Invitation.objects.get().accepted_at is None


def test_a_withdrawn_one_does_not_work(invitation: Invitation, alice: User, bob: User) -> None:
    invitations.withdraw(invitation.pk, by=alice, at=NOON)

    with pytest.raises(WrongState, match="withdrawn"):
        invitations.accept(invitation.pk, by=bob, at=NOON)


def test_inviting_again_replaces_the_letter(
    invitation: Invitation, studio: Organization, alice: User, bob: User
) -> None:
    again = invitations.invite(
        studio.pk, email="BOB@example.org ", role="viewer", by=alice, at=NOON
    )

    with pytest.raises(WrongState):
        invitations.accept(invitation.pk, by=bob, at=NOON)
    assert invitations.accept(again.pk, by=bob, at=NOON).role == "viewer"
    assert Letter.objects.count() == 2


def test_pressing_twice_sends_one_letter(studio: Organization, alice: User) -> None:
    op_id = uuid4()

    sent = [
        invitations.invite(studio.pk, email=BOB, role="viewer", by=alice, at=NOON, op_id=op_id)
        for _ in range(2)
    ]

    assert sent[0] == sent[1]
    assert Letter.objects.count() == Invitation.objects.count() == 1


def test_a_member_is_not_invited(studio: Organization, alice: User, bobs: Membership) -> None:
    with pytest.raises(NotAllowed, match="member of Studio already"):
        invitations.invite(studio.pk, email=BOB, role="viewer", by=alice, at=NOON)

    assert not Letter.objects.exists()


def test_only_owners_invite(studio: Organization, bobs: Membership) -> None:
    with pytest.raises(NotYours):
        invitations.invite(studio.pk, email="x@example.org", role="owner", by=bobs.user, at=NOON)

    assert not Invitation.objects.exists()


class TestPage:
    @pytest.fixture
    def url(self, studio: Organization, alice: User) -> str:
        invitations.invite(studio.pk, email=BOB, role="approver", by=alice, at=clock.now())
        return link_in(Letter.objects.get())

    def test_a_visitor_reads_it_and_is_asked_to_sign_in(self, client: Client, url: str) -> None:
        page = client.get(url)

        assert "Act for Studio" in page.content.decode()
        assert client.post(url).url == f"/accounts/login/?next={url}"  # type: ignore[attr-defined]
        assert Invitation.objects.get().accepted_at is None

    def test_looking_takes_no_seat(self, client: Client, url: str, bob: User) -> None:
        client.force_login(bob, "allauth.account.auth_backends.AuthenticationBackend")

        assert client.get(url).status_code == 200
        assert not Membership.objects.filter(user=bob).exists()

    def test_accepting_leads_home_as_the_organization(
        self, client: Client, url: str, bob: User, studio: Organization
    ) -> None:
        client.force_login(bob, "allauth.account.auth_backends.AuthenticationBackend")

        assert client.post(url).url == "/home/"  # type: ignore[attr-defined]
        assert "Studio" in client.get("/organization/").content.decode()

    def test_somebody_else_is_told_whose_it_is(
        self, client: Client, url: str, charlie: User
    ) -> None:
        client.force_login(charlie, "allauth.account.auth_backends.AuthenticationBackend")

        response = client.post(url)

        assert response.status_code == 422
        assert "was sent to bob@example.org" in response.content.decode()
        assert not may(charlie, Deed.VIEW, Organization.objects.get(name="Studio"))

    def test_a_guess_finds_nothing(self, client: Client, url: str) -> None:
        assert client.get("/invitations/" + "A" * 43 + "/").status_code == 404

    def test_a_newcomer_accepts_where_they_are_asked_whom_they_act_for(
        self, client: Client, url: str, bob: User
    ) -> None:
        client.force_login(bob, "allauth.account.auth_backends.AuthenticationBackend")
        ref = Invitation.objects.get().ref

        assert ref in client.get("/onboarding/").content.decode()
        assert client.post(f"/invitations/{ref}/acceptance/").url == "/home/"  # type: ignore[attr-defined]

    def test_who_was_not_invited_finds_no_acceptance(
        self, client: Client, url: str, charlie: User
    ) -> None:
        client.force_login(charlie, "allauth.account.auth_backends.AuthenticationBackend")
        ref = Invitation.objects.get().ref

        assert client.post(f"/invitations/{ref}/acceptance/").status_code == 404
