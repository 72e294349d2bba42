"""Approving in a lent name."""

from __future__ import annotations

from datetime import datetime

import pytest

from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from billing_site.people.services import delegations
from invoices.models import Approval, Invoice
from invoices.services import invoicing
from tests import given
from tests.factories.people import MembershipFactory
from tests.given import EUR, NOON, days
from tests.invoices.books import pending
from tests.invoices.consented import approve, living, seat, want_two


def lend(of: User, to: User, *, at: datetime = NOON) -> None:
    delegations.begin(
        seat(of).pk, to_member_id=seat(to).pk, since=at, until=at + days(7), by=of, at=at
    )


def test_a_lent_name_reaches_as_far_as_its_owners_limit(
    invoice: Invoice, alice: User, ben: User, bob: User
) -> None:
    lend(alice, ben)
    approve(invoice, ben)

    row = Approval.objects.get()
    assert (row.by, row.on_behalf_of) == (ben, alice)
    assert Invoice.objects.get().approved_by == ben
    assert pending(bob) == EUR("900.00")


def test_a_lent_name_comes_back(invoice: Invoice, alice: User, ben: User, bob: User) -> None:
    lend(alice, ben)

    with pytest.raises(NotYours):
        approve(invoice, ben, at=NOON + days(7))
    assert pending(bob) == EUR("0.00")


def test_ones_own_name_comes_first(invoice: Invoice, alice: User, anna: User) -> None:
    lend(alice, anna)
    approve(invoice, anna)

    assert Approval.objects.get().on_behalf_of is None


def test_a_delegate_and_the_name_they_use_are_one_person(
    invoice: Invoice, alice: User, anna: User, ben: User, bob: User
) -> None:
    want_two(alice)
    lend(alice, ben)
    approve(invoice, alice)

    with pytest.raises(NotYours, match="also for those who are away"):
        approve(invoice, ben)
    assert pending(bob) == EUR("0.00")


def test_a_delegate_is_the_second_person_beside_a_third(
    invoice: Invoice, alice: User, anna: User, ben: User, bob: User
) -> None:
    want_two(alice)
    lend(alice, ben)
    approve(invoice, anna)
    approve(invoice, ben)

    assert pending(bob) == EUR("900.00")
    assert living() == ["Anna", "Ben in the name of Alice"]


def test_who_approved_in_a_lent_name_is_not_also_the_second(
    invoice: Invoice, alice: User, anna: User, ben: User, bob: User
) -> None:
    want_two(alice)
    lend(alice, ben)
    approve(invoice, ben)

    for one_of_them in (ben, alice):
        with pytest.raises(WrongState, match="Ben in the name of Alice approved it"):
            approve(invoice, one_of_them)
    approve(invoice, anna)
    assert pending(bob) == EUR("900.00")


def test_a_name_does_not_approve_what_its_owner_submitted(
    anna: User, ben: User, alice: User, bob: User
) -> None:
    """Anna works for Bob's side, too; whoever uses her name would approve her own work."""
    ours = seat(anna)
    milestone = given.funded_milestone(client=alice, freelancer=bob)
    MembershipFactory.create(organization=given.organization(bob), user=anna, role="approver")
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=anna, at=NOON)
    times = {"since": NOON, "until": NOON + days(7), "at": NOON}
    delegations.begin(ours.pk, to_member_id=seat(ben).pk, by=anna, **times)

    for one_of_them in (anna, ben):
        with pytest.raises(NotYours):
            approve(invoice, one_of_them)
    assert pending(bob) == EUR("0.00")
