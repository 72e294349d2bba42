"""Staff sees what somebody sees: announced, written down, for half an hour, and only to look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.middleware import ACTING_FOR
from billing_site.people.models import Organization, Seeing, User
from billing_site.people.models.membership import Role
from billing_site.people.services import seeing
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Notice
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.people.conftest import NOON
from tests.people.signing_in import code, sign_in_staff
from tests.signing_in import half_a_minute_later

pytestmark = pytest.mark.django_db
WHY = "She asked us why her total differs."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mia(mia: User) -> User:
    mia.user_permissions.add(Permission.objects.get(codename="add_seeing"))
    return User.objects.get(pk=mia.pk)


@pytest.fixture
def desk(client: Client, mia: User) -> Iterator[Client]:
    cache.clear()
    with clock.pinned(NOON):
        sign_in_staff(client, mia)
        yield client


def begin(desk: Client, person: User) -> None:
    chosen = {"action": "see_as", ACTION_CHECKBOX_NAME: [person.pk], "decided": "1", "reason": WHY}
    asked = desk.post(reverse("admin:people_user_changelist"), chosen)["Location"]
    assert asked.startswith(reverse("mfa_reauthenticate")), "Whoever stole a session cannot."
    half_a_minute_later()
    assert desk.post(asked, {"code": code()})["Location"].endswith("/admin/people/user/")


def paths() -> list[str]:
    seen = AuditEvent.objects.filter(deed="user.page_seen").order_by("pk")
    return [event.facts["path"] for event in seen]


def test_their_pages_are_shown_and_each_is_written_down(
    desk: Client, studio: Organization, alice: User, mia: User
) -> None:
    assert desk.get("/organization/").status_code == 302  # to the desk
    begin(desk, alice)

    assert 'href="/home/"' in desk.get("/admin/").content.decode(), "“View site” leads to theirs."
    page = desk.get("/organization/?tab=tax")
    shown = page.content.decode()
    assert page.status_code == 200
    assert "You see what Alice sees." in shown
    assert studio.name in shown
    assert desk.get("/admin/people/user/").status_code == 200  # where Mia is herself
    assert paths() == ["/organization/?tab=tax"]
    told = Notice.objects.get(user_id=alice.pk)
    assert "looks at your pages until 12:30 UTC" in told.text
    assert WHY in told.text

    assert desk.post(reverse("seeing-end"))["Location"] == reverse("admin:people_user_changelist")
    assert desk.get("/organization/").status_code == 302
    assert paths() == ["/organization/?tab=tax"]
    assert AuditEvent.objects.get(deed="user.seen").user_id == mia.pk


def test_each_of_their_organizations_is_seen(
    desk: Client, studio: Organization, alice: User
) -> None:
    second = OrganizationFactory.create(name="Workshop", kind="freelancer")
    MembershipFactory.create(organization=second, user=alice, role=Role.VIEWER)
    begin(desk, alice)

    assert desk.post("/acting-for/", {"organization": second.ref})["Location"] == "/home/"
    assert desk.get("/organization/").context["request"].organization == second
    assert paths() == ["/acting-for/", "/organization/"]
    desk.post(reverse("seeing-end"))
    assert ACTING_FOR not in desk.session


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/profile/"),
        ("put", "/organization/"),
        ("delete", "/organization/"),
        ("post", "/nowhere-but-here/../profile/"),
        ("get", "/profile/data/"),
        ("get", "/profile/erasure/"),
        ("get", "/disputes/none/file/"),
    ],
)
def test_nothing_is_changed_and_no_secret_is_opened(
    desk: Client, studio: Organization, alice: User, *, method: str, path: str
) -> None:
    begin(desk, alice)
    answer = getattr(desk, method)(path, {"name": "Mallory", "time_zone": "Europe/Rome"})
    assert answer.status_code == (404 if ".." in path else 403)
    assert User.objects.get(pk=alice.pk).name == "Alice"
    assert paths() == []


def test_it_ends_after_half_an_hour(desk: Client, studio: Organization, alice: User) -> None:
    begin(desk, alice)
    with clock.pinned(NOON + 29 * MINUTE):
        assert desk.get("/organization/").status_code == 200
    with clock.pinned(NOON + 30 * MINUTE):
        assert desk.get("/organization/").status_code == 302
        begin(desk, alice)  # anew, with a reason of its own
    assert Seeing.objects.count() == 2


@pytest.mark.parametrize("lost", ["the right", "the second factor"])
def test_it_is_over_without(
    desk: Client, studio: Organization, alice: User, mia: User, lost: str
) -> None:
    begin(desk, alice)
    assert desk.get("/organization/").status_code == 200
    if lost == "the right":
        User.objects.filter(pk=mia.pk).update(is_superuser=False)  # and so with every right
        mia.user_permissions.clear()
    else:
        Authenticator.objects.filter(user=mia).delete()
    assert desk.get("/organization/").status_code == 302


def test_it_is_of_who_began_it(studio: Organization, alice: User, mia: User) -> None:
    seeing.begin(alice.pk, reason=WHY, by=mia, at=NOON)
    without_factor = Client()
    without_factor.force_login(mia)
    with clock.pinned(NOON):
        assert without_factor.get("/organization/").status_code == 302
    assert paths() == []


def test_nobody_else_sees_and_nobody_sees_staff(alice: User, bob: User, mia: User) -> None:
    sam = User.objects.create_user("sam@example.org", is_staff=True)
    for by, whom in ((bob, alice), (sam, alice), (mia, sam)):
        with pytest.raises(NotAllowed):
            seeing.begin(whom.pk, reason=WHY, by=by, at=NOON)
    seeing.begin(alice.pk, reason=WHY, by=mia, at=NOON)
    with pytest.raises(NotAllowed, match="until 12:30 UTC: end that first"):
        seeing.begin(bob.pk, reason=WHY, by=mia, at=NOON)


ILLEGAL = {
    "nobody_sees_for_longer_than_half_an_hour": "until = began_at + interval '31 minutes'",
    "nobody_sees_as_themselves": "person_id = staff_id",
    "seeing_has_a_reason": "reason = ''",
}


@pytest.mark.parametrize("name", ILLEGAL)
def test_the_database_refuses(alice: User, mia: User, name: str) -> None:
    seeing.begin(alice.pk, reason=WHY, by=mia, at=NOON)
    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE people_seeing SET {ILLEGAL[name]}")
