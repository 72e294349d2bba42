"""How a contract ends while money is held: who keeps what, who is asked, what silence does."""

from __future__ import annotations

from uuid import uuid4

import pytest

from billing_site.kernel.transitions import NotAllowed, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import Contract, FeeInvoice, Invoice, Milestone, RefundRequest
from invoices.services import ending, invoicing, refund_requests, refund_silence
from ledger.models import Entry
from ledger.queries.balances import balance
from payments.models import Escrow, Lot, Refund
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.asked_back import nothing_moved, states
from tests.invoices.books import broken_laws, pending

pytestmark = pytest.mark.django_db
LATER = NOON + days(1)
DEADLINE = NOON + days(7)


def test_ending_asks_for_what_the_freelancer_is_not_to_keep(
    request_: RefundRequest, bob: User
) -> None:
    assert (request_.held, request_.offered, request_.amount) == (
        EUR("1000.00"),
        EUR("400.00"),
        EUR("600.00"),
    )
    assert request_.answer_by == DEADLINE
    assert states() == ("ending", "funded", "asked")
    asked = Letter.objects.get(key__startswith=f"refundrequest/{request_.ref}/asked")
    assert asked.email == "bob@example.org"
    assert "€600.00" in asked.text
    assert "you keep €400.00" in asked.text
    assert nothing_moved(bob)


def test_release_400_of_1000_end_freelancer_silent_7_days(
    request_: RefundRequest, alice: User, bob: User
) -> None:
    """400 paid, 600 refunded, fee 5 % of 600 credited (with its VAT of 20 %)."""
    assert refund_silence.answer_unanswered(at=DEADLINE - days(0.01)) == []
    assert nothing_moved(bob)

    # The worker was away for three days: nobody's dates are later for it.
    assert len(refund_silence.answer_unanswered(at=DEADLINE + days(3))) == 1
    assert refund_silence.answer_unanswered(at=DEADLINE + days(3)) == []

    assert states() == ("ended", "closed", "granted")
    assert Contract.objects.get().ended_at == DEADLINE
    assert pending(bob) == EUR("360.00")  # 400 less 10 %
    assert Refund.objects.get().amount == EUR("636.00")  # 600, 5 % of it, and 20 % of that
    escrow = Escrow.objects.get()
    assert (escrow.state, escrow.released, escrow.refunded) == (
        "split",
        EUR("400.00"),
        EUR("600.00"),
    )
    assert balance("income:client_fee", "EUR") == EUR("20.00")  # 5 % of what was paid for
    assert balance("tax:vat:AT", "EUR") == EUR("4.00")
    for entry in Entry.objects.filter(kind__in=["release_escrow", "refund_from_escrow"]):
        assert entry.occurred_at == DEADLINE
    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.gross, invoice.number) == (
        "paid",
        EUR("400.00"),
        "BOB-2026-000001",
    )
    assert (invoice.approved_at, invoice.approved_by) == (DEADLINE, alice)
    assert Lot.objects.get().document == f"invoice/{invoice.ref}"
    assert FeeInvoice.objects.get(side="freelancer").net == EUR("40.00")
    assert broken_laws() == []


def test_the_freelancer_grants_at_once_and_only_once(
    request_: RefundRequest, alice: User, bob: User
) -> None:
    form = uuid4()
    refund_requests.grant(request_.pk, by=bob, at=LATER, op_id=form)
    refund_requests.grant(request_.pk, by=bob, at=LATER, op_id=form)  # the same form
    with pytest.raises(WrongState, match="was faster"):
        refund_requests.grant(request_.pk, by=bob, at=LATER)
    with pytest.raises(WrongState):
        refund_requests.refuse(request_.pk, reason="No.", by=bob, at=LATER)
    with pytest.raises(NotAllowed, match="Nothing is held"):
        refund_requests.pay_in_full(request_.milestone_id, by=alice, at=LATER)  # type: ignore[arg-type]

    assert states() == ("ended", "closed", "granted")
    assert pending(bob) == EUR("360.00")
    assert Refund.objects.count() == 1
    assert Invoice.objects.get().submitted_by is None
    told = Letter.objects.filter(key__contains="/granted/").values_list("email", flat=True)
    assert sorted(told) == ["alice@example.org", "bob@example.org"]
    assert broken_laws() == []


def test_all_for_the_freelancer_asks_nobody(alice: User, bob: User) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob)

    ending.end(milestone.contract_id, keeps={milestone.ref: EUR("1000.00")}, by=alice, at=LATER)
    assert not RefundRequest.objects.exists()
    given.jobs_done(at=LATER)
    refund_requests.pay_as_decided(milestone.pk, decided_by=alice, at=LATER)  # the job, again

    assert Invoice.objects.get().state == "paid"
    assert pending(bob) == EUR("900.00")
    assert not Refund.objects.exists()
    assert Contract.objects.get().state == "ended"
    assert broken_laws() == []


def test_refused_money_stays_held_until_both_agree(
    request_: RefundRequest, alice: User, bob: User
) -> None:
    with pytest.raises(NotAllowed, match="Say why"):
        refund_requests.refuse(request_.pk, reason=" ", by=bob, at=LATER)
    refund_requests.refuse(request_.pk, reason="It is nearly done.", by=bob, at=LATER)

    assert states() == ("ending", "funded", "refused")
    assert refund_silence.answer_unanswered(at=DEADLINE + days(30)) == []
    assert nothing_moved(bob)
    letters = Letter.objects.filter(key__contains="/refused/")
    assert sorted(letter.email for letter in letters) == ["alice@example.org", "bob@example.org"]
    assert all("It is nearly done." in letter.text for letter in letters)
    assert all("can open a dispute" in letter.text for letter in letters)

    milestone = Milestone.objects.get()
    again = refund_requests.ask(milestone.pk, keeps=EUR("700.00"), by=alice, at=LATER + days(1))
    assert again.answer_by == LATER + days(8)
    refund_requests.grant(again.pk, by=bob, at=LATER + days(2))
    assert pending(bob) == EUR("630.00")
    assert Contract.objects.get().state == "ended"
    assert broken_laws() == []


def test_paying_in_full_withdraws_the_request(
    request_: RefundRequest, alice: User, bob: User
) -> None:
    milestone = Milestone.objects.get()
    form = uuid4()
    for _ in range(2):
        refund_requests.pay_in_full(milestone.pk, by=alice, at=LATER, op_id=form)

    assert states() == ("ended", "closed", "withdrawn")
    assert pending(bob) == EUR("900.00")
    assert not Refund.objects.exists()
    assert Invoice.objects.get().approved_by == alice
    assert broken_laws() == []


def test_what_is_under_review_is_reviewed_to_its_end(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)

    ending.end(invoice.contract_id, by=alice, at=LATER)
    assert Contract.objects.get().state == "ending"
    assert not RefundRequest.objects.exists()
    milestone = Milestone.objects.get()
    with pytest.raises(NotAllowed, match="approve it, or ask for changes"):
        refund_requests.ask(milestone.pk, keeps=EUR("1.00"), by=alice, at=LATER)

    invoicing.return_(invoice.pk, reason="Not what we agreed.", by=alice, at=LATER)
    refund_requests.ask(milestone.pk, keeps=EUR("100.00"), by=alice, at=LATER)
    with pytest.raises(NotAllowed, match="answer that first"):
        invoicing.deliver(milestone.pk, message="Again.", by=bob, at=LATER)

    refund_silence.answer_unanswered(at=LATER + days(7))
    kept = Invoice.objects.order_by("pk").values_list("state", "gross")
    assert list(kept) == [("withdrawn", 1000), ("paid", 100)]
    assert Contract.objects.get().state == "ended"
    assert broken_laws() == []


def test_an_owed_invoice_keeps_a_contract_ending_until_it_is_paid(alice: User, bob: User) -> None:
    from invoices.services import owing

    invoice = given.owed_invoice(client=alice, freelancer=bob)
    ending.end(invoice.contract_id, by=bob, at=LATER)
    assert Contract.objects.get().state == "ending"

    invoicing.approve(invoice.pk, by=alice, at=LATER)
    assert Contract.objects.get().state == "ending"
    given.pay(owing.pay(invoice.pk, by=alice, at=LATER), at=LATER + days(1))

    ended = Contract.objects.get()
    assert (ended.state, ended.ended_at) == ("ended", LATER + days(1))


def test_a_withdrawn_invoice_lets_a_contract_end(alice: User, bob: User) -> None:
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    ending.end(invoice.contract_id, by=alice, at=LATER)

    invoicing.withdraw(invoice.pk, by=bob, at=LATER)

    assert Contract.objects.get().state == "ended"


def test_a_freelancer_answers_before_they_end(alice: User, bob: User) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob)
    asked = refund_requests.ask(milestone.pk, keeps=EUR("400.00"), by=alice, at=NOON)

    with pytest.raises(NotAllowed, match="answer that first"):
        ending.end(milestone.contract_id, by=bob, at=LATER)
    refund_requests.grant(asked.pk, by=bob, at=LATER)
    assert Contract.objects.get().state == "active"  # the contract went on
    ending.end(milestone.contract_id, by=bob, at=LATER)
    assert Contract.objects.get().state == "ended"
