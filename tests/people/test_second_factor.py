from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet, InvalidToken
from django.contrib import admin
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver
from djmoney.money import Money

from billing_site.people import step_up
from billing_site.people.models import User
from tests.factories.people import UserFactory
from tests.people.signing_in import SECRET, code, enroll, sign_in, sign_in_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


def admin_paths() -> list[str]:
    """Return an address for each URL that the desk knows."""
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for each in patterns:
            route = prefix + str(each.pattern)
            if isinstance(each, URLResolver):
                walk(each.url_patterns, route)
            else:
                found.append(re.sub(r"<[^>]+>", "1", route).replace("^", "").replace("$", ""))

    walk(admin.site.get_urls(), "/admin/")
    return [re.sub(r"\(\?P1[^)]*\)|\([^)]*\)", "people", path) for path in found]


class TestTheDesk:
    def test_has_addresses_to_try(self) -> None:
        assert len(admin_paths()) > 20

    def test_shows_a_password_alone_nothing(self, client: Client, mia: User) -> None:
        sign_in(client, mia, "password")

        for path in admin_paths():
            for response in (client.get(path), client.post(path)):
                assert response.status_code == 302, path
                assert response.url == "/accounts/2fa/totp/activate/", path  # type: ignore[attr-defined]

    def test_asks_a_session_that_is_older_than_the_factor(self, client: Client, mia: User) -> None:
        sign_in(client, mia, "password")
        enroll(mia)

        for path in admin_paths():
            response = client.get(path)
            assert response.status_code == 302, path
            assert response.url.startswith("/accounts/2fa/reauthenticate/"), path  # type: ignore[attr-defined]

    def test_recovery_codes_alone_are_no_second_factor(self, client: Client, mia: User) -> None:
        RecoveryCodes.activate(mia)
        sign_in(client, mia, "password")

        assert client.get("/admin/").url == "/accounts/2fa/totp/activate/"  # type: ignore[attr-defined]

    def test_opens_with_a_second_factor(self, client: Client, mia: User) -> None:
        sign_in_staff(client, mia)

        assert client.get("/admin/").status_code == 200

    def test_is_closed_to_everybody_else(self, client: Client, charlie: User) -> None:
        enroll(charlie)
        sign_in(client, charlie, "password", "mfa")

        statuses = {client.get(path).status_code for path in admin_paths()}

        assert 200 not in statuses

    def test_sends_a_visitor_to_the_common_sign_in(self, client: Client) -> None:
        response = client.get("/admin/login/")

        assert response.status_code == 302
        assert response.url.startswith("/accounts/login/")  # type: ignore[attr-defined]

    def test_takes_no_password_at_its_own_door(self, client: Client, mia: User) -> None:
        mia.set_password("correct horse battery")
        mia.save()

        client.post("/admin/login/", {"username": mia.email, "password": "correct horse battery"})

        assert "_auth_user_id" not in client.session

    def test_staff_see_no_page_of_an_organization(self, client: Client, mia: User) -> None:
        sign_in_staff(client, mia)

        assert client.get("/organization/").url == "/admin/"  # type: ignore[attr-defined]

    def test_staff_keep_their_last_factor(self, mia: User, alice: User) -> None:
        hers, somebodys = enroll(mia), enroll(alice)

        assert not get_adapter().can_delete_authenticator(hers)
        assert get_adapter().can_delete_authenticator(somebodys)


class TestSecrets:
    def test_are_encrypted_in_the_table(self, alice: User) -> None:
        TOTP.activate(alice, SECRET)
        RecoveryCodes.activate(alice)

        with connection.cursor() as cursor:
            cursor.execute("SELECT type, data::text FROM mfa_authenticator")
            stored = dict(cursor.fetchall())
        seed = get_adapter().decrypt(
            Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).data["seed"]
        )
        assert SECRET not in stored["totp"]
        assert seed not in stored["recovery_codes"]
        assert "gAAAA" in stored["totp"]
        assert "gAAAA" in stored["recovery_codes"]

    def test_survive_a_new_key(self, settings: object, alice: User) -> None:
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        settings.MFA_SECRETS = [old]  # type: ignore[attr-defined]
        factor = enroll(alice)

        settings.MFA_SECRETS = [new, old]  # type: ignore[attr-defined]

        assert factor.wrap().validate_code(code())

        settings.MFA_SECRETS = [new]  # type: ignore[attr-defined]
        with pytest.raises(InvalidToken):
            factor.wrap().validate_code(code())

    def test_need_keys_outside_of_the_demo(self, settings: object) -> None:
        settings.DEMO, settings.MFA_SECRETS = False, []  # type: ignore[attr-defined]

        with pytest.raises(ImproperlyConfigured):
            get_adapter().encrypt("x")


def test_a_code_works_once(alice: User) -> None:
    factor, shown = enroll(alice), code()

    assert [factor.wrap().validate_code(shown) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("seconds", [-30, 30])
def test_the_code_before_and_the_code_after_do_not_work(alice: User, seconds: int) -> None:
    factor = enroll(alice)

    with time_machine.travel(1_700_000_015, tick=False):
        assert not factor.wrap().validate_code(code(at=time.time() + seconds))
        assert factor.wrap().validate_code(code(at=time.time()))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("kind", ["totp", "recovery code"])
def test_of_sixteen_at_once_one_is_accepted(kind: str) -> None:
    alice = UserFactory.create(name="Alice")
    factor = enroll(alice) if kind == "totp" else RecoveryCodes.activate(alice).instance
    shown = code() if kind == "totp" else factor.wrap().get_unused_codes()[0]
    start = Barrier(16)

    def enter(_n: int) -> bool:
        mine = Authenticator.objects.get(pk=factor.pk)
        start.wait()
        try:
            return bool(mine.wrap().validate_code(shown))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(enter, range(16))) == 1


class TestStepUp:
    """The stolen session of T08, against the functions that a payout asks."""

    PURPOSE = f"payout:M1:{Money('100.00', 'EUR')}"

    @pytest.fixture
    def request_of(self, client: Client, alice: User) -> HttpRequest:
        enroll(alice)
        sign_in(client, alice, "password")
        request = RequestFactory().post("/payouts/new/", {"op_id": str(uuid4())})
        request.user, request.session = alice, client.session
        return request

    def prove(self, request: HttpRequest, method: str = "mfa", *, ago: float = 0) -> None:
        records = request.session["account_authentication_methods"]
        request.session["account_authentication_methods"] = [
            *records,
            {"method": method, "at": time.time() - ago, "reauthenticated": True},
        ]

    def asked(self, request: HttpRequest, purpose: str = PURPOSE) -> HttpResponse | None:
        return step_up.required(request, purpose=purpose)

    def test_asks_and_is_used_up(self, request_of: HttpRequest) -> None:
        asked = self.asked(request_of)
        assert asked
        assert asked["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fpayouts%2Fnew%2F"

        self.prove(request_of)

        assert self.asked(request_of) is None
        assert self.asked(request_of) is not None

    def test_it_lets_one_of_two_through_that_read_the_same_session(
        self, request_of: HttpRequest
    ) -> None:
        self.asked(request_of)
        self.prove(request_of)
        same_moment = dict(request_of.session[step_up.ASKED])

        assert self.asked(request_of) is None
        request_of.session[step_up.ASKED] = same_moment
        assert self.asked(request_of) is not None

    def test_a_password_is_not_enough(self, request_of: HttpRequest) -> None:
        self.asked(request_of)
        self.prove(request_of, "password")

        assert self.asked(request_of) is not None

    @pytest.mark.parametrize(
        "other",
        [f"payout:M1:{Money('100.01', 'EUR')}", f"payout:M2:{Money('100.00', 'EUR')}", "other"],
    )
    def test_it_is_for_this_sum_and_this_account(self, request_of: HttpRequest, other: str) -> None:
        self.asked(request_of)
        self.prove(request_of)

        assert self.asked(request_of, other) is not None
        # Having asked for the other, we have forgotten this one.
        assert self.asked(request_of) is not None

    def test_it_is_given_after_we_asked(self, request_of: HttpRequest) -> None:
        self.prove(request_of)  # Signed in with it a moment ago.

        assert self.asked(request_of) is not None

    @pytest.mark.parametrize(("seconds", "accepted"), [(299, True), (301, False)])
    def test_it_is_fresh_for_five_minutes(
        self, request_of: HttpRequest, seconds: int, accepted: bool
    ) -> None:
        with time_machine.travel(1_700_000_000, tick=False) as clock:
            self.asked(request_of)
            self.prove(request_of)
            clock.shift(seconds)

            assert (self.asked(request_of) is None) is accepted

    def test_who_has_no_second_factor_is_led_to_one(self, request_of: HttpRequest) -> None:
        Authenticator.objects.all().delete()
        request_of._messages = CookieStorage(request_of)  # type: ignore[attr-defined]

        asked = self.asked(request_of)

        assert asked
        assert asked["Location"] == "/accounts/2fa/totp/activate/"

    def test_a_guarded_page_wants_a_fresh_one(self, request_of: HttpRequest) -> None:
        page = step_up.fresh_second_factor(lambda _request: HttpResponse("secret"))

        assert page(request_of).status_code == 302
        self.prove(request_of, ago=301)
        assert page(request_of).status_code == 302
        self.prove(request_of)
        assert page(request_of).content == b"secret"


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

    def _after_a_visit(self, client: Client) -> dict[str, object]:
        client.get("/profile/")
        return dict(client.session)
