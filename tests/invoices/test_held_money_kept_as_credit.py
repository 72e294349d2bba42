"""Who asks for held money back may keep it with us, for what comes next."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import FeeCreditNote, Milestone, RefundRequest
from invoices.services import refund_requests, refund_silence
from ledger.queries.balances import balance
from payments.models import Charge, GatewayCommand, Refund
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds, pending
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
ANSWERED = NOON + days(2)
OP_ID = UUID(int=17)


@pytest.fixture
def milestone(alice: User, bob: User) -> Milestone:
    return given.funded_milestone(client=alice, freelancer=bob)


def asked(milestone: Milestone, alice: User, keeps: str = "400.00") -> RefundRequest:
    return refund_requests.ask(
        milestone.pk, keeps=EUR(keeps), as_credit=True, by=alice, at=NOON + days(1)
    )


def credit(alice: User) -> object:
    return balance(f"client:{given.organization(alice).pk}:credit", "EUR")


@pytest.mark.parametrize(
    ("keeps", "kept", "earned"), [("400.00", "636.00", "360.00"), ("0.00", "1060.00", "0.00")]
)
def test_what_comes_back_is_credit_at_once(
    alice: User, bob: User, keeps: str, kept: str, earned: str
) -> None:
    it = asked(given.funded_milestone(client=alice, freelancer=bob), alice, keeps)

    for _ in range(2):
        refund_requests.grant(it.pk, by=bob, at=ANSWERED, op_id=OP_ID)
        given.jobs_done(at=ANSWERED)

    refund = Refund.objects.get()
    assert (refund.state, refund.amount, refund.sent_amount) == ("credited", EUR(kept), EUR("0.00"))
    assert refund.changes.get().reason == "its client wanted to keep it as credit"
    assert (credit(alice), pending(bob)) == (EUR(kept), EUR(earned))
    assert not GatewayCommand.objects.filter(kind="refund").exists()
    assert Charge.objects.get().refundable == EUR("1060.00")  # it can still be sent back later
    assert FeeCreditNote.objects.count() == 1
    letter = Letter.objects.filter(key__contains="granted").first()
    assert letter
    assert "keep it as credit, which is there at once" in letter.text
    assert_every_law_holds()


def test_silence_keeps_it_too(milestone: Milestone, alice: User) -> None:
    asked(milestone, alice)

    refund_silence.answer_unanswered(at=NOON + days(9))

    assert Refund.objects.get().state == "credited"
    assert credit(alice) == EUR("636.00")
    assert_every_law_holds()


def test_the_page_asks_which_and_says_what_becomes_of_it(
    milestone: Milestone, alice: User, bob: User
) -> None:
    client, url = session_of(alice), reverse("refund-request-new", args=[milestone.ref])
    with clock.pinned(NOON + days(1)):
        page = client.get(url, {f"keeps_{milestone.ref}": "400"})
        form = page.context["form"]
        sent = {name: form[name].value() or "" for name in form.fields}
        assert sent["back"] == "sent"
        assert client.post(url, {**sent, "back": "both"}).status_code == 422
        assert client.post(url, {**sent, "back": "kept"}).status_code == 302
        it = RefundRequest.objects.get()
        assert it.as_credit
        shown = client.get(it.get_absolute_url()).content.decode()
        assert "the money stays with us as your credit" in shown
        refund_requests.grant(it.pk, by=bob, at=NOON + days(1))
        assert "stayed with us as your credit" in client.get(it.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_sixteen_answers_keep_it_once(alice: User, bob: User) -> None:
    it = asked(given.funded_milestone(client=alice, freelancer=bob), alice)

    said = race([partial(refund_requests.grant, it.pk, by=bob, at=ANSWERED)] * 16)

    assert said == ["WrongState"] * 15 + ["done"]
    assert (credit(alice), Refund.objects.count()) == (EUR("636.00"), 1)
    assert_every_law_holds()
