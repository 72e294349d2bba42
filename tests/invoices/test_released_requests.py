"""A client asks for money back that was released: it is the freelancer's to give."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import CreditNote, Invoice, RefundRequest
from invoices.queries.deadlines import next_due
from invoices.services import (
    mediating_requests,
    refund_requests,
    refund_silence,
    released_requests,
)
from ledger.queries.balances import balance
from tests import given
from tests.factories.people import MembershipFactory
from tests.given import EUR, NOON, days
from tests.given_disputes import mediator
from tests.invoices._race import race
from tests.invoices.test_ending_pages import consent
from tests.invoices.test_races import broken_laws
from tests.signing_in import session_of, with_second_factor

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


def pending(user: User) -> Money:
    return balance(f"freelancer:{given.organization(user).pk}:pending", "EUR")


def credit(user: User) -> Money:
    return balance(f"client:{given.organization(user).pk}:credit", "EUR")


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
    assert credit(alice) == EUR("318.00")  # 300, 5 % of it, and 20 % of that
    assert broken_laws() == []


def test_silence_closes_it_and_moves_nothing(asked: RefundRequest, alice: User, bob: User) -> None:
    assert refund_silence.answer_unanswered(at=LATER + days(6.9)) == []
    assert len(refund_silence.answer_unanswered(at=LATER + days(9))) == 1
    assert refund_silence.answer_unanswered(at=LATER + days(9)) == []

    closed = RefundRequest.objects.get()
    assert (closed.state, closed.answered_at) == ("closed", LATER + days(7))
    assert (pending(bob), credit(alice)) == (EUR("900.00"), EUR("0.00"))
    letters = Letter.objects.filter(key__contains="/closed/")
    assert sorted(it.email for it in letters) == ["alice@example.org", "bob@example.org"]


def test_refusing_moves_nothing_and_it_may_be_asked_again(
    asked: RefundRequest, invoice: Invoice, alice: User, bob: User
) -> None:
    with pytest.raises(WrongState, match="asked already"):
        released_requests.ask(invoice.pk, amount=EUR("1.00"), reason="x", by=alice, at=LATER)
    refund_requests.refuse(asked.pk, reason="It was in the first batch.", by=bob, at=LATER)

    assert (pending(bob), credit(alice)) == (EUR("900.00"), EUR("0.00"))
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
    assert credit(alice) == EUR("10.60")


def mediated(client: User, freelancer: User) -> RefundRequest:
    """300 of 1,000 were asked back and refused, and the client asked for a mediator."""
    invoice = given.paid_invoice(client=client, freelancer=freelancer)
    request = released_requests.ask(
        invoice.pk, amount=EUR("300.00"), reason="Late.", by=client, at=NOON + days(1)
    )
    refund_requests.refuse(request.pk, reason="No.", by=freelancer, at=NOON + days(2))
    return mediating_requests.dispute(request.pk, by=client, at=ASKED)


ASKED = NOON + days(3)


def test_in_mediation_the_freelancer_gives_a_part_back(alice: User, bob: User) -> None:
    request = mediated(alice, bob)
    with pytest.raises(WrongState):
        mediating_requests.dispute(request.pk, by=alice, at=ASKED)
    with pytest.raises(NotAllowed, match="that or less"):
        mediating_requests.agree(request.pk, amount=EUR("300.01"), by=bob, at=ASKED)
    with pytest.raises(NotYours):
        mediating_requests.agree(request.pk, amount=EUR("100.00"), by=alice, at=ASKED)
    op_id = uuid4()
    for _ in range(2):
        mediating_requests.agree(
            request.pk, amount=EUR("100.00"), by=bob, at=NOON + days(4), op_id=op_id
        )

    assert CreditNote.objects.get().net == EUR("100.00")
    assert RefundRequest.objects.get().state == "granted"
    assert broken_laws() == []


def test_a_mediator_advises_and_ends_it_and_nothing_moves(alice: User, bob: User) -> None:
    request, mia = mediated(alice, bob), mediator("mia")
    nina = mediator("nina")
    MembershipFactory.create(organization=given.organization(bob), user=nina)
    for by in (alice, nina):
        with pytest.raises(NotYours):
            mediating_requests.advise(request.pk, reason="Half of it.", by=by, at=ASKED)
        with pytest.raises(NotYours):
            mediating_requests.close(request.pk, reason="It is over.", by=by, at=ASKED)
    mediating_requests.advise(request.pk, reason="Half would be fair.", by=mia, at=ASKED)
    mediating_requests.close(request.pk, reason="You do not agree.", by=mia, at=ASKED)

    assert RefundRequest.objects.get().state == "closed"
    assert not CreditNote.objects.exists()
    assert Letter.objects.filter(text__contains="Half would be fair.").count() == 2
    assert Letter.objects.filter(text__contains="You do not agree.").count() == 2
    with pytest.raises(WrongState):
        mediating_requests.agree(request.pk, by=bob, at=ASKED)


def test_thirty_days_of_silence_close_it_as_of_that_day(alice: User, bob: User) -> None:
    request = mediated(alice, bob)
    assert next_due(after=ASKED) == ASKED + days(30)
    assert mediating_requests.close_unmediated(at=ASKED + days(29)) == []
    for _ in range(2):
        mediating_requests.close_unmediated(at=ASKED + days(40))
    request = RefundRequest.objects.get()
    assert (request.state, request.answered_at) == ("closed", ASKED + days(30))
    assert not CreditNote.objects.exists()


def test_one_thing_is_mediated_at_a_time_and_within_a_year(alice: User, bob: User) -> None:
    request = mediated(alice, bob)
    assert request.invoice

    def ask() -> RefundRequest:
        return released_requests.ask(
            request.invoice_id or 0, amount=EUR("1.00"), reason="x", by=alice, at=ASKED
        )

    with pytest.raises(WrongState, match="A mediator helps"):
        ask()
    mediating_requests.close(request.pk, reason="Over.", by=mediator("mia"), at=ASKED)
    refused = ask()
    refund_requests.refuse(refused.pk, reason="No.", by=bob, at=ASKED)
    another = ask()
    with pytest.raises(NotAllowed, match="comes first"):
        mediating_requests.dispute(refused.pk, by=alice, at=ASKED)
    with clock.pinned(ASKED):
        page = session_of(alice).get(refused.get_absolute_url())
    assert "that comes first." in page.text
    assert reverse("refund-request-mediation", args=[refused.ref]) not in page.text
    refund_requests.refuse(another.pk, reason="No.", by=bob, at=ASKED)
    with pytest.raises(NotAllowed, match="more than a year ago"):
        mediating_requests.dispute(refused.pk, by=alice, at=NOON + days(366))
    mediating_requests.dispute(refused.pk, by=alice, at=NOON + days(365))
    assert RefundRequest.objects.get(pk=refused.pk).state == "disputed"


def test_held_money_has_its_own_way(alice: User, bob: User) -> None:
    request = given.refund_request(client=alice, freelancer=bob)
    with pytest.raises(NotAllowed, match="Held money"):
        mediating_requests.dispute(request.pk, by=bob, at=NOON + days(1))


def test_mediation_by_its_pages_and_the_desk(alice: User, bob: User) -> None:
    at = clock.now()
    invoice = given.paid_invoice(client=alice, freelancer=bob, at=at)
    request = released_requests.ask(
        invoice.pk, amount=EUR("300.00"), reason="Late.", by=alice, at=at
    )
    asks = reverse("refund-request-mediation", args=[request.ref])
    browser = session_of(alice)
    assert asks in browser.get(request.get_absolute_url()).content.decode()
    assert browser.post(asks, consent(browser.get(asks))).status_code == 302
    assert browser.post(asks, {"op_id": str(uuid4())}).status_code == 422

    mia = mediator("mia")
    with_second_factor(mia)
    desk = reverse("admin:invoices_refundrequest_changelist")
    told = {
        "action": "advise",
        "_selected_action": [request.pk],
        "reason": "A third of it would be fair.",
        "decided": "1",
    }
    assert session_of(mia).post(desk, told).status_code == 302
    assert Letter.objects.filter(text__contains="A third of it").count() == 2

    gives = reverse("refund-request-agreement", args=[request.ref])
    his = session_of(bob)
    assert gives in his.get(request.get_absolute_url()).content.decode()
    form = consent(his.get(gives))
    assert his.post(gives, {**form, "amount": "301"}).status_code == 422
    assert his.post(gives, {**form, "amount": "100"}).status_code == 302
    assert CreditNote.objects.get().net == EUR("100.00")


@pytest.mark.django_db(transaction=True)
def test_agreeing_and_ending_at_once_have_one_outcome() -> None:
    alice = given.person("alice", country="AT")
    bob = given.person("bob", kind="freelancer", country="NO")
    request, mia = mediated(alice, bob), mediator("mia")
    agree = partial(mediating_requests.agree, request.pk, by=bob, at=ASKED)
    close = partial(mediating_requests.close, request.pk, reason="Over.", by=mia, at=ASKED)

    assert race([agree, close] * 8) == ["WrongState"] * 15 + ["done"]

    state = RefundRequest.objects.get().state
    assert CreditNote.objects.count() == (state == "granted")
    assert broken_laws() == []
