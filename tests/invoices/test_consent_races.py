"""Several who agree to one invoice at the same moment: it is issued once, and nobody is two."""

from __future__ import annotations

from functools import partial

import pytest

from billing_site.people.models import User
from billing_site.people.services import organizations
from invoices.models import Approval, Invoice
from invoices.services import invoicing
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import people, race
from tests.invoices.books import broken_laws, pending
from tests.invoices.test_races import THREADS

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_who_are_needed_counts_once_however_often_they_press() -> None:
    alice, bob = people()
    anna = given.member(alice, "Anna", role="approver")
    want_two(alice)
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    approve = partial(invoicing.approve, invoice.pk, by=anna, at=NOON + days(1))

    assert race([approve] * THREADS) == ["WrongState"] * (THREADS - 1) + ["done"]
    assert Approval.objects.count() == 1
    assert pending(bob) == EUR("0.00")
    assert broken_laws() == []


def test_second_approvers_at_once_issue_once() -> None:
    alice, bob = people()
    approvers = [given.member(alice, f"Anna {n}", role="approver") for n in range(THREADS)]
    want_two(alice)
    for _ in range(3):
        invoice = given.submitted_invoice(client=alice, freelancer=bob)
        invoicing.approve(invoice.pk, by=alice, at=NOON)
        before = pending(bob)
        deeds = [
            partial(invoicing.approve, invoice.pk, by=each, at=NOON + days(1)) for each in approvers
        ]

        assert race(deeds) == ["WrongState"] * (THREADS - 1) + ["done"]
        assert pending(bob) == before + EUR("900.00")
        assert invoice.changes.filter(step="approve").count() == 1
        assert invoice.approvals.count() == 2
    assert broken_laws() == []


def test_two_first_approvers_at_once_are_enough() -> None:
    """Each would wait for the other, had the second not seen the first's row."""
    alice, bob = people()
    anna = given.member(alice, "Anna", role="approver")
    want_two(alice)
    for _ in range(3):
        invoice = given.submitted_invoice(client=alice, freelancer=bob)
        before = pending(bob)
        deeds = [
            partial(invoicing.approve, invoice.pk, by=each, at=NOON + days(1))
            for each in (alice, anna)
        ]

        assert race(deeds) == ["done", "done"]
        assert pending(bob) == before + EUR("900.00")


def test_a_request_for_changes_and_a_second_approval_have_one_outcome() -> None:
    alice, bob = people()
    anna = given.member(alice, "Anna", role="approver")
    want_two(alice)
    for _ in range(3):
        invoice = given.submitted_invoice(client=alice, freelancer=bob)
        invoicing.approve(invoice.pk, by=alice, at=NOON)
        before = pending(bob)
        approve = partial(invoicing.approve, invoice.pk, by=anna, at=NOON + days(1))
        return_ = partial(
            invoicing.return_, invoice.pk, reason="Darker.", by=anna, at=NOON + days(1)
        )

        assert race([approve, return_]) == ["WrongState", "done"]
        invoice = Invoice.objects.get(pk=invoice.pk)
        is_paid = invoice.state == Invoice.State.PAID
        assert pending(bob) == before + (EUR("900.00") if is_paid else EUR("0.00"))
        assert invoice.approvals.living().count() == (2 if is_paid else 0)
    assert broken_laws() == []


def want_two(alice: User) -> None:
    given.member(alice, "Olga", role="owner")
    organizations.want_two_above(
        given.organization(alice).pk, amount=EUR("500.00"), by=alice, at=NOON
    )
