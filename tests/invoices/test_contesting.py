"""An invoice in dispute: it stands still, then it resumes, or its sum is decided, once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from invoices.models import FeeCreditNote, Invoice, Milestone, RefundRequest
from invoices.models.contract import TaxTreatment
from invoices.services import contesting, invoicing, refund_requests
from invoices.taxing import Treatment
from ledger.models import Entry
from payments.models import Escrow, Freeze, Lot, Refund
from payments.services import freezing
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import race
from tests.invoices.test_races import broken_laws

pytestmark = pytest.mark.django_db
STAFF = SYSTEM("the mediator decided")
AT_HOME = Treatment(TaxTreatment.STANDARD, 2_000, "")


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    return given.submitted_invoice(client=alice, freelancer=bob)


@pytest.fixture
def contested(invoice: Invoice, alice: User) -> Invoice:
    return contesting.contest(invoice.pk, by=alice, at=NOON + days(1))


def decide(invoice: Invoice, gross: Money) -> contesting.Decided:
    return contesting.decide(invoice.pk, gross_to_freelancer=gross, by=STAFF, at=NOON + days(5))


class TestContesting:
    def test_nobody_approves_or_returns_it(self, contested: Invoice, alice: User) -> None:
        for step in (
            lambda: invoicing.approve(contested.pk, by=alice, at=NOON + days(2)),
            lambda: invoicing.return_(contested.pk, reason="x", by=alice, at=NOON + days(2)),
        ):
            with pytest.raises(WrongState, match="it is in dispute"):
                step()

        assert invoicing.approve_unanswered(at=NOON + days(90)) == []
        assert not Lot.objects.exists()

    def test_either_side_may_and_nobody_else(
        self, invoice: Invoice, bob: User, charlie: User
    ) -> None:
        with pytest.raises(NotYours):
            contesting.contest(invoice.pk, by=charlie, at=NOON)

        assert contesting.contest(invoice.pk, by=bob, at=NOON).state == "contested"

    def test_silence_that_has_decided_is_not_taken_back(
        self, invoice: Invoice, alice: User
    ) -> None:
        with pytest.raises(WrongState, match="The time to answer ended"):
            contesting.contest(invoice.pk, by=alice, at=NOON + days(14))

    def test_what_nothing_is_held_for_is_not_contested(self, alice: User, bob: User) -> None:
        owed = given.owed_invoice(client=alice, freelancer=bob)

        with pytest.raises(NotAllowed, match="Nothing is held"):
            contesting.contest(owed.pk, by=alice, at=NOON + days(1))


class TestResuming:
    def test_its_clock_goes_on_where_it_stood(self, contested: Invoice) -> None:
        invoice = contesting.resume(contested.pk, by=STAFF, at=NOON + days(31))

        assert (invoice.state, invoice.answer_by) == ("submitted", NOON + days(44))
        assert (invoice.contested_at, invoice.contested_from) == (None, "")
        assert invoicing.approve_unanswered(at=NOON + days(43)) == []
        assert len(invoicing.approve_unanswered(at=NOON + days(44))) == 1
        assert broken_laws() == []

    def test_frozen_and_contested_days_count_once(self, contested: Invoice) -> None:
        assert contested.escrow_id
        cause = Freeze.Cause.DISPUTE
        freezing.freeze(contested.escrow_id, cause=cause, reason="x", by=STAFF, at=NOON + days(1))
        freezing.unfreeze(contested.escrow_id, cause=cause, by=STAFF, at=NOON + days(11))

        invoice = contesting.resume(contested.pk, by=STAFF, at=NOON + days(11))

        assert invoice.answer_by == NOON + days(24)

    def test_what_was_returned_is_returned_again(self, alice: User, bob: User) -> None:
        returned = given.returned_invoice(client=alice, freelancer=bob)
        contesting.contest(returned.pk, by=bob, at=NOON + days(1))

        assert contesting.resume(returned.pk, by=STAFF, at=NOON + days(2)).state == "returned"

    def test_what_is_not_contested_does_not_resume(self, invoice: Invoice) -> None:
        with pytest.raises(WrongState):
            contesting.resume(invoice.pk, by=STAFF, at=NOON)


class TestDeciding:
    def test_a_part_is_invoiced_and_released_and_the_rest_goes_back(
        self, contested: Invoice
    ) -> None:
        made = decide(contested, EUR("600.00"))

        invoice = Invoice.objects.get()
        assert (invoice.state, invoice.gross) == ("paid", EUR("600.00"))
        assert invoice.number
        assert invoice.says["gross"] == "600.00"
        assert invoice.says["discount"] == "400.00"
        assert made.release
        assert made.refund
        assert made.release.lot.gross == EUR("600.00")
        assert made.refund.amount == EUR("424.00")  # 400, the fee on it and its tax
        assert Escrow.objects.get().state == "split"
        assert Milestone.objects.get().state == "closed"
        assert FeeCreditNote.objects.get().gross == EUR("24.00")
        given.jobs_done(at=NOON + days(5))
        invoice.refresh_from_db()
        assert invoice.pdf
        assert invoice.is_einvoice
        assert broken_laws() == []

    def test_with_vat_the_tax_is_taken_out_of_the_sum(self, alice: User, bob: User) -> None:
        invoice = given.submitted_invoice(client=alice, freelancer=bob, treatment=AT_HOME)
        contesting.contest(invoice.pk, by=alice, at=NOON)

        decide(invoice, EUR("100.01"))

        invoice = Invoice.objects.get()
        assert (invoice.net, invoice.tax) == (EUR("83.34"), EUR("16.67"))
        assert Refund.objects.get().amount > EUR("1099.99")
        assert broken_laws() == []

    def test_all_of_it_is_an_ordinary_invoice(self, contested: Invoice) -> None:
        made = decide(contested, EUR("1000.00"))

        invoice = Invoice.objects.get()
        assert (invoice.state, invoice.gross, made.refund) == ("paid", EUR("1000.00"), None)
        assert invoice.says["discount"] == "0.00"
        assert Escrow.objects.get().state == "released"
        assert broken_laws() == []

    def test_for_nothing_it_is_withdrawn_and_all_goes_back(self, contested: Invoice) -> None:
        made = decide(contested, EUR("0.00"))

        invoice = Invoice.objects.get()
        assert (invoice.state, invoice.number, made.release) == ("withdrawn", None, None)
        assert Refund.objects.get().amount == EUR("1060.00")
        assert FeeCreditNote.objects.get().gross == EUR("60.00")
        assert Milestone.objects.get().state == "closed"
        assert broken_laws() == []

    @pytest.mark.parametrize("gross", ["0.01", "999.99", "333.33"])
    def test_odd_sums_leave_nothing_behind(self, contested: Invoice, gross: str) -> None:
        decide(contested, EUR(gross))

        assert Invoice.objects.get().gross == EUR(gross)
        assert broken_laws() == []

    def test_it_is_decided_once(self, contested: Invoice) -> None:
        decide(contested, EUR("600.00"))
        with pytest.raises(WrongState, match="Nothing is to decide"):
            decide(contested, EUR("600.00"))

        assert Lot.objects.count() == 1
        assert Refund.objects.count() == 1

    def test_not_more_than_is_held(self, contested: Invoice) -> None:
        with pytest.raises(NotAllowed, match="is held, and"):
            decide(contested, EUR("1000.01"))

        assert not Entry.objects.filter(kind="release_escrow").exists()

    def test_not_while_another_cause_freezes_it(self, contested: Invoice) -> None:
        assert contested.escrow_id
        freezing.freeze(
            contested.escrow_id,
            cause=Freeze.Cause.CHARGEBACK,
            reason="Bank",
            by=STAFF,
            at=NOON + days(2),
        )
        with pytest.raises(NotAllowed, match="the client's bank wants it back"):
            decide(contested, EUR("600.00"))

        assert Invoice.objects.get().state == "contested"

    def test_the_client_cannot_approve_what_was_decided(
        self, contested: Invoice, alice: User
    ) -> None:
        decide(contested, EUR("600.00"))

        with pytest.raises(WrongState, match="was decided on"):
            invoicing.approve(contested.pk, by=alice, at=NOON + days(6))


class TestWithoutAnInvoice:
    def test_one_is_made_over_all_of_it(self, alice: User, bob: User) -> None:
        milestone = given.funded_milestone(client=alice, freelancer=bob)
        assert milestone.escrow_id

        invoice = contesting.contest_escrow(milestone.escrow_id, by=alice, at=NOON + days(1))

        assert (invoice.state, invoice.gross) == ("contested", EUR("1000.00"))
        assert invoice.is_of_dispute
        decide(invoice, EUR("250.00"))
        assert Lot.objects.get().gross == EUR("250.00")
        assert broken_laws() == []

    def test_resumed_it_is_the_freelancers_to_deliver(self, alice: User, bob: User) -> None:
        milestone = given.funded_milestone(client=alice, freelancer=bob)
        assert milestone.escrow_id
        invoice = contesting.contest_escrow(milestone.escrow_id, by=alice, at=NOON + days(1))

        resumed = contesting.resume(invoice.pk, by=STAFF, at=NOON + days(2))

        assert resumed.state == "returned"
        invoicing.deliver(milestone.pk, message="Here.", by=bob, at=NOON + days(3))
        assert not Invoice.objects.get().is_of_dispute
        invoicing.approve(invoice.pk, by=alice, at=NOON + days(4))
        assert broken_laws() == []

    def test_the_one_on_it_is_contested(self, invoice: Invoice, bob: User) -> None:
        assert invoice.escrow_id
        contesting.contest_escrow(invoice.escrow_id, by=bob, at=NOON + days(1))

        assert Invoice.objects.get().state == "contested"
        assert not Invoice.objects.get().is_of_dispute

    def test_a_strangers_word_makes_none(self, alice: User, bob: User, charlie: User) -> None:
        milestone = given.funded_milestone(client=alice, freelancer=bob)
        assert milestone.escrow_id

        with pytest.raises(NotYours), transaction.atomic():
            contesting.contest_escrow(milestone.escrow_id, by=charlie, at=NOON)

        assert not Invoice.objects.exists()

    def test_what_was_asked_back_is_in_dispute_with_it(self, alice: User, bob: User) -> None:
        request = given.refund_request(client=alice, freelancer=bob)
        refund_requests.refuse(request.pk, reason="No.", by=bob, at=NOON + days(1))
        assert request.milestone
        assert request.milestone.escrow_id

        invoice = contesting.contest_escrow(
            request.milestone.escrow_id, by=alice, at=NOON + days(2)
        )

        assert RefundRequest.objects.get().state == "disputed"
        decide(invoice, EUR("500.00"))
        assert RefundRequest.objects.get().state == "closed"
        assert broken_laws() == []


class TestInSql:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE invoices_invoice SET net = net + 1, gross = gross + 1",
            "UPDATE invoices_invoice SET tax_bps = 1",
            "UPDATE invoices_invoiceline SET amount = 1",
            "DELETE FROM invoices_invoiceline",
            "UPDATE invoices_invoice SET contested_at = NULL",
            "UPDATE invoices_invoice SET contested_from = 'draft'",
            "UPDATE invoices_invoice SET escrow_id = NULL",
        ],
    )
    def test_a_contested_invoice_only_falls(self, contested: Invoice, sql: str) -> None:
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)

    def test_a_submitted_one_does_not_fall(self, invoice: Invoice) -> None:
        with (
            pytest.raises(IntegrityError, match="do not change once it is seen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE invoices_invoice SET net = net - 1, gross = gross - 1")


@pytest.mark.django_db(transaction=True)
def test_sixteen_decisions_split_it_once() -> None:
    alice, bob = (
        given.person("alice", country="AT", city="Graz", postal_code="8010"),
        given.person("bob", kind="freelancer", country="NO", city="Oslo", postal_code="0181"),
    )
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    contesting.contest(invoice.pk, by=alice, at=NOON)

    ended = race([lambda: decide(invoice, EUR("600.00")), lambda: decide(invoice, EUR("0.00"))] * 8)

    assert ended.count("done") == 1
    assert set(ended) == {"done", "WrongState"}
    assert Refund.objects.count() == 1
    assert broken_laws() == []
