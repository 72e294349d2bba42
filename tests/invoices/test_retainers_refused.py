"""Retainers that cannot be, end or pause."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from django.db import Error, IntegrityError, transaction

from billing_site.kernel.periods import midnight
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from invoices.models import Contract, Invoice, RetainerPeriod, RetainerTerms
from invoices.services import closing, contracts, ending, invoicing, owing, retainers
from invoices.services.retainers import Retainer, bill_due
from tests import given
from tests.given import EUR, NOON
from tests.invoices.books import broken_laws
from tests.invoices.retained import billed, utc

WEEKLY, MONTHLY = RetainerTerms.Cadence.WEEKLY, RetainerTerms.Cadence.MONTHLY
APRIL = midnight(date(2026, 4, 1))


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.retainer(client=alice, freelancer=bob)  # from 2 March on


@pytest.mark.django_db
class TestPausing:
    def test_days_that_were_paused_from_beginning_to_end_cost_nothing(
        self, contract: Contract, alice: User
    ) -> None:
        contracts.pause(contract.pk, by=alice, at=utc(3, 10, 18))  # the 10th counts
        contracts.resume(contract.pk, by=alice, at=utc(3, 21, 6))  # and the 21st
        bill_due(at=APRIL)

        assert billed() == [("03-02", "03-31", 20, EUR("1935.48"))]

    def test_a_month_without_a_day_has_no_invoice(self, contract: Contract, alice: User) -> None:
        contracts.pause(contract.pk, by=alice, at=utc(3, 31, 18))
        bill_due(at=utc(5, 1))

        assert billed()[1] == ("04-01", "04-30", 0, EUR("0.00"))
        assert Invoice.objects.count() == 1

    def test_what_came_later_does_not_reach_back(self, contract: Contract, alice: User) -> None:
        contracts.pause(contract.pk, by=alice, at=utc(4, 1, 1))
        bill_due(at=utc(4, 1, 2))

        assert billed() == [("03-02", "03-31", 30, EUR("2903.23"))]


@pytest.mark.django_db
class TestEnding:
    def test_the_last_period_is_billed_by_its_days(
        self, contract: Contract, alice: User, bob: User
    ) -> None:
        ended = ending.end(contract.pk, by=bob, at=utc(4, 10, 9))
        assert ended.state == "ending"
        bill_due(at=utc(6, 1))

        assert billed() == [
            ("03-02", "03-31", 30, EUR("2903.23")),
            ("04-01", "04-10", 10, EUR("1000.00")),
        ]
        for invoice in Invoice.objects.order_by("pk"):
            invoicing.approve(invoice.pk, by=alice, at=utc(6, 1))
            given.pay(owing.pay(invoice.pk, by=alice, at=utc(6, 1)), at=utc(6, 1))
        closing.close_all_done(at=utc(6, 1))
        assert Contract.objects.get().state == "ended"
        assert broken_laws() == []

    def test_one_that_never_began_bills_nothing(self, alice: User, bob: User) -> None:
        contract = given.retainer(client=alice, freelancer=bob, starts_on=date(2026, 6, 1))
        ended = ending.end(contract.pk, by=alice, at=NOON)

        assert bill_due(at=utc(8, 1)) == []
        assert ended.state == "ended"


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize("amount", ["4.99", "1000000.01"])
    def test_too_little_and_too_much(self, alice: User, bob: User, amount: str) -> None:
        with pytest.raises(NotAllowed, match="costs between"):
            given.retainer(client=alice, freelancer=bob, amount=EUR(amount))
        assert not Contract.objects.exists()

    def test_dates_that_do_not_go_together(self, alice: User, bob: User) -> None:
        with pytest.raises(NotAllowed, match="today at the earliest"):
            given.retainer(client=alice, freelancer=bob, starts_on=date(2026, 3, 1))
        with pytest.raises(NotAllowed, match="ends after"):
            given.retainer(client=alice, freelancer=bob, ends_on=date(2026, 3, 1))

    def test_only_a_client_writes_it(self, alice: User, bob: User) -> None:
        with pytest.raises(NotYours):
            retainers.draft_retainer(
                client=given.organization(alice),
                freelancer=given.organization(bob),
                title="Mine",
                terms=Retainer(EUR("100.00"), WEEKLY, NOON.date()),
                by=bob,
                at=NOON,
            )

    def test_in_sql_neither_terms_nor_periods_change(self, contract: Contract) -> None:
        bill_due(at=APRIL)
        period = RetainerPeriod.objects.get()
        for deed in (
            partial(RetainerTerms.objects.update, amount=1),
            partial(RetainerPeriod.objects.update, billed_days=1),
            RetainerPeriod.objects.all().delete,
        ):
            with pytest.raises(Error), transaction.atomic():
                deed()
        period.pk, period.invoice, period.amount = None, None, EUR("0.00")
        with pytest.raises(IntegrityError, match="a_period_is_billed_once"), transaction.atomic():
            period.save()
