"""A client asks for money back that was released: it is the freelancer's to give."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import CreditNote, Invoice, RefundRequest
from invoices.services import mediating_requests, refund_requests, refund_silence, released_requests
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.books import broken_laws, credit_of, pending
from tests.invoices.test_ending_pages import consent
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
LATER = NOON + days(1)


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    return given.paid_invoice(client=alice, freelancer=bob)


@pytest.fixture
def asked(invoice: Invoice, alice: User) -> RefundRequest:
    return released_requests.ask(
        invoice.pk, amount=EUR("300.00"), reason="One file is missing.", by=alice, at=LATER
    )


def test_granting_credits_the_invoice_once(
    asked: RefundRequest, invoice: Invoice, alice: User, bob: User
) -> None:
    form = uuid4()
    for _ in range(2):
        refund_requests.grant(asked.pk, by=bob, at=LATER + days(1), op_id=form)
    with pytest.raises(WrongState, match="was faster"):
        refund_requests.grant(asked.pk, by=bob, at=LATER + days(1))

    assert RefundRequest.objects.get().state == "granted"
    note = CreditNote.objects.get()
    assert (note.invoice_id, note.gross) == (invoice.pk, EUR("300.00"))
    assert pending(bob) == EUR("630.00")  # 700 less 10 %
    assert credit_of(alice) == EUR("318.00")  # 300, 5 % of it, and 20 % of that
    assert broken_laws() == []


def test_silence_closes_it_and_moves_nothing(asked: RefundRequest, alice: User, bob: User) -> None:
    assert refund_silence.answer_unanswered(at=LATER + days(6.9)) == []
    assert len(refund_silence.answer_unanswered(at=LATER + days(9))) == 1
    assert refund_silence.answer_unanswered(at=LATER + days(9)) == []

    closed = RefundRequest.objects.get()
    assert (closed.state, closed.answered_at) == ("closed", LATER + days(7))
    assert (pending(bob), credit_of(alice)) == (EUR("900.00"), EUR("0.00"))
    letters = Letter.objects.filter(key__contains="/closed/")
    assert sorted(it.email for it in letters) == ["alice@example.org", "bob@example.org"]


def test_refusing_moves_nothing_and_it_may_be_asked_again(
    asked: RefundRequest, invoice: Invoice, alice: User, bob: User
) -> None:
    with pytest.raises(WrongState, match="asked already"):
        released_requests.ask(invoice.pk, amount=EUR("1.00"), reason="x", by=alice, at=LATER)
    refund_requests.refuse(asked.pk, reason="It was in the first batch.", by=bob, at=LATER)

    assert (pending(bob), credit_of(alice)) == (EUR("900.00"), EUR("0.00"))
    released_requests.ask(invoice.pk, amount=EUR("1.00"), reason="x", by=alice, at=LATER)


def test_who_may_ask_for_what(invoice: Invoice, alice: User, bob: User, charlie: User) -> None:
    def ask(amount: str, by: User, *, reason: str = "It is late.", after: float = 1) -> None:
        released_requests.ask(
            invoice.pk, amount=EUR(amount), reason=reason, by=by, at=NOON + days(after)
        )

    for stranger in (bob, charlie):
        with pytest.raises(NotYours):
            ask("10.00", stranger)
    for amount in ("0.00", "1000.01"):
        with pytest.raises(NotAllowed, match=r"€1,000\.00 is left"):
            ask(amount, alice)
    with pytest.raises(NotAllowed, match="Say why"):
        ask("10.00", alice, reason=" ")
    with pytest.raises(NotAllowed, match="more than a year ago"):
        ask("10.00", alice, after=366)
    assert not RefundRequest.objects.exists()


def test_what_was_not_paid_is_not_asked_back(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    with pytest.raises(WrongState, match="nothing of it was paid"):
        released_requests.ask(invoice.pk, amount=EUR("1.00"), reason="x", by=alice, at=LATER)


def test_by_its_pages(alice: User, bob: User) -> None:
    from billing_site.platform import clock

    invoice = given.paid_invoice(client=alice, freelancer=bob, at=clock.now() - days(1))
    client, url = session_of(alice), reverse("invoice-refund-request", args=[invoice.ref])
    assert "Ask for a part of it back" in client.get(invoice.get_absolute_url()).content.decode()
    page = client.get(url)

    too_much = client.post(url, consent(page) | {"amount": "2000", "reason": "Late."})
    assert too_much.status_code == 422
    assert client.post(url, consent(page) | {"amount": "", "reason": ""}).status_code == 422
    assert not RefundRequest.objects.exists()
    assert client.post(url, consent(page) | {"amount": "10", "reason": "Late."}).status_code == 302

    asked = RefundRequest.objects.get()
    shown = session_of(bob).get(asked.get_absolute_url())
    assert "Without an answer it is closed" in shown.content.decode()
    agreed = session_of(bob).post(
        reverse("refund-request-consent", args=[asked.ref]), consent(shown)
    )
    assert agreed.status_code == 302
    assert credit_of(alice) == EUR("10.60")


def test_held_money_has_its_own_way(alice: User, bob: User) -> None:
    request = given.refund_request(client=alice, freelancer=bob)
    with pytest.raises(NotAllowed, match="Held money"):
        mediating_requests.dispute(request.pk, by=bob, at=NOON + days(1))
