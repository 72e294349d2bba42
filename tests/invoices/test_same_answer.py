"""A form that is sent again is answered with what it made, whatever others made meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform.models import Operation
from invoices.models import Contract, Expense
from invoices.services import bonuses, drafting, expenses, time_entries, writing
from invoices.services.drafting import PlannedWork
from invoices.services.expenses import Spent
from invoices.services.time_entries import Written
from tests import given
from tests.given import EUR, NOON
from tests.given_lines import simple

pytestmark = pytest.mark.django_db
Press = Callable[[UUID], Any]


def draft(_contract: Contract, alice: User, bob: User) -> Press:
    facts: dict[str, Any] = {
        "client": given.organization(alice),
        "freelancer": given.organization(bob),
        "title": "Two of one name",
        "work": [PlannedWork("Logo", EUR("500.00"))],
    }
    return lambda op_id: drafting.draft(**facts, by=alice, at=NOON, op_id=op_id)


def bonus_given(contract: Contract, alice: User, _bob: User) -> Press:
    return lambda op_id: bonuses.give(
        contract.pk, EUR("100.00"), words="Thanks.", by=alice, at=NOON, op_id=op_id
    )


def bonus_asked(contract: Contract, _alice: User, bob: User) -> Press:
    return lambda op_id: bonuses.ask(
        contract.pk, EUR("100.00"), words="A hard one.", by=bob, at=NOON, op_id=op_id
    )


def written(contract: Contract, _alice: User, bob: User) -> Press:
    return lambda op_id: writing.write(contract.pk, simple(), by=bob, at=NOON, op_id=op_id)


def spent(contract: Contract, _alice: User, bob: User) -> Press:
    paid = Spent(NOON.date(), Expense.Category.TRAVEL, "Rail", EUR("20.00"), tax_bps=0)
    add = expenses.add
    return lambda op_id: add(contract.pk, paid, given.VOUCHER, by=bob, at=NOON, op_id=op_id)


def logged(_contract: Contract, alice: User, bob: User) -> Press:
    hourly = given.hourly_contract(client=alice, freelancer=bob)
    starts = count(0)
    spans: dict[UUID, Written] = {}

    def press(op_id: UUID) -> Any:
        if op_id not in spans:
            start = NOON + timedelta(hours=2 * next(starts))
            spans[op_id] = Written(start, start + timedelta(hours=1), "Tickets")
        at = NOON + timedelta(hours=9)
        return time_entries.add(hourly.pk, spans[op_id], by=bob, at=at, op_id=op_id)

    return press


DEEDS = [draft, bonus_given, bonus_asked, written, spent, logged]


@pytest.mark.parametrize("deed", DEEDS)
def test_the_first_form_is_answered_with_the_first_thing(
    deed: Callable[[Contract, User, User], Press], alice: User, bob: User
) -> None:
    press = deed(given.active_contract(client=alice, freelancer=bob), alice, bob)
    one, other = uuid4(), uuid4()

    first, second = press(one), press(other)

    assert first != second
    assert (press(one), press(other), press(one)) == (first, second, first)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_form_from_before_they_were_noted_is_refused_in_words(
    deed: Callable[[Contract, User, User], Press], alice: User, bob: User
) -> None:
    press = deed(given.active_contract(client=alice, freelancer=bob), alice, bob)
    op_id = uuid4()
    press(op_id)
    Operation.objects.update(made="")  # as the migration left what was there

    with pytest.raises(NotAllowed, match="carried out before"):
        press(op_id)

    assert Operation.objects.filter(op_id=op_id).count() == 1
