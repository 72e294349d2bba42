"""A form about terms or money that is sent again gets its own answer, not the newest there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from billing_site.kernel.transitions import WrongState
from billing_site.people.models import User
from billing_site.people.services import invitations, organizations
from disputes.services import support
from invoices.models import Contract
from invoices.services import ending, hourly_terms, late_fees, milestones, owing, rate_proposals
from payments.models import Charge
from payments.services import charging
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.test_late_fees import A_MONTH, owed

pytestmark = pytest.mark.django_db
Press = Callable[[UUID], Any]


def each_anew(press: Callable[[UUID, int, datetime], Any]) -> Press:
    """A form keeps what it says and when it was sent first; the next one says something else."""
    first: dict[UUID, tuple[int, datetime]] = {}

    def again(op_id: UUID) -> Any:
        number, at = first.setdefault(op_id, (len(first), NOON + days(60 * len(first))))
        return press(op_id, number, at)

    return again


def limits(alice: User, bob: User) -> Press:
    pk = given.hourly_contract(client=alice, freelancer=bob).pk
    change = hourly_terms.change_limit
    return each_anew(
        lambda op_id, number, at: change(pk, (25 + number) * 60, by=alice, at=at, op_id=op_id)
    )


def rates(alice: User, bob: User) -> Press:
    pk = given.hourly_contract(client=alice, freelancer=bob).pk
    return each_anew(
        lambda op_id, number, at: hourly_terms.change_rate(
            pk, EUR(f"{60 + number}.00"), by=alice, at=at + days(1), op_id=op_id
        )
    )


def proposals(alice: User, bob: User) -> Press:
    pk = given.hourly_contract(client=alice, freelancer=bob).pk
    return each_anew(
        lambda op_id, _, at: rate_proposals.propose(
            pk, EUR("60.00"), by=bob, at=at + days(1), op_id=op_id
        )
    )


def fundings(alice: User, bob: User) -> Press:
    pk = given.planned_milestone(client=alice, freelancer=bob).pk

    def press(op_id: UUID, number: int, at: datetime) -> Charge:
        if number and Charge.objects.count() == 1:
            charging.cancel(Charge.objects.get().pk, by=alice, at=at)
        return milestones.begin_funding(pk, by=alice, at=at, op_id=op_id)

    return each_anew(press)


def payments(alice: User, bob: User) -> Press:
    pk = owed(alice, bob).pk
    return each_anew(lambda op_id, _, at: owing.pay(pk, by=alice, at=at, op_id=op_id))


def waivers(alice: User, bob: User) -> Press:
    pk = owed(alice, bob, **A_MONTH).pk
    return each_anew(lambda op_id, _, at: late_fees.waive(pk, by=bob, at=at, op_id=op_id))


def invited(alice: User, _bob: User) -> Press:
    pk = given.organization(alice).pk
    facts: dict[str, Any] = {"email": "eve@example.org", "role": "viewer", "by": alice}
    return each_anew(lambda op_id, _, at: invitations.invite(pk, **facts, at=at, op_id=op_id))


def founded(alice: User, _bob: User) -> Press:
    facts: dict[str, Any] = {
        "kind": "client",
        "name": "Oka",
        "country": "AT",
        "currency": "EUR",
        "by": alice,
    }
    return each_anew(lambda op_id, _, at: organizations.found(**facts, at=at, op_id=op_id))


def questions(alice: User, _bob: User) -> Press:
    facts: dict[str, Any] = {"subject": "Where is it?", "text": "I miss a sum.", "by": alice}
    return each_anew(lambda op_id, _, at: support.ask(**facts, at=at, op_id=op_id))


DEEDS = [limits, rates, fundings, payments, waivers, invited, founded, questions]


@pytest.mark.parametrize("deed", DEEDS)
def test_the_first_form_is_answered_with_the_first_thing(
    deed: Callable[[User, User], Press], alice: User, bob: User
) -> None:
    press, one, other = deed(alice, bob), uuid4(), uuid4()

    first, second = press(one), press(other)

    assert first != second
    assert (press(one), press(other), press(one)) == (first, second, first)


@pytest.mark.parametrize("deed", [limits, rates, proposals])
def test_a_form_sent_again_is_answered_although_the_contract_ended(
    deed: Callable[[User, User], Press], alice: User, bob: User
) -> None:
    press, one = deed(alice, bob), uuid4()
    made = press(one)

    ending.end(Contract.objects.get().pk, by=alice, at=NOON + days(2))

    assert press(one) == made
    with pytest.raises(WrongState, match="cannot change now"):
        press(uuid4())
