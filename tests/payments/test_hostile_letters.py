"""F06: thousands of bodies that nobody honest sends: each is answered, and nothing changes."""

from __future__ import annotations

import gc
import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from random import Random
from typing import Any

import psutil
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from billing_site.platform import clock
from payments.gateways.base import Kind
from payments.models import Charge, GatewayEvent
from payments.services import inbox
from tests import given_payments as given
from tests.payments.books import assert_every_law_holds
from tests.payments.test_webhook import BODY, LETTER, PLATFORM, signature

URL = reverse("hook", args=["sandbox", "platform"])
STRANGE: list[Any] = [
    None, True, -1, 0, 10**30, 1.5, "", "x" * 5_000, "\x00", "\ud800", "'; DROP TABLE x; --",
    [], {}, [[]], {"object": "charge"}, {"id": {"id": {}}}, "evt_1", "../../etc/passwd", "<b>",
]  # fmt: skip
GOOD = {200, 400, 413}
HOW = ("added", "changed")
HEAVIEST = 20 * 2**20


def mutant(dice: Random, about: str) -> bytes:
    """An event with a few things wrong with it, or bytes that are none."""
    if dice.random() < 0.2:
        return dice.randbytes(dice.randrange(2_000))
    letter = json.loads(BODY)
    letter["id"] = f"evt_{dice.randrange(10**9)}"
    letter["data"]["object"]["id"] = dice.choice([about, "pi_1"])
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


def written() -> Counter[tuple[str, str]]:
    """How many rows of each table this transaction has added so far, and how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        rows = cursor.fetchall()
    return Counter(
        {(name, how): times for name, *both in rows for how, times in zip(HOW, both, strict=True)}
    )


@contextmanager
def quietly() -> Iterator[None]:
    """What is logged of each, the test's runner keeps for whoever reads a failure."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def memory() -> int:
    gc.collect()
    return psutil.Process().memory_info().rss


def post_all(number: int, dice: Random) -> list[int]:
    client, answers = Client(raise_request_exception=False), list[int]()
    about = Charge.objects.get().payment_id
    for _ in range(number):
        body = mutant(dice, about)
        answer = client.post(
            URL,
            body,
            content_type="application/json",
            headers={"Stripe-Signature": header(body, dice)},
        )
        answers.append(answer.status_code)
        assert answer.status_code in GOOD, (answer.status_code, body[:300])

    return answers


def assert_nothing_happens(number: int) -> None:
    """Those that are events in spite of all are kept, and read: nothing else."""
    dice = Random(number)
    post_all(200, dice)  # What is loaded once is not what they cost.
    before, weight = written(), memory()

    with quietly():
        answers = post_all(number, dice)

    assert memory() - weight <= HEAVIEST
    assert answers.count(400) > number / 2
    queued = {"payments_gatewayevent", "platform_job", "django_q_ormq"}
    assert set(written() - before) == {(name, "added") for name in queued}
    assert_they_say_nothing(at_least=number // 50)


def assert_they_say_nothing(*, at_least: int) -> None:
    """Reading them changes no row but their own, although many are about a payment of ours."""
    kept = list(GatewayEvent.objects.filter(handled_at=None))
    assert len(kept) >= at_least
    before = written()

    read = [inbox.handle(each.pk, at=clock.now()) for each in kept]

    assert set(written() - before) == {("payments_gatewayevent", "changed")}
    assert all(each.handled_at or each.error for each in read)
    assert any(each.handled_at and each.object_kind == Kind.PAYMENT for each in read)
    assert_every_law_holds()


def test_two_thousand_hostile_bodies(alice: Any, bob: Any) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    assert_nothing_happens(2_000)


@pytest.mark.release
def test_ten_thousand_hostile_bodies(alice: Any, bob: Any) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    assert_nothing_happens(10_000)
