from __future__ import annotations

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from billing_site.people.models import User
from tests.factories.people import UserFactory
from tests.people.signing_in import sign_in, sign_in_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


class TestSessions:
    @pytest.mark.parametrize(
        ("minutes", "is_staff", "ends"),
        [(29, True, False), (31, True, True), (31, False, False), (721, False, True)],
    )
    def test_end_when_they_stand_idle(
        self, client: Client, minutes: int, is_staff: bool, ends: bool
    ) -> None:
        user = UserFactory.create(is_staff=is_staff)
        with time_machine.travel(1_700_000_000) as clock:
            (sign_in_staff if is_staff else sign_in)(client, user)
            client.get("/profile/")
            clock.shift(minutes * 60)

            assert ("_auth_user_id" not in self._after_a_visit(client)) is ends

    @pytest.mark.parametrize(("is_staff", "hours"), [(True, 24), (False, 14 * 24)])
    def test_end_however_busy_they_are(self, client: Client, is_staff: bool, hours: int) -> None:
        user = UserFactory.create(is_staff=is_staff)
        with time_machine.travel(1_700_000_000) as clock:
            (sign_in_staff if is_staff else sign_in)(client, user)
            step = 20 if is_staff else 480
            for _ in range(hours * 60 // step):
                assert "_auth_user_id" in self._after_a_visit(client)
                clock.shift(step * 60)
            clock.shift(60)

            assert "_auth_user_id" not in self._after_a_visit(client)

    def test_write_once_a_minute(self, client: Client, charlie: User) -> None:
        with time_machine.travel(1_700_000_000) as clock:
            sign_in(client, charlie)
            client.get("/profile/")
            seen = client.session["seen_at"]
            clock.shift(30)
            client.get("/profile/")
            assert client.session["seen_at"] == seen
            clock.shift(31)
            client.get("/profile/")
            assert client.session["seen_at"] > seen

    def test_are_listed_once_a_minute_and_at_once_from_elsewhere(
        self, client: Client, charlie: User
    ) -> None:
        with time_machine.travel(1_700_000_000) as clock:
            sign_in(client, charlie)
            client.get("/profile/")
            listed = UserSession.objects.get().last_seen_at
            clock.shift(30)
            client.get("/profile/")
            assert UserSession.objects.get().last_seen_at == listed
            client.get("/profile/", headers={"User-Agent": "elsewhere"})
            assert UserSession.objects.get().user_agent == "elsewhere"
            clock.shift(61)
            client.get("/profile/", headers={"User-Agent": "elsewhere"})
            assert UserSession.objects.get().last_seen_at > listed

    def test_are_listed_under_the_key_they_have(self, client: Client, charlie: User) -> None:
        """Or signing out everywhere would forget one."""
        sign_in(client, charlie)
        client.get("/profile/")
        session = client.session
        session.cycle_key()
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
        client.get("/profile/")

        assert UserSession.objects.filter(session_key=session.session_key).exists()

    def _after_a_visit(self, client: Client) -> dict[str, object]:
        client.get("/profile/")
        return dict(client.session)
