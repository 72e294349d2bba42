"""Every line of the provider's balance has its entry in our books, and the other way round."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing_site.kernel.transitions import SYSTEM, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.sandbox import balances, dashboard, ending, paying
from payments.gateways.sandbox.delivery import deliver_due
from payments.gateways.sandbox.models import SandboxBalanceLine
from payments.models import (
    Charge,
    Payee,
    ProviderLine,
    ReconciliationDifference,
)
from payments.queries.provider_lines import sides
from payments.services import differences, escrow, matching, sending
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.test_decisions import asked
from tests.signing_in import session_of, with_second_factor
from tests.watched import watched

TOMORROW = NOON + DAY


@pytest.fixture
def finn(db: None) -> User:
    return UserFactory.create(name="Finn", is_staff=True, roles=["finance"])


def compare(at: Any = TOMORROW, *, everything: bool = False) -> matching.Outcome:
    with clock.pinned(at):
        return matching.compare(at=at, everything=everything)


def open_differences() -> list[tuple[str, str]]:
    """The sort and the sum of each."""
    rows = ReconciliationDifference.objects.open_ones()
    return sorted((str(row.sort), f"{row.amount.amount:.2f}") for row in rows)


def printed(*arguments: str, at: Any = TOMORROW) -> tuple[str, int]:
    out, code = StringIO(), 0
    with clock.pinned(at):
        try:
            call_command("reconcile", *arguments, stdout=out, stderr=out)
        except SystemExit as left:
            code = int(str(left.code))
    return out.getvalue(), code


def business(alice: User, bob: User) -> None:
    """A charge; one that went back; a withdrawal that arrived, one that did not, one returned."""
    given.held_escrow(client=alice, freelancer=bob, at=NOON - 30 * DAY)
    back = given.held_escrow(client=alice, freelancer=bob, at=NOON - 29 * DAY)
    by = SYSTEM("it ended")
    escrow.refund(back.pk, reason="It ended.", by=by, at=NOON - 28 * DAY)
    given.settle(at=NOON - 27 * DAY)
    given.available_earnings(client=alice, freelancer=bob)
    for behavior, last4 in (("pays", "4471"), ("closes", "0009"), ("returns", "0010")):
        bank = given.payout_method(bob, behavior=behavior, last4=last4)
        given.requested_payout(bob, bank, EUR("100.00"))
    given.settle(at=NOON + 12 * DAY)


@pytest.mark.scenario(53)
class TestBothSidesAgree:
    @pytest.mark.django_db
    def test_every_line_has_its_entry(self, alice: User, bob: User) -> None:
        business(alice, bob)
        sending.send_due(at=NOON + 12 * DAY)
        given.settle(at=NOON + 25 * DAY)

        outcome = compare(NOON + 25 * DAY)

        assert outcome.read == SandboxBalanceLine.objects.count() > 8
        assert outcome.found == 0
        assert not ProviderLine.objects.filter(matched_at=None).exists()
        for side in sides("sandbox"):
            assert side.at_provider == side.in_books, side

    def test_money_on_its_way_to_a_bank_is_no_difference(self, alice: User, bob: User) -> None:
        given.available_earnings(client=alice, freelancer=bob)
        given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))
        sending.send_due(at=NOON + SOON)
        given.settle(at=NOON + 2 * SOON)

        assert compare(NOON + SOON * 8).found == 0

        given.settle(at=NOON + 10 * DAY)
        assert compare(NOON + 10 * DAY).found == 0
        assert not ProviderLine.objects.filter(matched_at=None).exists()

    def test_compared_again_nothing_is_counted_twice(self, alice: User, bob: User) -> None:
        given.held_escrow(client=alice, freelancer=bob)
        compare()
        before = ProviderLine.objects.count()

        assert compare(everything=True).found == 0
        assert ProviderLine.objects.count() == before

    def test_it_prints_a_table_and_says_so(self, alice: User, bob: User) -> None:
        given.held_escrow(client=alice, freelancer=bob)

        said, code = printed()

        assert code == 0
        assert "Both sides agree." in said
        assert "ours" in said
        assert "€1,028.47" in said


@pytest.mark.scenario(53)
class TestStrays:
    """What somebody did at the provider's dashboard, past us."""

    @pytest.fixture
    def strays(self, alice: User, bob: User) -> None:
        charge = given.paid(given.begun_charge(client=alice, freelancer=bob))
        given.payout_method(bob)
        account = Payee.objects.get().account
        dashboard.charge(5_000, "EUR", at=NOON + SOON)
        dashboard.refund(charge.payment_id, 700, at=NOON + SOON)
        dashboard.transfer(account, 300, "EUR", at=NOON + SOON)
        given.settle(at=NOON + 2 * SOON)

    def test_charge_refund_and_transfer_are_found(self, strays: None) -> None:
        compare()

        assert open_differences() == [
            ("not_in_books", "-3.00"),  # left our balance
            ("not_in_books", "-7.00"),
            ("not_in_books", "3.00"),  # and lies at the payee's
            ("not_in_books", "48.25"),  # 50.00 less 1.75
        ]
        assert_every_law_holds()

    def test_they_are_found_once_and_stay_with_their_age(self, strays: None) -> None:
        compare()

        assert compare(NOON + 3 * DAY).found == 0
        assert len(open_differences()) == 4
        said, code = printed(at=NOON + 3 * DAY)
        assert code == 1
        assert "4 open" in said
        assert "open for 2 days" in said

    def test_a_person_says_what_it_was(self, strays: None, finn: User, alice: User) -> None:
        compare()
        first, second = ReconciliationDifference.objects.open_ones()[:2]

        with pytest.raises(NotYours):
            differences.explain(first.pk, reason="It was me, myself.", by=alice, at=TOMORROW)
        differences.explain(first.pk, reason="A test of the terminal.", by=finn, at=TOMORROW)
        differences.resolve(second.pk, reason="Sent back at the provider.", by=finn, at=TOMORROW)
        with pytest.raises(WrongState):
            differences.resolve(first.pk, reason="Once more, please.", by=finn, at=TOMORROW)

        assert compare(NOON + 2 * DAY, everything=True).found == 0
        assert len(open_differences()) == 2
        change = first.changes.get()
        assert (change.became, change.by, change.note) == (
            "explained",
            finn,
            "A test of the terminal.",
        )

    def test_the_desk_decides_with_a_reason(self, strays: None, finn: User) -> None:
        compare()
        with_second_factor(finn)
        difference = ReconciliationDifference.objects.open_ones()[0]
        url = reverse("admin:payments_reconciliationdifference_changelist")
        with clock.pinned(NOON + 3 * DAY):
            desk = session_of(finn)
            assert "2 days" in desk.get(url).content.decode()

            desk.post(url, asked("explain", difference, reason="A test.", decided="1"))

        difference.refresh_from_db()
        assert difference.state == "open"  # in a sentence, please
        with clock.pinned(NOON + 3 * DAY):
            desk.post(
                url,
                asked("explain", difference, reason="A test of the terminal.", decided="1"),
            )
        difference.refresh_from_db()
        assert difference.state == "explained"


def test_what_our_books_have_and_the_provider_has_not(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    kept = SandboxBalanceLine.objects.get()
    facts = {field.name: getattr(kept, field.name) for field in kept._meta.fields}
    kept.delete()

    compare()
    assert open_differences() == [("not_at_provider", "-1028.47")]

    SandboxBalanceLine.objects.create(**facts)
    assert compare(NOON + 2 * DAY).resolved == 1
    difference = ReconciliationDifference.objects.get()
    assert difference.state == "resolved"
    assert difference.changes.get().reason == "both sides agree by now"


def test_two_sums_of_one_thing_differ(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    SandboxBalanceLine.objects.update(fee=3_203)

    compare()

    assert open_differences() == [("other_sum", "-1.00")]


@pytest.mark.scenario(54)
def test_54_a_fee_that_comes_an_hour_late_corrects_the_books(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "BOOKED_AFTER", SOON)
    charge = given.begun_charge(client=alice, freelancer=bob)
    paying.pay(charge.session_id, "4242", at=NOON - SOON / 2)
    given.settle(at=NOON)
    charge.refresh_from_db()

    assert charge.state == "succeeded"
    assert charge.settled_at is None
    assert held("cost:provider") == EUR("0")
    assert held("provider:clearing") == EUR("-1059.50")
    assert compare(NOON + SOON / 2).found == 0

    given.settle(at=NOON + SOON)

    assert held("cost:provider") == EUR("-31.03")
    assert held("provider:clearing") == EUR("0")
    assert compare().found == 0
    assert Charge.objects.get().settled_at == NOON + SOON / 2
    assert_every_law_holds()


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


ILLEGAL = {
    "a line says another sum": "UPDATE payments_providerline SET amount_minor = 1",
    "a line is there twice": "INSERT INTO payments_providerline (gateway, account, line_id,"
    " source_id, kind, currency, amount_minor, cost_minor, made_at, entry_key)"
    " SELECT gateway, account, line_id, source_id, kind, currency, 1, 0, made_at, ''"
    " FROM payments_providerline LIMIT 1",
    "a difference is of another sum": "UPDATE payments_reconciliationdifference"
    " SET amount_minor = 1",
    "a difference is of nothing": "INSERT INTO payments_reconciliationdifference (ref, sort,"
    " about, gateway, account, entry_key, currency, amount_minor, happened_at, found_at, state)"
    " VALUES ('X', 'other_sum', 'x', 'sandbox', '', '', 'EUR', 0, now(), now(), 'open')",
    "a difference is born explained": "INSERT INTO payments_reconciliationdifference (ref, sort,"
    " about, gateway, account, entry_key, currency, amount_minor, happened_at, found_at,"
    " finished_at, state) VALUES ('X', 'other_sum', 'x', 'sandbox', '', '', 'EUR', 5, now(),"
    " now(), now(), 'explained')",
    "an explained one has no end": "UPDATE payments_reconciliationdifference"
    " SET state = 'explained'",
    "a gateway is read up to two moments": "INSERT INTO payments_gatewaycursor (gateway, what,"
    " reached_at) SELECT gateway, what, reached_at FROM payments_gatewaycursor",
}


def test_the_database_refuses_what_must_never_be_true(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    dashboard.charge(5_000, "EUR", at=NOON)
    with clock.pinned(NOON + SOON):
        deliver_due(at=NOON + SOON, post=lambda *_: 200)
    compare()
    allowed = []

    for deed, statement in ILLEGAL.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                allowed.append((deed, cursor.rowcount))
        except DatabaseError:
            continue

    assert allowed == []
