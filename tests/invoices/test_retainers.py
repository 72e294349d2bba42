"""Retainers: 3,000 a month, billed on the day after each, by days where it is not whole."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.periods import midnight
from billing_site.people.models import User
from invoices.models import Contract, Invoice, RetainerPeriod, RetainerTerms
from invoices.queries import deadlines
from invoices.retainers import Days, active_days, calendar
from invoices.services import contracts, owing, retainers, silence
from invoices.services.retainers import Retainer, bill_due
from ledger.queries.journal import journal
from payments.models import Lot, OpenItem
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import race
from tests.invoices.books import broken_laws
from tests.invoices.retained import billed, utc

WEEKLY, MONTHLY = RetainerTerms.Cadence.WEEKLY, RetainerTerms.Cadence.MONTHLY
APRIL = midnight(date(2026, 4, 1))


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.retainer(client=alice, freelancer=bob)  # from 2 March on


@pytest.mark.django_db
class TestBilling:
    def test_the_day_after_the_month_it_is_submitted(self, contract: Contract) -> None:
        assert bill_due(at=APRIL - days(0.001)) == []
        assert len(bill_due(at=APRIL)) == 1
        assert bill_due(at=APRIL) == []

        invoice = Invoice.objects.get()
        assert (invoice.state, invoice.source, invoice.submitted_by) == (
            "submitted",
            "period",
            None,
        )
        assert invoice.title == "Advice, 2–31 March 2026"
        assert (invoice.submitted_at, invoice.answer_by) == (APRIL, APRIL + days(14))
        assert (invoice.supplied_from, invoice.supplied_to) == (date(2026, 3, 2), date(2026, 3, 31))
        assert invoice.lines.get().detail == "30 of 31 days"
        assert invoice.net == EUR("2903.23")  # 3,000 x 30 / 31
        assert not OpenItem.objects.exists()
        assert broken_laws() == []

    def test_silence_approves_and_it_is_owed_and_paid_to_the_freelancer(
        self, contract: Contract, alice: User
    ) -> None:
        bill_due(at=APRIL)
        bill_due(at=midnight(date(2026, 5, 1)))
        april = Invoice.objects.latest("pk")
        assert april.net == EUR("3000.00")
        silence.return_unanswered(at=utc(5, 20))
        silence.approve_unanswered(at=utc(5, 20))

        charge = owing.pay(april.pk, by=alice, at=utc(5, 20))
        for _ in range(2):
            given.pay(charge, at=utc(5, 20))

        assert charge.amount == EUR("3180.00")
        assert Lot.objects.get().amount == EUR("2700.00")
        assert "freelancer_fee" in journal()
        assert broken_laws() == []

    def test_after_a_downtime_each_period_has_its_own_dates(self, contract: Contract) -> None:
        bill_due(at=utc(7, 3, 15))

        assert billed() == [
            ("03-02", "03-31", 30, EUR("2903.23")),
            ("04-01", "04-30", 30, EUR("3000.00")),
            ("05-01", "05-31", 31, EUR("3000.00")),
            ("06-01", "06-30", 30, EUR("3000.00")),
        ]
        moments = Invoice.objects.order_by("pk").values_list("submitted_at", flat=True)
        assert list(moments) == [utc(4, 1), utc(5, 1), utc(6, 1), utc(7, 1)]
        assert broken_laws() == []

    def test_a_weekly_one_goes_from_monday_to_sunday(self, alice: User, bob: User) -> None:
        given.retainer(
            client=alice,
            freelancer=bob,
            amount=EUR("700.00"),
            cadence=WEEKLY,
            starts_on=date(2026, 3, 5),
            ends_on=date(2026, 3, 17),
        )
        bill_due(at=utc(4, 1))

        assert billed() == [
            ("03-05", "03-08", 4, EUR("400.00")),
            ("03-09", "03-15", 7, EUR("700.00")),
            ("03-16", "03-17", 2, EUR("200.00")),
        ]
        assert RetainerTerms.objects.get().bills_on is None

    def test_days_before_it_was_accepted_are_not_billed(self, alice: User, bob: User) -> None:
        contract = given.retainer(client=alice, freelancer=bob, starts_on=date(2026, 3, 2))
        assert contract.retainer.bills_on == date(2026, 4, 1)
        late = retainers.draft_retainer(
            client=given.organization(alice),
            freelancer=given.organization(bob),
            title="Late",
            terms=Retainer(EUR("3100.00"), MONTHLY, date(2026, 3, 2)),
            by=alice,
            at=NOON,
        )
        contracts.offer(late.pk, by=alice, at=NOON)
        contracts.accept(late.pk, by=bob, at=NOON + days(9))

        bill_due(at=APRIL)

        assert RetainerPeriod.objects.get(contract=late).amount == EUR("2100.00")  # from the 11th

    def test_the_demo_knows_when_the_next_is_due(self, contract: Contract) -> None:
        assert deadlines.next_due(after=NOON) == APRIL


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (date(2026, 1, 31), date(2026, 1, 1), date(2026, 1, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, first: date, last: date) -> None:
    assert calendar(day, MONTHLY) == Days(first, last)


def test_weeks_cross_the_year() -> None:
    week = calendar(date(2027, 1, 1), WEEKLY)
    assert week == Days(date(2026, 12, 28), date(2027, 1, 3))
    assert week.words == "28 December 2026 – 3 January 2027"


def test_a_day_counts_once_and_moments_on_midnight_belong_to_the_next() -> None:
    march = calendar(date(2026, 3, 29), MONTHLY)  # clocks change on the 29th in Europe, not here
    steps = [(utc(3, 29), "active"), (utc(3, 30), "paused"), (utc(3, 30, 5), "active")]
    assert active_days(steps[:2], march) == 1
    assert active_days(steps, march) == 3
    assert active_days([*steps, (utc(3, 30, 9), "paused")], march) == 2


@pytest.mark.django_db(transaction=True)
def test_sixteen_sweeps_at_once_bill_once() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    for _ in range(3):
        given.retainer(client=alice, freelancer=bob)

    assert race([partial(bill_due, at=utc(5, 2))] * 16) == ["done"] * 16
    assert Invoice.objects.count() == RetainerPeriod.objects.count() == 6
    assert broken_laws() == []


@pytest.mark.django_db
def test_a_contract_costs_the_same_however_many_there_are(alice: User, bob: User) -> None:
    def asked(count: int) -> int:
        for _ in range(count):
            given.retainer(client=alice, freelancer=bob, at=NOON)
        with CaptureQueriesContext(connection) as queries:
            assert len(bill_due(at=APRIL)) == count
        return len(queries)

    one, three = asked(1), asked(3)
    assert three - one == 2 * (one - 2)  # two look for what is due; the rest is the invoice's
