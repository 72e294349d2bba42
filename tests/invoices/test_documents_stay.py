"""What was issued or agreed is not changed, and by nobody: the database refuses."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from billing_site.people.models import User
from invoices.documents import pdf
from invoices.documents.freezing import Frozen
from invoices.models import Invoice, InvoiceLine, Milestone
from invoices.services import invoicing
from tests import given
from tests.given import EUR, NOON, days


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    return invoicing.approve(invoice.pk, by=alice, at=NOON + days(1), purchase_order="PO-2207")


CHANGES = {
    "number": "UPDATE invoices_invoice SET number = 'X-2026-000009'",
    "frozen": "UPDATE invoices_invoice SET frozen = '{}'",
    "hash": "UPDATE invoices_invoice SET frozen_sha256 = ''",
    "sum": "UPDATE invoices_invoice SET net = 1, gross = 1",
    "issued": "UPDATE invoices_invoice SET issued_at = now()",
    "code": "UPDATE invoices_invoice SET verification_code = 'X'",
    "file": "UPDATE invoices_invoice SET pdf_id = NULL",
    "delete": "DELETE FROM invoices_invoice",
    "line": "UPDATE invoices_invoiceline SET description = 'X'",
    "line gone": "DELETE FROM invoices_invoiceline",
    "back": "UPDATE invoices_invoice SET state = 'submitted'",
    "fee": "UPDATE invoices_feeinvoice SET net = net + 1, gross = gross + 1",
    "fee number": "UPDATE invoices_feeinvoice SET number = number || 'X'",
    "terms": "UPDATE invoices_contract SET freelancer_fee_bps = 0",
    "policy": "UPDATE invoices_contract SET policy_version = 'X'",
    "price": "UPDATE invoices_milestone SET price = 1",
    "open again": "UPDATE invoices_milestone SET state = 'funded'",
    "self": "UPDATE invoices_invoice SET approved_by_id = submitted_by_id",
    "sides": "UPDATE invoices_contract SET freelancer_id = client_id",
    "approved": "UPDATE invoices_invoice SET approved_at = NULL",
}


def test_the_database_refuses_to_change_what_was_issued_or_agreed(invoice: Invoice) -> None:
    given.jobs_done(at=NOON + days(1), drawings=True)
    before = Invoice.objects.values().get()

    let_through = []
    for name, statement in CHANGES.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            continue
        let_through.append(name)

    assert let_through == []
    assert Invoice.objects.values().get() == before
    assert Milestone.objects.get().price == EUR("1000.00")


def test_a_line_is_not_added_to_an_issued_invoice(invoice: Invoice) -> None:
    line = InvoiceLine.objects.get()
    line.pk, line.position = None, 2

    refusal = pytest.raises(DatabaseError, match="do not change once it is seen")
    with refusal, transaction.atomic():
        line.save(force_insert=True)
    assert InvoiceLine.objects.count() == 1


def test_an_invoice_is_not_born_paid(alice: User, bob: User) -> None:
    contract = given.active_contract(client=alice, freelancer=bob)
    with pytest.raises(DatabaseError, match="no step of invoices_milestone"), transaction.atomic():
        Milestone.objects.create(
            contract=contract,
            position=9,
            title="X",
            currency="EUR",
            price=EUR("5.00"),
            state="closed",
        )


def test_a_milestone_has_one_invoice_at_a_time(alice: User, bob: User) -> None:
    given.submitted_invoice(client=alice, freelancer=bob)
    copy = Invoice.objects.get()
    copy.pk, copy.ref = None, "X"

    with pytest.raises(DatabaseError), transaction.atomic():
        copy.save(force_insert=True)
    assert Invoice.objects.count() == 1


def test_a_withdrawn_invoice_makes_room_for_another(alice: User, bob: User) -> None:
    first = given.submitted_invoice(client=alice, freelancer=bob)
    invoicing.withdraw(first.pk, by=bob, at=NOON + days(1))

    assert first.milestone_id
    second = invoicing.deliver(first.milestone_id, message="New.", by=bob, at=NOON + days(2))

    assert second.pk != first.pk
    assert second.number is None
    assert Invoice.objects.filter(state=Invoice.State.SUBMITTED).get() == second


def test_what_is_too_large_is_no_document(invoice: Invoice) -> None:
    line = invoice.says["lines"][0]
    too_many: Frozen = {**invoice.says, "lines": [line] * 501}
    too_long: Frozen = {**invoice.says, "about": ["x" * 5_000]}

    for bomb in (too_many, too_long):
        with pytest.raises(pdf.NotDrawn):
            pdf.draw(bomb, sha256="")
