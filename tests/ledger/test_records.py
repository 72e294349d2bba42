"""Whose records a line stands in, as the trigger writes it."""

from __future__ import annotations

import pytest

from ledger import chart, movements
from ledger.models import Posting
from ledger.services.posting import post
from tests.factories.people import OrganizationFactory
from tests.given import EUR, NOON
from tests.ledger.books import WORLD, move

pytestmark = pytest.mark.django_db


def lines_of(party: int) -> list[tuple[str, int]]:
    found = Posting.objects.filter(party=party, occurred_at=NOON).order_by("pk")
    return [(posting.account.code, posting.change or 0) for posting in found]


def test_a_line_stands_in_its_holders_records() -> None:
    bob = OrganizationFactory.create().pk
    post(move("a", WORLD, chart.pending(bob), 300))

    assert Posting.objects.filter(party=bob).values_list("change", flat=True)[0] == 300
    assert Posting.objects.get(account__code="provider:clearing").party is None


def test_what_is_on_its_way_out_has_left_the_records() -> None:
    bob = OrganizationFactory.create().pk
    post(move("a", WORLD, chart.available(bob), 300))
    post(move("b", chart.available(bob), chart.payout("P1", bob), 100))
    post(move("c", chart.payee(bob), chart.provider_balance(), 100))

    changes = Posting.objects.filter(party=bob).order_by("pk").values_list("change", flat=True)
    assert list(changes) == [300, -100]


def test_who_pays_from_outside_has_it_in_their_records() -> None:
    ada, ben = OrganizationFactory.create().pk, OrganizationFactory.create().pk
    post(
        movements.pay_invoice(
            settlement="C1/I1", charge="C1", client=ada, freelancer=ben,
            gross=EUR("200.00"), client_fee=EUR("10.00"), client_fee_tax=EUR("2.00"),
            client_tax_country="AT", freelancer_fee=EUR("20.00"),
            freelancer_fee_tax=EUR("4.00"), freelancer_tax_country="AT", at=NOON,
        )
    )  # fmt: skip

    assert lines_of(ada) == [("provider:clearing", 0)]
    assert lines_of(ben) == [(f"freelancer:{ben}:pending", 176_00)]
