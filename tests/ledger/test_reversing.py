from __future__ import annotations

import pytest
from django.db import transaction

from ledger import chart
from ledger.models import Entry
from ledger.movements import credit, debit
from ledger.services.posting import AlreadyReversed, post
from ledger.services.reversing import reversal
from tests.given import EUR
from tests.ledger.books import WORLD, balances, move, movement, purse

pytestmark = pytest.mark.django_db
ESCROW = purse("E1")


def test_a_reversal_undoes_an_entry_once() -> None:
    post(move("fee", WORLD, chart.income("client_fee"), 100))
    wrong = Entry.objects.get()
    undone = reversal(wrong, why="charged twice", at=wrong.occurred_at)

    post(undone)
    again = post(undone)

    assert balances() == {}
    assert not again.is_new
    assert Entry.objects.get(reverses=wrong).memo == "Reversed: charged twice"


def test_another_reversal_of_the_same_entry_is_refused() -> None:
    post(move("fee", WORLD, ESCROW, 100))
    undone = reversal(Entry.objects.get(), why="charged twice", at=Entry.objects.get().occurred_at)
    post(undone)
    lines = [credit(WORLD, EUR("1.00")), debit(ESCROW, EUR("1.00"))]
    other = movement("another", *lines)
    object.__setattr__(other, "reverses", undone.reverses)

    with pytest.raises(AlreadyReversed), transaction.atomic():
        post(other)

    assert balances() == {}
