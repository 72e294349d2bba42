"""Four events in every order, doubled and lost, then found again: one end, one journal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from random import Random
from typing import Any

import pytest
from django.db import transaction

from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry, Posting
from payments.gateways.sandbox.models import SandboxEvent
from payments.models import Charge, Escrow, GatewayEvent
from payments.services import gaps, inbox
from tests import given_payments as given
from tests.given_payments import NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.reading import read_due
from tests.payments.test_inbox import FOUR, events, pay_without_telling, receive

ORDERS = list(permutations(FOUR))
LATER = NOON + 3 * SOON
LOST = 0.2
Journal = list[tuple[Any, ...]]


def journal() -> Journal:
    lines = Posting.objects.order_by("entry_id", "line").values_list(
        "entry__key", "entry__kind", "account__code", "amount"
    )
    return list(lines)


def drawn(order: tuple[str, ...], dice: Random) -> list[str]:
    """Each once to five times, its first in *order*, its doubles anywhere; one in five is lost."""
    told = list(order)
    for kind in order:
        for _ in range(dice.randrange(5)):
            told.insert(dice.randrange(len(told) + 1), kind)
    lost = {kind for kind in order if dice.random() < LOST}
    return [kind for kind in told if kind not in lost]


def ends(told: list[str], found: dict[str, SandboxEvent]) -> tuple[str, str, Journal]:
    for kind in told:
        inbox.handle(receive(found[kind]).pk, at=NOON + SOON)
    with clock.pinned(LATER):
        gaps.fill(at=LATER)
        read_due(at=LATER)
    assert not GatewayEvent.objects.filter(handled_at=None).exists()
    assert GatewayEvent.objects.count() == len(found)
    return Charge.objects.get().state, Escrow.objects.get().state, journal()


def every_end(number: int, found: dict[str, SandboxEvent]) -> Iterator[tuple[str, str, Journal]]:
    """Each from the same beginning, which is put back after it."""
    for place in range(number):
        order, dice = ORDERS[place % len(ORDERS)], Random(place)
        with transaction.atomic():
            yield ends(drawn(order, dice), found)
            if place % 12 == 0:  # All of the laws take longer than the events.
                assert_every_law_holds()
            transaction.set_rollback(True)


def assert_one_end(alice: User, bob: User, settings: Any, *, number: int) -> None:
    pay_without_telling(given.begun_charge(client=alice, freelancer=bob), settings)
    found = events()

    all_ends = list(every_end(number, found))

    assert len(all_ends) == number
    first = all_ends[0]
    assert first[:2] == ("succeeded", "held")
    assert [kind for _, kind, _, _ in first[2]] == ["fund_escrow"] * 4 + [
        "settle_provider_line"
    ] * 3
    assert all(each == first for each in all_ends)
    assert not Entry.objects.exists()  # All of it was put back.


@pytest.mark.scenario(45)
def test_45_fifty_orders_have_one_end(alice: User, bob: User, settings: Any) -> None:
    assert_one_end(alice, bob, settings, number=50)


@pytest.mark.scenario(45)
@pytest.mark.release
def test_45_every_order_forty_times_has_one_end(alice: User, bob: User, settings: Any) -> None:
    assert_one_end(alice, bob, settings, number=24 * 40)
