from __future__ import annotations

import time
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from djmoney.money import Money

from billing_site.people import step_up
from billing_site.people.models import User
from tests.people.signing_in import enroll, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


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
