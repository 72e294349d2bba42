"""Monday noon and what follows: billed once, charged once, with the dates that were due."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.people.models import User
from billing_site.platform.models import Job
from invoices.models import Contract, Invoice, Week, WeekChange
from invoices.services import time_entries, week_billing, weeks
from invoices.services.week_billing import bill_weeks
from ledger.models import Entry
from payments.models import Charge, Escrow, Settlement
from tests import given, given_payments
from tests.given import EUR, days
from tests.invoices._race import race
from tests.invoices.books import broken_laws
from tests.invoices.march import at
from tests.invoices.week import work

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
LOCK = datetime(2026, 3, 9, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 13, 23, 59, tzinfo=UTC)


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    """20 hours a week at 50, from Monday noon on."""
    return given.hourly_contract(client=alice, freelancer=bob)


def test_the_week_is_billed_as_of_monday_noon(contract: Contract, bob: User) -> None:
    work(contract, bob)

    assert bill_weeks(at=LOCK - days(0.001)) == 0
    assert bill_weeks(at=LOCK + days(2)) == 1

    week = Week.objects.get()
    assert (week.state, week.locked_at, week.billed) == ("locked", LOCK, 240)
    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.submitted_at, invoice.answer_by) == ("submitted", LOCK, FRIDAY)
    assert (invoice.net, invoice.number, invoice.submitted_by) == (EUR("200.00"), None, None)
    assert (invoice.supplied_from, invoice.supplied_to) == (MONDAY, date(2026, 3, 8))
    assert [line.description for line in invoice.lines.all()] == ["4 h at 50.00 an hour"]
    assert invoice.escrow
    assert invoice.escrow.state == Escrow.State.EXPECTED
    assert not Entry.objects.exists()
    assert broken_laws() == []


def test_each_week_is_counted_for_itself(alice: User, bob: User) -> None:
    """One step for many weeks: what is the same for all, and what is each one's own."""
    charlie = given.person("charlie", kind="freelancer", country="NO")
    for worker, hours in ((bob, 3), (charlie, 5)):
        work(given.hourly_contract(client=alice, freelancer=worker), worker, hours=hours)

    assert bill_weeks(at=LOCK) == 2

    counted = Week.objects.order_by("pk").values_list("state", "locked_at", "billed", "over")
    assert list(counted) == [("locked", LOCK, 180, 0), ("locked", LOCK, 300, 0)]
    told = WeekChange.objects.order_by("pk").values_list("was", "became", "step", "at")
    assert list(told) == [("open", "locked", "lock", LOCK)] * 2
    assert broken_laws() == []


def test_a_second_run_bills_nothing(contract: Contract, bob: User) -> None:
    work(contract, bob)
    bill_weeks(at=LOCK)

    assert bill_weeks(at=LOCK) == 0
    assert Invoice.objects.count() == Escrow.objects.count() == 1
    assert Job.objects.filter(task="invoices.tasks.collect_weeks").count() == 1


def test_a_week_without_time_is_closed(contract: Contract, bob: User) -> None:
    work(contract, bob)
    time_entries.remove(contract.entries.get().pk, by=bob, at=at(4, 9))
    bill_weeks(at=LOCK)

    assert Week.objects.get().state == Week.State.CLOSED
    assert not Invoice.objects.exists()


def test_after_a_downtime_each_week_has_the_dates_it_would_have_had(
    contract: Contract, bob: User
) -> None:
    for day in (3, 10, 17):
        work(contract, bob, day=day)

    bill_weeks(at=LOCK + days(30))

    found = Invoice.objects.order_by("submitted_at").values_list("submitted_at", "answer_by")
    assert list(found) == [(LOCK + days(7 * n), FRIDAY + days(7 * n)) for n in range(3)]


def test_protected_and_other_hours_are_two_invoices(
    contract: Contract, alice: User, bob: User
) -> None:
    given_payments.payment_method(alice)
    work(contract, bob, hours=3, tracked=True)
    work(contract, bob, hours=2, day=4)

    bill_weeks(at=LOCK)

    found = Invoice.objects.order_by("-is_protected").values_list("is_protected", "net")
    assert [(yes, EUR(str(net))) for yes, net in found] == [
        (True, EUR("150.000")),
        (False, EUR("100.000")),
    ]
    assert Escrow.objects.count() == 2


def test_the_hours_of_all_freelancers_are_one_charge(alice: User, bob: User) -> None:
    given_payments.payment_method(alice)
    charlie = given.person("charlie", kind="freelancer", country="NO")
    for worker in (bob, charlie):
        work(given.hourly_contract(client=alice, freelancer=worker), worker)

    bill_weeks(at=LOCK)
    for _ in range(2):
        weeks.collect(given.organization(alice), monday=MONDAY)

    charge = Charge.objects.get()
    assert charge.amount == EUR("424.00")
    assert charge.begun_at == LOCK
    assert charge.settlements.count() == 2


@pytest.mark.django_db(transaction=True)
def test_sixteen_runs_at_once_bill_once() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    bob = given.person("bob", kind="freelancer", country="NO")
    contract = given.hourly_contract(client=alice, freelancer=bob)
    work(contract, bob)
    pk = Week.objects.get().pk
    run = partial(week_billing.bill_batch, [pk], monday=MONDAY)

    race([run] * 16)

    assert Invoice.objects.count() == Escrow.objects.count() == 1
    assert Week.objects.get().changes.count() == 1
    assert broken_laws() == []


@pytest.mark.django_db(transaction=True)
def test_sixteen_jobs_at_once_charge_a_client_once() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    for name in ("bob", "ben"):
        worker = given.person(name, kind="freelancer", country="NO")
        work(given.hourly_contract(client=alice, freelancer=worker), worker)
    bill_weeks(at=LOCK)

    race([partial(weeks.collect, given.organization(alice), monday=MONDAY)] * 16)

    assert [charge.amount for charge in Charge.objects.all()] == [EUR("424.00")]
    assert Settlement.objects.count() == 2
    assert broken_laws() == []


def test_no_client_is_cut_in_two_by_the_end_of_a_batch(alice: User, bob: User) -> None:
    charlie = given.person("charlie", kind="freelancer", country="NO")
    for worker in (bob, charlie):
        work(given.hourly_contract(client=alice, freelancer=worker), worker)

    assert bill_weeks(at=LOCK, batch=1) == 2

    assert Job.objects.filter(task="invoices.tasks.collect_weeks").count() == 1


def test_one_batch_that_fails_does_not_keep_the_others_waiting(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = given.hourly_contract(client=alice, freelancer=bob)
    work(first, bob)
    dora = given.person("dora", country="AT", city="Graz", postal_code="8010")
    charlie = given.person("charlie", kind="freelancer", country="NO")
    work(given.hourly_contract(client=dora, freelancer=charlie), charlie)
    bad = Week.objects.get(contract=first).pk
    batch = week_billing.bill_batch

    def one_breaks(pks: list[int], *, monday: date) -> int:
        if bad in pks:
            raise ZeroDivisionError
        return batch(pks, monday=monday)

    monkeypatch.setattr(week_billing, "bill_batch", one_breaks)

    assert bill_weeks(at=LOCK, batch=1) == 1
    assert Week.objects.get(pk=bad).state == Week.State.OPEN
    assert "Could not bill 1 weeks" in caplog.text


@pytest.mark.parametrize("contracts", [1, 3])
def test_a_batch_asks_the_same_of_the_database_for_one_week_and_for_three(
    alice: User, contracts: int
) -> None:
    for name in ("uma", "vic", "wes")[:contracts]:
        worker = given.person(name, kind="freelancer", country="NO")
        work(given.hourly_contract(client=alice, freelancer=worker), worker)
    pks = list(Week.objects.values_list("pk", flat=True))

    with CaptureQueriesContext(connection) as asked:
        week_billing.bill_batch(pks, monday=MONDAY)

    assert len([q for q in asked if "SAVEPOINT" not in q["sql"]]) == QUERIES_OF_A_BATCH


QUERIES_OF_A_BATCH = 18
