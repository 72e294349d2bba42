"""Thousands of bodies that nobody honest sends: each is answered, and nothing changes."""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import given_payments as given
from tests.payments.test_webhook import BODY, LETTER, PLATFORM, signature

URL = reverse("hook", args=["sandbox", "platform"])
STRANGE: list[Any] = [
    None, True, -1, 0, 10**30, 1.5, "", "x" * 5_000, "\x00", "\ud800", "'; DROP TABLE x; --",
    [], {}, [[]], {"object": "charge"}, {"id": {"id": {}}}, "evt_1", "../../etc/passwd", "<b>",
]  # fmt: skip
GOOD = {200, 400, 413}


def mutant(dice: Random) -> bytes:
    """An event with a few things wrong with it, or bytes that are none."""
    if dice.random() < 0.2:
        return dice.randbytes(dice.randrange(2_000))
    letter = json.loads(BODY)
    for _ in range(dice.randrange(1, 4)):
        data = letter.get("data")
        inner = data.get("object") if isinstance(data, dict) else None
        place = dice.choice([letter, data, inner])
        if not isinstance(place, dict):
            continue
        name = dice.choice([*(place or LETTER), "account", "object", "__proto__"])
        if dice.random() < 0.3:
            place.pop(name, None)
        else:
            place[name] = deepcopy(dice.choice(STRANGE))  # or the next mutant writes into it
    text = json.dumps(letter)
    if dice.random() < 0.2:
        cut = dice.randrange(len(text))
        text = text[:cut] + dice.choice(["", "}", "\\u0000", '"', text]) + text[cut + 1 :]
    return text.encode()


def header(body: bytes, dice: Random) -> str:
    """Half are signed as the provider would: whatever is wrong with them is not the signature."""
    text = body.decode(errors="replace")
    if dice.random() < 0.5:
        return signature(text, secret=PLATFORM)
    return dice.choice(["", "t=,v1=", f"t={'9' * 400},v1=0", "v1=" + "0" * 64, "\u00ff=1", "t=1"])


def tables() -> dict[str, int]:
    """How often each table was written to, by this transaction or before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        return dict(cursor.fetchall())


def assert_nothing_happens(number: int) -> None:
    """Those that are events in spite of all are kept, and queued to be read: nothing else."""
    client, dice, answers = Client(raise_request_exception=False), Random(number), []
    before = tables()
    for _ in range(number):
        body = mutant(dice)
        answer = client.post(
            URL,
            body,
            content_type="application/json",
            headers={"Stripe-Signature": header(body, dice)},
        )
        answers.append(answer.status_code)
        assert answer.status_code in GOOD, (answer.status_code, body[:300])

    assert answers.count(400) > number / 2
    touched = {name for name, writes in tables().items() if writes != before.get(name, 0)}
    assert touched <= {"payments_gatewayevent", "platform_job", "django_q_ormq"}


def test_two_thousand_hostile_bodies(alice: Any, bob: Any) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    assert_nothing_happens(2_000)


@pytest.mark.release
def test_ten_thousand_hostile_bodies(alice: Any, bob: Any) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    assert_nothing_happens(10_000)
