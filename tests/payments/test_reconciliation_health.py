"""What the health of the money says, and what the database refuses of a comparison."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.sandbox import balances, dashboard
from payments.gateways.sandbox.delivery import deliver_due
from payments.models import ReconciliationDifference
from payments.services import matching
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.compared import TOMORROW, compare
from tests.watched import watched


def test_once_a_night(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    with clock.pinned(TOMORROW):
        assert matching.compare_when_due(at=TOMORROW)
        assert matching.compare_when_due(at=TOMORROW + SOON) is None
        assert matching.compare_when_due(at=TOMORROW + 14 * SOON) is None
        assert matching.compare_when_due(at=TOMORROW + 15 * SOON)


def test_neither_statements_nor_memory_grow_with_the_lines(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    compare()
    for number in range(3):
        balances.write("charge", f"ch_{number}", 100 + number, "EUR", at=NOON)
    with CaptureQueriesContext(connection) as few:
        compare()
    for number in range(300):
        balances.write("charge", f"ch_many_{number}", 100 + number, "EUR", at=NOON)
    with CaptureQueriesContext(connection) as many:
        compare()

    assert len(many) == len(few) < 25
    assert ReconciliationDifference.objects.count() == 303


class TestHealth:
    URL = "/health/money/"

    @pytest.fixture(autouse=True)
    def _it_runs(self, db: None) -> None:
        watched()

    def test_it_is_well(self, alice: User, bob: User) -> None:
        given.held_escrow(client=alice, freelancer=bob)
        compare()

        with clock.pinned(NOON + 2 * DAY):
            answer = Client().get(self.URL)

        assert answer.status_code == 200
        assert answer.json()["status"] == "ok"
        assert all(answer.json().values())

    @pytest.mark.django_db
    def test_a_difference_of_a_day_is_an_alarm(self) -> None:
        dashboard.charge(5_000, "EUR", at=NOON)
        with clock.pinned(TOMORROW):
            deliver_due(at=TOMORROW, post=lambda *_: 200)
        compare()

        with clock.pinned(TOMORROW + SOON):
            assert Client().get(self.URL).status_code == 200
        with clock.pinned(TOMORROW + DAY):
            answer = Client().get(self.URL)

        assert answer.status_code == 503
        assert [name for name, holds in answer.json().items() if not holds] == ["provider_agrees"]

    @pytest.mark.django_db
    def test_nights_without_a_comparison_are_one_too(self) -> None:
        compare()
        with clock.pinned(NOON + 5 * DAY):
            assert Client().get(self.URL).json()["provider_was_compared"] is False


FINAL = "says is final"
ILLEGAL = {  # What refuses it, and what it is.
    "a line says another sum": (FINAL, "UPDATE payments_providerline SET amount_minor = 1"),
    "a line is there twice": (
        "a_provider_line_is_kept_once",
        (
            "INSERT INTO payments_providerline (gateway, account, line_id,"
            " source_id, kind, currency, amount_minor, cost_minor, made_at, entry_key)"
            " SELECT gateway, account, line_id, source_id, kind, currency, 1, 0, made_at, ''"
            " FROM payments_providerline LIMIT 1"
        ),
    ),
    "a difference is of another sum": (
        FINAL,
        "UPDATE payments_reconciliationdifference SET amount_minor = 1",
    ),
    "a difference is of nothing": (
        "a_difference_is_some_money",
        (
            "INSERT INTO payments_reconciliationdifference (ref, sort,"
            " about, gateway, account, entry_key, currency, amount_minor, happened_at, found_at,"
            " state)"
            " VALUES ('X', 'other_sum', 'x', 'sandbox', '', '', 'EUR', 0, now(), now(), 'open')"
        ),
    ),
    "a difference is born explained": (
        'leads from "" to "explained"',
        (
            "INSERT INTO payments_reconciliationdifference (ref, sort,"
            " about, gateway, account, entry_key, currency, amount_minor, happened_at, found_at,"
            " finished_at, state) VALUES ('X', 'other_sum', 'x', 'sandbox', '', '', 'EUR', 5,"
            " now(), now(), now(), 'explained')"
        ),
    ),
    "an explained one has no end": (
        "an_open_difference_is_not_finished",
        "UPDATE payments_reconciliationdifference SET state = 'explained'",
    ),
    "a gateway is read up to two moments": (
        "a_gateway_is_read_up_to_one_moment",
        (
            "INSERT INTO payments_gatewaycursor (gateway, what,"
            " reached_at) SELECT gateway, what, reached_at FROM payments_gatewaycursor"
        ),
    ),
}


def test_the_database_refuses_what_must_never_be_true(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    dashboard.charge(5_000, "EUR", at=NOON)
    with clock.pinned(NOON + SOON):
        deliver_due(at=NOON + SOON, post=lambda *_: 200)
    compare()
    wrong = []

    for deed, (reason, statement) in ILLEGAL.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                wrong.append((deed, cursor.rowcount))
        except DatabaseError as refusal:
            if reason not in str(refusal):
                wrong.append((deed, str(refusal)))

    assert wrong == []
