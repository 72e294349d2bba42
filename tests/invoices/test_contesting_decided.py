"""What staff decide of a contested invoice."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.transitions import NotAllowed, WrongState
from billing_site.people.models import User
from invoices.models import FeeCreditNote, Invoice, Milestone
from invoices.models.contract import TaxTreatment
from invoices.services import contesting, invoicing
from invoices.taxing import Treatment
from ledger.models import Entry
from payments.models import Escrow, Freeze, Lot, Refund
from payments.services import freezing
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import race
from tests.invoices.books import broken_laws
from tests.invoices.contested import STAFF, decide

pytestmark = pytest.mark.django_db
AT_HOME = Treatment(TaxTreatment.STANDARD, 2_000, "")


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
        given.jobs_done(at=NOON + days(5), drawings=True)
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
