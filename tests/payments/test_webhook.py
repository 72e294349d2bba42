"""Events at our door: those of the provider come in once, everything else stays outside."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from payments.gateways.signatures import sign
from payments.models import GatewayEvent

PLATFORM, CONNECT = (project.SANDBOX_WEBHOOK_SECRETS[each][0] for each in ("platform", "connect"))
URL = reverse("hook", args=["sandbox", "platform"])

LETTER = {
    "id": "evt_1",
    "object": "event",
    "api_version": "2026-08-26.dahlia",
    "created": 1_772_452_800,
    "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
    "livemode": False,
    "pending_webhooks": 1,
    "type": "payment_intent.succeeded",
}
BODY = json.dumps(LETTER)


def post(client: Client, body: str | bytes, header: str | None, url: str = URL) -> Any:
    headers = {} if header is None else {"Stripe-Signature": header}
    return client.post(url, body, content_type="application/json", headers=headers)


def signature(body: str, *, secret: str = PLATFORM, at: int | None = None) -> str:
    moment = int(time.time()) if at is None else at
    return f"t={moment},v1={digest(body, secret, moment)}"


def digest(body: str, secret: str, moment: int) -> str:
    signed = f"{moment}.{body}".encode()
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def now() -> int:
    return int(time.time())


def body_of(**changes: Any) -> str:
    return json.dumps({**LETTER, **changes})


FORGED: dict[str, Callable[[], tuple[str | bytes, str | None]]] = {
    "no signature": lambda: (BODY, None),
    "an empty signature": lambda: (BODY, ""),
    "garbage": lambda: (BODY, "garbage"),
    "garbage with commas": lambda: (BODY, "t=,v1=,,,="),
    "letters outside ASCII": lambda: (BODY, f"t={now()},v1=ü"),
    "no time": lambda: (BODY, f"v1={digest(BODY, PLATFORM, now())}"),
    "no digest": lambda: (BODY, f"t={now()}"),
    "an empty digest": lambda: (BODY, f"t={now()},v1="),
    "a time that is no number": lambda: (BODY, f"t=soon,v1={digest(BODY, PLATFORM, now())}"),
    "a negative time": lambda: (BODY, signature(BODY, at=-5)),
    "a time out of range": lambda: (BODY, signature(BODY, at=10**20)),
    "a fraction of a second": lambda: (BODY, f"t={now()}.5,v1={digest(BODY, PLATFORM, now())}"),
    "a guessed secret": lambda: (BODY, signature(BODY, secret="whsec_guess")),
    "an empty secret": lambda: (BODY, signature(BODY, secret="")),
    "the other endpoint's secret": lambda: (BODY, signature(BODY, secret=CONNECT)),
    "the old scheme": lambda: (BODY, signature(BODY).replace("v1=", "v0=")),
    "an unknown scheme": lambda: (BODY, signature(BODY).replace("v1=", "v2=")),
    "another event's signature": lambda: (body_of(id="evt_2"), signature(BODY)),
    "a changed byte": lambda: (BODY.replace("pi_1", "pi_2"), signature(BODY)),
    "added white space": lambda: (BODY + " ", signature(BODY)),
    "a shortened digest": lambda: (BODY, signature(BODY)[:-1]),
    "a digest in capitals": lambda: (BODY, f"t={now()},v1={digest(BODY, PLATFORM, now()).upper()}"),
    "301 seconds ago": lambda: (BODY, signature(BODY, at=now() - 302)),
    "301 seconds ahead": lambda: (BODY, signature(BODY, at=now() + 302)),
    "a new time on an old digest": lambda: (
        BODY,
        f"t={now()},v1={digest(BODY, PLATFORM, now() - 1000)}",
    ),
    "signed, and no JSON": lambda: ("hello", signature("hello")),
    "signed, and empty": lambda: ("", signature("")),
    "signed, and a list": lambda: ("[]", signature("[]")),
    "signed, and null": lambda: ("null", signature("null")),
    "signed, and without an object": lambda: (
        body_of(data={}),
        signature(body_of(data={})),
    ),
    "signed, and thin": lambda: (
        body_of(object="v2.core.event"),
        signature(body_of(object="v2.core.event")),
    ),
    "signed, and not text": lambda: (b"\xff\xfe\x00", signature("x")),
}


@pytest.mark.django_db
@pytest.mark.parametrize("how", FORGED)
@pytest.mark.scenario(43)
def test_a_forged_letter_stays_outside(client: Client, how: str) -> None:
    body, header = FORGED[how]()

    assert post(client, body, header).status_code == 400
    assert not GatewayEvent.objects.exists()
    assert not OrmQ.objects.exists()


@pytest.mark.django_db
class TestGenuine:
    def test_it_is_kept_as_it_came_and_read_later(self, client: Client) -> None:
        assert post(client, BODY, sign(BODY, PLATFORM)).status_code == 200

        event = GatewayEvent.objects.get()
        assert (event.event_id, event.object_kind, event.object_id) == ("evt_1", "payment", "pi_1")
        assert bytes(event.payload) == BODY.encode()
        assert event.outcome == "waiting"
        assert OrmQ.objects.count() == 1

    @pytest.mark.scenario(44)
    def test_eight_times_is_once(self, client: Client) -> None:
        statuses = [post(client, BODY, sign(BODY, PLATFORM)).status_code for _ in range(8)]

        assert statuses == [200] * 8
        assert GatewayEvent.objects.count() == OrmQ.objects.count() == 1

    @pytest.mark.parametrize("seconds", [-298, 298])
    def test_five_minutes_are_tolerated_both_ways(self, client: Client, seconds: int) -> None:
        header = signature(BODY, at=now() + seconds)

        assert post(client, BODY, header).status_code == 200

    def test_one_of_several_digests_is_enough(self, client: Client) -> None:
        header = signature(BODY).replace("v1=", f"v1={'0' * 64},v1=")

        assert post(client, BODY, header).status_code == 200

    def test_both_secrets_are_good_while_one_is_replaced(
        self, client: Client, settings: Any
    ) -> None:
        settings.SANDBOX_WEBHOOK_SECRETS = {"platform": ["new", "old"], "connect": []}

        assert post(client, BODY, signature(BODY, secret="old")).status_code == 200
        assert (
            post(
                client, body_of(id="evt_2"), signature(body_of(id="evt_2"), secret="new")
            ).status_code
            == 200
        )

    def test_a_letter_of_the_other_mode_is_answered_and_not_kept(self, client: Client) -> None:
        body = body_of(livemode=True)

        assert post(client, body, sign(body, PLATFORM)).status_code == 200
        assert not GatewayEvent.objects.exists()

    def test_what_we_do_not_care_about_is_answered_too(self, client: Client) -> None:
        body = body_of(type="tax.settings.updated", data={"object": {"id": "x", "object": "tax"}})

        assert post(client, body, sign(body, PLATFORM)).status_code == 200


@pytest.mark.django_db
class TestDoor:
    def test_it_takes_posts_only(self, client: Client) -> None:
        assert client.get(URL).status_code == 405

    def test_it_needs_neither_a_session_nor_a_token(self) -> None:
        strict = Client(enforce_csrf_checks=True)

        assert post(strict, BODY, sign(BODY, PLATFORM)).status_code == 200

    @pytest.mark.parametrize("address", ["stripe/platform", "sandbox/nowhere", "x/y"])
    def test_others_are_not_there(self, client: Client, address: str) -> None:
        url = f"/hooks/{address}/"

        assert post(client, BODY, sign(BODY, PLATFORM), url).status_code == 404

    def test_without_a_secret_there_is_no_door(self, client: Client, settings: Any) -> None:
        settings.SANDBOX_WEBHOOK_SECRETS = {"platform": [""], "connect": []}

        assert post(client, BODY, signature(BODY, secret="")).status_code == 404
        assert not GatewayEvent.objects.exists()

    def test_more_than_anybody_honest_sends_is_refused(self, client: Client) -> None:
        body = body_of(padding="x" * 300_000)

        assert post(client, body, sign(body, PLATFORM)).status_code == 413
        assert not GatewayEvent.objects.exists()
