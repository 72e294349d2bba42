from __future__ import annotations

import pytest

from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from invoices.models import Contract, FeeInvoice, Invoice, Milestone
from invoices.services import invoicing
from ledger.queries.balances import balance
from payments.models import Escrow, Lot
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.books import pending


def test_approval_pays_the_freelancer_less_our_fee(
    invoice: Invoice, alice: User, bob: User
) -> None:
    approved = invoicing.approve(invoice.pk, by=alice, at=NOON + days(1))

    assert approved.state == Invoice.State.PAID
    assert pending(bob) == EUR("900.00")
    assert balance("income:freelancer_fee", "EUR") == EUR("100.00")
    assert balance("income:client_fee", "EUR") == EUR("50.00")
    assert Escrow.objects.get().state == Escrow.State.RELEASED
    assert Milestone.objects.get().state == Milestone.State.CLOSED
    assert Contract.objects.get().state == Contract.State.ACTIVE


def test_approval_issues_the_invoice(invoice: Invoice, alice: User) -> None:
    approved = invoicing.approve(invoice.pk, by=alice, at=NOON + days(1), purchase_order="PO-2207")

    assert approved.number == "BOB-2026-000001"
    assert approved.issued_at == NOON + days(1)
    assert Lot.objects.get().available_at == NOON + days(6)
    assert approved.says["gross"] == "1000.00"
    assert approved.says["about"][1] == "Purchase order PO-2207"


def test_a_second_approval_pays_nothing(invoice: Invoice, alice: User, bob: User) -> None:
    invoicing.approve(invoice.pk, by=alice, at=NOON + days(1))

    with pytest.raises(WrongState, match="Alice was faster"):
        invoicing.approve(invoice.pk, by=alice, at=NOON + days(2))

    assert pending(bob) == EUR("900.00")


def test_the_freelancer_cannot_approve_their_own_work(invoice: Invoice, bob: User) -> None:
    with pytest.raises(NotYours):
        invoicing.approve(invoice.pk, by=bob, at=NOON)

    assert pending(bob) == EUR("0.00")
    assert Invoice.objects.get().state == Invoice.State.SUBMITTED


def test_each_side_gets_an_invoice_for_its_fee(invoice: Invoice, alice: User) -> None:
    invoicing.approve(invoice.pk, by=alice, at=NOON + days(1))
    given.jobs_done(at=NOON + days(1))

    fees = FeeInvoice.objects.order_by("pk").values_list("side", "number", "net", "tax")
    assert [tuple(map(str, fee)) for fee in fees] == [
        ("client", "CSN-2026-000001", "50.000", "10.000"),
        ("freelancer", "CSN-2026-000002", "100.000", "0.000"),
    ]
