"""Expenses: 200 paid is 200 for the client and 200 for Bob, with the receipt beside it."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import uuid4

import pytest
from django.db import Error, transaction

from billing_site.kernel.transitions import NotAllowed, WrongState
from billing_site.people.models import User
from billing_site.platform import files
from billing_site.platform.files import NotAFile
from billing_site.platform.models import File
from invoices.models import Contract, Expense, FeeInvoice, Invoice
from invoices.models.contract import TaxTreatment
from invoices.services import expenses, invoicing, owing, silence
from invoices.services.expenses import Spent
from invoices.services.invoicing import Upload
from invoices.taxing import Treatment
from ledger.queries.journal import journal
from payments.models import Lot, OpenItem
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import race
from tests.invoices.books import broken_laws
from tests.invoices.spent import invoiced

VAT = Treatment(TaxTreatment.STANDARD, 1_900, "")
PAPER = b"%PDF-1.7 ticket %%EOF"


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.active_contract(client=alice, freelancer=bob)


@pytest.fixture
def expense(contract: Contract, bob: User) -> Expense:
    return given.expense(contract, by=bob)


def submitted(*found: Expense, by: User) -> Invoice:
    return invoicing.submit(invoiced(*found, by=by).pk, message="Tickets.", by=by, at=NOON)


@pytest.mark.django_db
class TestMoney:
    def test_what_was_paid_is_paid_back_and_no_fee_taken(
        self, expense: Expense, alice: User, bob: User
    ) -> None:
        invoice = submitted(expense, by=bob)
        invoicing.approve(invoice.pk, by=alice, at=NOON)
        assert OpenItem.objects.get().owed == EUR("200.00")
        charge = owing.pay(invoice.pk, by=alice, at=NOON)
        for _ in range(2):  # the same news twice
            given.pay(charge, at=NOON)

        told = [" ".join(line.split()) for line in journal().splitlines()]
        assert told[:3] == [
            "2026-03-02 Invoice paid",
            "provider:clearing 200.00 EUR",
            f"freelancer:{invoice.issuer_id}:pending 200.00 EUR",
        ]
        assert not told[3]
        assert Invoice.objects.get().state == "paid"
        assert Lot.objects.get().amount == EUR("200.00")
        assert not FeeInvoice.objects.exists()
        assert broken_laws() == []

    def test_receipts_at_several_rates_come_to_what_was_paid(self, alice: User, bob: User) -> None:
        contract = given.active_contract(client=alice, freelancer=bob, treatment=VAT)
        paid = [("33.33", 1_900), ("33.33", 1_900), ("10.01", 700), ("7.77", 0)]
        found = [
            given.expense(contract, by=bob, gross=EUR(gross), tax_bps=bps) for gross, bps in paid
        ]
        invoice = submitted(*found, by=bob)

        assert invoice.gross == EUR("84.44")
        assert [(each.bps, each.net, each.tax) for each in invoice.taxes.order_by("-bps")] == [
            (1_900, EUR("56.02"), EUR("10.64")),
            (700, EUR("9.36"), EUR("0.65")),
            (0, EUR("7.77"), EUR("0.00")),
        ]
        assert invoice.lines.count() == 4
        invoicing.approve(invoice.pk, by=alice, at=NOON)
        assert broken_laws() == []

    def test_who_charges_no_vat_bills_all_that_was_paid(
        self, contract: Contract, bob: User
    ) -> None:
        expense = given.expense(contract, by=bob, gross=EUR("119.00"), tax_bps=1_900)
        assert expense.tax == EUR("19.00")

        invoice = invoiced(expense, by=bob)

        assert (invoice.net, invoice.tax) == (EUR("119.00"), EUR("0.00"))
        assert (invoice.tax_treatment, invoice.supplied_from) == (
            contract.tax_treatment,
            date(2026, 3, 2),
        )

    def test_silence_sends_it_back(self, expense: Expense, bob: User) -> None:
        submitted(expense, by=bob)
        silence.approve_unanswered(at=NOON + days(20))
        silence.return_unanswered(at=NOON + days(20))

        assert Invoice.objects.get().state == "returned"


@pytest.mark.django_db
class TestOneLivingInvoice:
    def test_it_is_on_one_only(self, expense: Expense, bob: User) -> None:
        invoiced(expense, by=bob)
        with pytest.raises(WrongState, match="is on an invoice"):
            invoiced(expense, by=bob)

        assert Invoice.objects.count() == 1

    def test_withdrawing_frees_it(self, expense: Expense, alice: User, bob: User) -> None:
        first = submitted(expense, by=bob)
        invoicing.withdraw(first.pk, by=bob, at=NOON)

        again = invoiced(expense, by=bob)

        assert Expense.objects.get().invoice == again != first
        assert broken_laws() == []

    def test_the_same_form_twice_is_one_invoice(self, expense: Expense, bob: User) -> None:
        deed = partial(
            expenses.invoice, expense.contract_id, [expense.ref], by=bob, at=NOON, op_id=uuid4()
        )
        assert deed() == deed()

    def test_what_is_invoiced_is_neither_changed_nor_removed(
        self, expense: Expense, bob: User
    ) -> None:
        invoiced(expense, by=bob)
        cheaper = Spent(NOON.date(), Expense.Category.TRAVEL, "Rail", EUR("1.00"))
        for deed in (
            partial(expenses.change, expense.pk, cheaper, None),
            partial(expenses.remove, expense.pk),
        ):
            with pytest.raises(WrongState):
                deed(by=bob, at=NOON)

    @pytest.mark.parametrize(
        "facts", [{"gross": 1}, {"invoice": None}, {"removed_at": NOON}, {"merchant": "Air"}]
    )
    def test_nor_in_sql(self, expense: Expense, bob: User, facts: dict[str, object]) -> None:
        submitted(expense, by=bob)
        with pytest.raises(Error), transaction.atomic():
            Expense.objects.filter(pk=expense.pk).update(**facts)
        with pytest.raises(Error), transaction.atomic():
            Expense.objects.filter(pk=expense.pk).delete()

    def test_removed_is_off_the_list_and_kept(self, expense: Expense, bob: User) -> None:
        expenses.remove(expense.pk, by=bob, at=NOON)
        with pytest.raises(WrongState, match="removed"):
            invoiced(expense, by=bob)

        assert Expense.objects.get().removed_at == NOON

    def test_that_of_another_contract_is_refused(
        self, expense: Expense, alice: User, bob: User
    ) -> None:
        other = given.active_contract(client=alice, freelancer=bob)
        with pytest.raises(NotAllowed, match="Choose"):
            expenses.invoice(other.pk, [expense.ref], by=bob, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_sixteen_invoices_at_once_are_one() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    contract = given.active_contract(client=alice, freelancer=bob)
    found = [given.expense(contract, by=bob) for _ in range(3)]

    assert race([partial(invoiced, *found, by=bob)] * 16) == ["WrongState"] * 15 + ["done"]
    assert Invoice.objects.get().gross == EUR("600.00")


@pytest.mark.django_db
class TestReceipts:
    @pytest.mark.parametrize(
        ("name", "content", "kind"),
        [
            ("ticket.txt", b"paid", "text/plain"),
            ("ticket.zip", b"PK\x03\x04", "application/zip"),
            ("ticket.svg", b"<svg onload=alert(1)>", "image/svg+xml"),
            ("ticket.html", b"<script>alert(1)</script>", "text/html"),
            ("ticket.pdf", b"<script>alert(1)</script>", "application/pdf"),
            ("ticket.png", b"%PDF-1.7 %%EOF", "image/png"),
            ("ticket.pdf.exe", PAPER, "application/pdf"),
            ("ticket", PAPER, "application/pdf"),
            ("ticket.pdf", b"", "application/pdf"),
            ("ticket.pdf", PAPER, "text/html"),
        ],
    )
    def test_what_is_no_receipt_is_not_kept(
        self, contract: Contract, bob: User, name: str, content: bytes, kind: str
    ) -> None:
        with pytest.raises(NotAFile):
            given.expense(contract, by=bob, voucher=Upload(name, content, kind))

        assert not File.objects.exists()
        assert not Expense.objects.exists()

    def test_the_client_reads_it_while_it_is_on_an_invoice_they_see(
        self, expense: Expense, alice: User, bob: User, charlie: User
    ) -> None:
        readers = (bob, alice, charlie)

        def may() -> list[bool]:
            return [files.may_read(reader, expense.voucher) for reader in readers]

        assert may() == [True, False, False]
        draft = invoiced(expense, by=bob)
        assert may() == [True, False, False]
        invoicing.submit(draft.pk, message="Tickets.", by=bob, at=NOON)
        assert may() == [True, True, False]
        invoicing.withdraw(draft.pk, by=bob, at=NOON)
        assert may() == [True, False, False]
