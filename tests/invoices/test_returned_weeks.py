"""Hours that the client asked about go back to them with an answer; their time stays as billed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice
from invoices.services import invoicing
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_world import live
from tests.invoices.books import broken_laws
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2026, 3, 10, 12, tzinfo=UTC)  # the day after the week was billed
SENT = "5f0b0c4e-5f0e-4a43-9a53-0d5a3c1f0b5a"


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    """Four hours at 50, paid, and sent back with a question."""
    given_payments.payment_method(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    given.wrote(contract, by=bob, start=NOON + days(1), minutes=240)
    live(NOON, TUESDAY)
    return invoicing.return_(Invoice.objects.get().pk, reason="Which calls?", by=alice, at=TUESDAY)


def page(invoice: Invoice) -> str:
    return reverse("invoice-submission", args=[invoice.ref])


def test_the_freelancer_hands_the_week_in_again_from_its_page(invoice: Invoice, bob: User) -> None:
    browser = session_of(bob)
    with clock.pinned(TUESDAY):
        found = browser.get(invoice.get_absolute_url()).content.decode()
        assert page(invoice) in found
        shown = browser.get(page(invoice))
        said = shown.content.decode()
        assert "Alice &amp; Co has 5 days. Without an answer it counts as approved." in said
        assert "A week can be corrected until Monday, 12:00 UTC" in said
        form = {name: str(shown.context["form"][name].value() or "") for name in ANSWERED}
        sent = [browser.post(page(invoice), form | {"message": "Both of Tuesday."}) for _ in "ab"]

    assert [it.status_code for it in sent] == [302, 302]
    invoice.refresh_from_db()
    assert (invoice.state, invoice.round) == ("submitted", 2)
    assert invoice.answer_by == TUESDAY + timedelta(days=5)
    assert invoice.changes.filter(step="submit").count() == 2  # Monday's, and this once.

    live(TUESDAY, TUESDAY + days(6))

    invoice.refresh_from_db()
    assert (invoice.state, invoice.approved_at) == ("paid", TUESDAY + days(5))
    assert invoice.gross == EUR("200.00")
    assert broken_laws() == []


ANSWERED = ("seen_price", "seen_pays", "seen_gets", "op_id")


def test_without_an_answer_in_words_nothing_is_sent(invoice: Invoice, bob: User) -> None:
    with clock.pinned(TUESDAY):
        refused = session_of(bob).post(page(invoice), {"message": " "})

    assert refused.status_code == 422
    invoice.refresh_from_db()
    assert invoice.state == Invoice.State.RETURNED


def test_the_client_has_no_such_page(invoice: Invoice, alice: User) -> None:
    with clock.pinned(TUESDAY):
        assert session_of(alice).get(page(invoice)).status_code == 404
        assert (
            page(invoice) not in session_of(alice).get(invoice.get_absolute_url()).content.decode()
        )
