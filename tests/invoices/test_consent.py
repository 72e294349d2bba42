"""Approvals as rows: limits, a second person, a lent name, and what clears them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from billing_site.people.services import memberships
from billing_site.platform.models import Letter
from invoices.models import Approval, Invoice
from invoices.queries.consent import consent_to
from invoices.services import invoicing
from invoices.services.consenting import Seen
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.books import pending
from tests.invoices.consented import LATER, approve, living, seat, want_two

SECOND = "needs a second approval"


def test_one_approval_is_a_row_and_enough(invoice: Invoice, alice: User, bob: User) -> None:
    approve(invoice, alice)

    row = Approval.objects.get()
    assert (row.by, row.on_behalf_of, row.round, row.seen) == (alice, None, 1, EUR("1000.00"))
    assert pending(bob) == EUR("900.00")


def test_silence_needs_nobody(invoice: Invoice, alice: User, anna: User, bob: User) -> None:
    want_two(alice)
    approve(invoice, anna)
    invoicing.approve_unanswered(at=NOON + days(14))

    assert pending(bob) == EUR("900.00")
    assert Invoice.objects.get().approved_by is None
    assert living() == ["Anna"]


def test_a_limit_is_a_limit(invoice: Invoice, ben: User, bob: User) -> None:
    with pytest.raises(NotYours, match=r"€1,000\.00 is more than Ben may approve\."):
        approve(invoice, ben)

    assert Approval.objects.count() == 0
    assert pending(bob) == EUR("0.00")


def test_a_large_sum_waits_for_a_second_person(
    invoice: Invoice, alice: User, anna: User, ben: User, bob: User
) -> None:
    want_two(alice)

    first = approve(invoice, anna)
    assert first.state == Invoice.State.SUBMITTED
    assert first.number is None
    assert pending(bob) == EUR("0.00")
    asked = Letter.objects.filter(subject__contains=SECOND).values_list("email", flat=True)
    assert list(asked) == [alice.email]  # Ben may not approve so much

    second = approve(invoice, alice, at=NOON + days(2))
    assert second.state == Invoice.State.PAID
    assert second.approved_by == alice
    assert living() == ["Anna", "Alice"]
    assert pending(bob) == EUR("900.00")


def test_what_is_not_above_takes_one(invoice: Invoice, alice: User, anna: User, bob: User) -> None:
    want_two(alice, above="1000.00")
    approve(invoice, anna)

    assert pending(bob) == EUR("900.00")


def test_one_person_is_not_two(invoice: Invoice, alice: User, anna: User, bob: User) -> None:
    want_two(alice)
    approve(invoice, anna)

    with pytest.raises(WrongState, match=r"Anna approved it on .* now it is the other's turn: Al"):
        approve(invoice, anna, at=NOON + days(2))
    assert pending(bob) == EUR("0.00")
    assert Approval.objects.count() == 1


def test_a_second_person_does_not_raise_a_limit(
    invoice: Invoice, alice: User, anna: User, ben: User, bob: User
) -> None:
    want_two(alice)
    approve(invoice, alice)

    with pytest.raises(NotYours):
        approve(invoice, ben)
    assert pending(bob) == EUR("0.00")


def test_a_rule_that_is_lifted_lets_the_first_one_be_enough(
    invoice: Invoice, alice: User, anna: User, bob: User
) -> None:
    want_two(alice)
    approve(invoice, anna)
    want_two(alice, above=None)

    approve(invoice, anna, at=NOON + days(2))
    assert pending(bob) == EUR("900.00")
    assert Approval.objects.count() == 1


def test_an_approval_of_somebody_who_left_does_not_count(
    invoice: Invoice, alice: User, anna: User, bob: User
) -> None:
    dora = given.member(alice, "dora", role="approver")
    want_two(alice)
    approve(invoice, anna)
    memberships.end(seat(anna).pk, by=alice, at=LATER)

    approve(invoice, alice, at=NOON + days(2))
    assert pending(bob) == EUR("0.00")
    approve(invoice, dora, at=NOON + days(2))
    assert pending(bob) == EUR("900.00")


def test_an_approval_above_a_limit_that_was_lowered_does_not_count(
    invoice: Invoice, alice: User, anna: User, bob: User
) -> None:
    want_two(alice)
    approve(invoice, anna)
    memberships.change(
        seat(anna).pk, role="approver", spending_limit=EUR("500.00"), by=alice, at=LATER
    )

    approve(invoice, alice, at=NOON + days(2))
    assert pending(bob) == EUR("0.00")
    assert consent_to(invoice, at=NOON + days(2)).others == []


@pytest.mark.parametrize("deed", ["return", "withdraw"])
def test_what_goes_back_is_looked_at_again(
    deed: str, invoice: Invoice, alice: User, anna: User, bob: User
) -> None:
    want_two(alice)
    approve(invoice, anna)
    if deed == "return":
        invoicing.return_(invoice.pk, reason="Darker.", by=alice, at=LATER)
    else:
        invoicing.withdraw(invoice.pk, by=bob, at=LATER)

    row = Approval.objects.get()
    assert row.cleared_at == LATER
    assert row.cleared_because
    if deed == "return":
        invoicing.submit(invoice.pk, message="Darker.", by=bob, at=NOON + days(2))
        approve(invoice, alice, at=NOON + days(2))
        assert pending(bob) == EUR("0.00")
        approve(invoice, anna, at=NOON + days(2))
        assert pending(bob) == EUR("900.00")


@pytest.mark.parametrize("seen", [Seen(EUR("999.00"), 1), Seen(EUR("1000.00"), 2)])
def test_what_was_not_seen_is_not_approved(
    seen: Seen, invoice: Invoice, alice: User, bob: User
) -> None:
    with pytest.raises(WrongState, match=r"asks for €1,000\.00 now"):
        approve(invoice, alice, seen=seen)

    assert Approval.objects.count() == 0
    assert pending(bob) == EUR("0.00")


REFUSED = [
    ("UPDATE invoices_approval SET by_id = by_id + 1", "never rewritten"),
    ("UPDATE invoices_approval SET seen = seen + 1", "never rewritten"),
    ("DELETE FROM invoices_approval", "never rewritten"),
    ("UPDATE invoices_approval SET cleared_at = at", "cleared_approval_says_why"),
    (
        """INSERT INTO invoices_approval (invoice_id, round, by_id, at, currency, seen,
           cleared_because) SELECT invoice_id, round, by_id, at, currency, seen, ''
           FROM invoices_approval""",
        "two people",
    ),
    (
        """INSERT INTO invoices_approval (invoice_id, round, by_id, at, currency, seen,
           cleared_because) SELECT a.invoice_id, a.round, u.id, a.at, a.currency, a.seen + 1, ''
           FROM invoices_approval AS a, people_user AS u WHERE u.name = 'Alice'""",
        "of its total",
    ),
    (
        """INSERT INTO invoices_approval (invoice_id, round, by_id, on_behalf_of_id, at, currency,
           seen, cleared_because) SELECT a.invoice_id, a.round, u.id, a.by_id, a.at, a.currency,
           a.seen, '' FROM invoices_approval AS a, people_user AS u WHERE u.name = 'Alice'""",
        "two people",
    ),
    (
        """UPDATE invoices_invoice SET state = 'approved', number = 'BOB-2026-000001',
           approved_by_id = (SELECT by_id FROM invoices_approval), approved_at = now(),
           issued_at = now(), frozen = '{}', verification_code = 'X'""",
        "when enough people agreed",
    ),
]


@pytest.mark.parametrize(("statement", "said"), REFUSED)
def test_the_database_refuses(
    statement: str, said: str, invoice: Invoice, alice: User, anna: User
) -> None:
    want_two(alice)
    approve(invoice, anna)

    with (
        pytest.raises(IntegrityError, match=said),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
