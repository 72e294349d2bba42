"""What a freelancer owes us is read by them alone, on their pages and in their letters."""

from __future__ import annotations

import pytest

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import Invoice
from invoices.queries.money_trail import entries_of, stops_of, trail_of
from invoices.services import invoicing, owing
from ledger.models import Entry
from payments.services import earnings
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.test_every_posting import shown
from tests.payments.test_debts import owes

pytestmark = pytest.mark.django_db
LATER = NOON + days(30)


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    """A quarter of what was paid for it was kept for what Bob owed."""
    owes(alice, bob)
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    earnings.make_available(at=LATER)
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


def test_a_freelancer_reads_what_is_kept_and_what_is_left(
    invoice: Invoice, alice: User, bob: User
) -> None:
    assert stops(invoice, for_client=False) == {
        "Kept for what you owed": EUR("225.00"),
        "Available to withdraw": EUR("675.00"),
    }
    assert stops(invoice, for_client=True) == {"Available to withdraw": EUR("900.00")}
    staffs = stops_of(invoice.escrow, None, invoice, for_client=False, at=LATER, tells_debts=False)
    assert "Kept for what you owed" not in {stop.words for stop in staffs}
    letter = Letter.objects.get(key__contains="approved/freelancer")
    assert "You can withdraw what is not kept of it from" in letter.text
    assert "You owe €792.90, for money that went back" in letter.text
    assert "owe" not in Letter.objects.get(key__contains="approved/client").text


def test_the_letter_of_a_payment_says_what_is_kept(alice: User, bob: User) -> None:
    owes(alice, bob)
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    invoicing.approve(invoice.pk, by=alice, at=NOON)
    given.pay(owing.pay(invoice.pk, by=alice, at=NOON))

    letter = Letter.objects.get(key__contains="/paid/", subject__contains="is yours")
    assert "You can withdraw what is not kept of it from" in letter.text
    assert "You owe €792.90, for money that went back" in letter.text


def stops(invoice: Invoice, *, for_client: bool) -> dict[str, Money | None]:
    words = {"Kept for what you owed", "Available to withdraw"}
    found = trail_of(invoice, for_client=for_client, at=LATER).stops
    return {stop.words: stop.amount for stop in found if stop.words in words}
