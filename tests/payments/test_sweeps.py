"""A row that cannot be done is in the log, and keeps no other waiting; none of it is written."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from disputes.services import deadlines
from invoices.services import closing, milestones, weeks
from payments.services import answering, arrears, collecting, converting, evidence_files, methods
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON
from tests.payments.given_chargebacks import taken
from tests.payments.test_answering_banks import answers

pytestmark = pytest.mark.django_db
Function = Callable[..., Any]


def two_owed(alice: User, bob: User) -> None:
    given.payment_method(alice)
    for document in ("invoice/I1", "invoice/I2"):
        given.open_item(client=alice, freelancer=bob, document=document)


def two_cards(alice: User, _bob: User) -> None:
    for code in ("4444", "4444"):
        given.payment_method(alice, code, at=NOON - 20 * DAY)


def two_answers(alice: User, bob: User) -> None:
    """They are due within six hours of the sweep, and nobody has drawn their files."""
    finn = answers(UserFactory.create(name="Finn", is_staff=True, roles=["finance"]))
    at = NOON - 6 * DAY
    two = [given.terms(bob, document=name) for name in ("milestone/M1", "milestone/M2")]
    charges = [given.paid(given.begin(alice, [each], at=at), at=at) for each in two]
    due = timedelta(hours=3)
    for case in [taken(given.escrow_of(charge), at=at + due) for charge in charges]:
        answering.submit(case.pk, reason="It was delivered.", by=finn, at=NOON)


SWEEPS: list[tuple[Any, str, Function, Callable[[User, User], None]]] = [
    (collecting, "collect_owed", collecting.collect_all_owed, two_owed),
    (evidence_files, "_send_in_time", evidence_files.send_in_time, two_answers),
    (methods, "warn", methods.warn_due, two_cards),
]


@pytest.mark.parametrize("row", SWEEPS, ids=lambda row: row[1])
def test_the_first_is_poisoned_and_the_second_is_done(
    row: tuple[Any, str, Function, Callable[[User, User], None]],
    alice: User,
    bob: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    module, deed, sweep, situation = row
    situation(alice, bob)
    does, keys = getattr(module, deed), []

    def poisoned(key: int, **facts: Any) -> Any:
        keys.append(key)
        if len(keys) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return does(key, **facts)

    monkeypatch.setattr(module, deed, poisoned)
    with caplog.at_level(logging.ERROR):
        done = sweep(at=NOON + DAY)

    assert len(keys) == 2
    assert len(done) == 1
    assert "Could not " in caplog.text
    assert str(keys[0]) in caplog.text
    monkeypatch.undo()
    assert len(sweep(at=NOON + DAY + timedelta(minutes=1))) == 1  # and the next one makes up for it


@pytest.mark.parametrize(
    "sweep",
    [
        answering.remind,
        arrears.follow,
        closing.close_all_done,
        collecting.collect_all_owed,
        collecting.try_due,
        converting.expire_due,
        deadlines._expire_offers,
        deadlines.warn,
        evidence_files.send_in_time,
        methods.warn_due,
        milestones.fail_dropped,
        weeks.close_all_done,
        weeks.withdraw_unpaid,
    ],
    ids=lambda it: f"{it.__module__}.{it.__name__}",
)
def test_every_sweep_goes_row_by_row(sweep: Function) -> None:
    assert "one_by_one(" in inspect.getsource(sweep)


def test_each_row_has_a_transaction_and_an_outcome_of_its_own(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def halve(number: int) -> int | None:
        if number == 1:
            raise NotAllowed("Somebody was faster.")
        if number == 2:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nothing FROM nowhere")
        return number // 2 or None

    assert one_by_one([2, 1, 0, 4, 6], halve, to="halve") == [2, 3]
    said = [(each.levelname, each.getMessage()) for each in caplog.records]
    assert ("ERROR", "Could not halve 2") in said
    assert not [words for _, words in said if "halve 1" in words and "Could" in words]
    assert isinstance(caplog.records[-1].exc_info[1], DatabaseError)  # type: ignore[index]
