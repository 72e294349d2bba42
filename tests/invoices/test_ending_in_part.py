"""A part of held money is the freelancer's when a contract ends; what the database refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import Contract, Invoice, RefundRequest
from invoices.services import ending, refund_requests, refund_silence
from invoices.taxing import Treatment
from ledger.queries.balances import balance
from payments.models import Escrow, Refund
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.asked_back import nothing_moved, states
from tests.invoices.books import broken_laws, pending

pytestmark = pytest.mark.django_db
LATER = NOON + days(1)
DEADLINE = NOON + days(7)


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
    "contract_id, kind, milestone_id, currency, held, offered_net, offered, as_credit, reason,"
    " asked_by_id, asked_at, answer_by, state"
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
