"""Released money that was asked back, with a mediator."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import CreditNote, Invoice, RefundRequest
from invoices.queries.deadlines import next_due
from invoices.services import mediating_requests, refund_requests, released_requests
from tests import given
from tests.factories.people import MembershipFactory
from tests.given import EUR, NOON, days
from tests.given_disputes import mediator
from tests.invoices._race import race
from tests.invoices.books import broken_laws
from tests.invoices.test_ending_pages import consent
from tests.signing_in import session_of, with_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    return given.paid_invoice(client=alice, freelancer=bob)


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
