"""What a freelancer owes us is read by them alone, on their pages and in their letters."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from invoices.models import Invoice
from invoices.queries.money_trail import entries_of
from ledger.models import Entry
from payments.services import earnings
from tests import given
from tests.given import NOON, days
from tests.invoices.test_every_posting import shown
from tests.payments.test_debts import owes

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    """A quarter of what was paid for it was kept for what Bob owed."""
    owes(alice, bob)
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    earnings.make_available(at=NOON + days(30))
    assert Entry.objects.filter(kind="recover_debt").count() == 1
    return Invoice.objects.get(pk=invoice.pk)


def test_a_client_and_a_bank_read_nothing_of_a_debt(
    invoice: Invoice, alice: User, bob: User
) -> None:
    theirs, own = shown(invoice, alice), shown(invoice, bob)

    assert invoice.escrow
    told = entries_of(invoice.escrow, invoice)
    assert "make_available" in {entry.kind for entry in told}
    assert "recover_debt" not in {entry.kind for entry in told}
    for words in ("Kept for", "owes us", "debt"):
        assert words not in theirs
    assert "Kept for a debt" in own
    assert "What you owe us" in own
