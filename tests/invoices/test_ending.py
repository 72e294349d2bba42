"""How a contract ends while money is held: who keeps what, who is asked, what silence does."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import Contract, FeeInvoice, Invoice, Milestone, RefundRequest
from invoices.services import ending, invoicing, refund_requests, refund_silence
from invoices.taxing import Treatment
from ledger.models import Entry
from ledger.queries.balances import balance
from payments.models import Escrow, Lot, Refund
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.test_races import broken_laws

pytestmark = pytest.mark.django_db

LATER = NOON + days(1)
DEADLINE = NOON + days(7)


@pytest.fixture
def request_(alice: User, bob: User) -> RefundRequest:
    """Alice ended at noon and lets Bob keep 400 of 1,000."""
    return given.refund_request(client=alice, freelancer=bob)


def pending(user: User) -> Money:
    return balance(f"freelancer:{given.organization(user).pk}:pending", "EUR")


def states() -> tuple[str, str, str]:
    return (
        Contract.objects.get().state,
        Milestone.objects.get().state,
        RefundRequest.objects.latest("pk").state,
    )


def nothing_moved(bob: User) -> bool:
    """Only the funding is in the books, and nothing is Bob's."""
    kinds = set(Entry.objects.values_list("kind", flat=True))
    return kinds == {"fund_escrow", "settle_provider_line"} and pending(bob) == EUR("0.00")


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


def test_vat_and_odd_cents_go_where_their_part_goes(alice: User, bob: User) -> None:
    request = given.refund_request(
        client=alice,
        freelancer=bob,
        price=EUR("999.99"),
        keeps=EUR("333.33"),
        treatment=Treatment("standard", 1_900, ""),  # type: ignore[arg-type]
    )
    refund_requests.grant(request.pk, by=bob, at=LATER)

    invoice, escrow = Invoice.objects.get(), Escrow.objects.get()
    assert (invoice.net, invoice.tax) == (EUR("333.33"), EUR("63.33"))
    assert escrow.gross == EUR("1189.99")
    assert (escrow.released, escrow.refunded) == (EUR("396.66"), EUR("793.33"))
    assert balance(f"escrow:{escrow.ref}", "EUR") == EUR("0.00")
    assert balance(f"deferred:client_fee:{escrow.ref}", "EUR") == EUR("0.00")
    assert broken_laws() == []


def test_nothing_for_the_freelancer_leaves_no_invoice(alice: User, bob: User) -> None:
    request = given.refund_request(client=alice, freelancer=bob, keeps=EUR("0.00"))

    refund_requests.grant(request.pk, by=bob, at=LATER)

    assert not Invoice.objects.exists()
    assert Refund.objects.get().amount == EUR("1060.00")
    assert pending(bob) == EUR("0.00")
    assert states() == ("ended", "closed", "granted")
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


@pytest.mark.parametrize("keeps", ["-0.01", "1000.01"])
def test_a_figure_lies_between_nothing_and_all(keeps: str, alice: User, bob: User) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob)

    with pytest.raises(NotAllowed, match=r"between nothing and €1,000\.00"):
        ending.end(milestone.contract_id, keeps={milestone.ref: EUR(keeps)}, by=alice, at=LATER)
    assert Contract.objects.get().state == "active"


def test_a_figure_binds_like_an_approval(alice: User, bob: User) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob)
    small = given.member(alice, "Small", role="approver", limit=EUR("399.99"))
    keeps = {milestone.ref: EUR("400.00")}

    with pytest.raises(NotYours, match=r"approve €400\.00"):
        ending.end(milestone.contract_id, keeps=keeps, by=small, at=LATER)

    client = given.organization(alice)
    client.second_approval_above = EUR("300.00")
    client.save()
    with pytest.raises(NotAllowed, match=r"Two people approve €400\.00"):
        ending.end(milestone.contract_id, keeps=keeps, by=alice, at=LATER)
    assert Contract.objects.get().state == "active"
    assert nothing_moved(bob)


def test_time_that_is_over_is_over_before_the_sweep_has_come(
    request_: RefundRequest, alice: User, bob: User
) -> None:
    with pytest.raises(WrongState, match="counts as granted"):
        refund_requests.refuse(request_.pk, reason="No.", by=bob, at=DEADLINE)
    with pytest.raises(WrongState, match="counts as granted"):
        refund_requests.pay_in_full(request_.milestone_id, by=alice, at=DEADLINE)  # type: ignore[arg-type]
    with pytest.raises(WrongState, match="counts as granted"):
        refund_requests.ask(
            request_.milestone_id,  # type: ignore[arg-type]
            keeps=EUR("0.00"),
            by=alice,
            at=DEADLINE,
        )
    assert states() == ("ending", "funded", "asked")


def test_both_sides_are_reminded_once(request_: RefundRequest) -> None:
    assert refund_silence.remind(at=NOON + days(4.9)) == []
    assert len(refund_silence.remind(at=NOON + days(5.5))) == 1
    assert refund_silence.remind(at=NOON + days(5.6)) == []

    letters = Letter.objects.filter(key__contains="/reminder/")
    assert sorted(letter.email for letter in letters) == ["alice@example.org", "bob@example.org"]
    assert {letter.written_at for letter in letters} == {NOON + days(5)}


COLUMNS = (
    "contract_id, kind, milestone_id, currency, held, offered_net, offered, reason, asked_by_id,"
    " asked_at, answer_by, state"
)
ILLEGAL = [
    ("UPDATE invoices_refundrequest SET state = 'asleep', answered_at = now()", "asleep"),
    ("UPDATE invoices_refundrequest SET state = 'granted'", "answered_request_says_since_when"),
    ("UPDATE invoices_refundrequest SET offered = 1", "What was asked for does not change"),
    (
        "UPDATE invoices_refundrequest SET answer_by = answer_by + interval '1 day'",
        "What was asked for does not change",
    ),
    (
        f"INSERT INTO invoices_refundrequest (ref, {COLUMNS}) SELECT 'X', {COLUMNS}"  # noqa: ISC004
        " FROM invoices_refundrequest",
        "held_money_is_asked_for_once_at_a_time",
    ),
]


@pytest.mark.parametrize(("sql", "said"), ILLEGAL)
def test_the_database_refuses(sql: str, said: str, request_: RefundRequest) -> None:
    with (
        pytest.raises(Exception, match=said),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("held", "offered", "name"),
    [
        ("1000", "1000", "request_asks_for_something_that_is_there"),
        ("1000", "-1", "request_asks_for_something_that_is_there"),
    ],
)
def test_a_request_asks_for_something(
    held: str, offered: str, name: str, alice: User, bob: User
) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        RefundRequest.objects.create(
            contract=milestone.contract,
            kind="held",
            milestone=milestone,
            currency="EUR",
            held=EUR(held),
            offered_net=EUR(offered),
            offered=EUR(offered),
            asked_by=alice,
            asked_at=NOON,
            answer_by=DEADLINE,
        )
