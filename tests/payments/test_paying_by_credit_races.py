"""Credit is paid with once, however many pay with it at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry, Reservation
from payments.models import Charge
from payments.services import charging, following
from tests import given_payments as given
from tests.given_payments import EUR
from tests.payments.books import assert_every_law_holds, credit_of
from tests.payments.credited import LATER, begin, free, with_credit
from tests.payments.racing import THREADS, at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def credited(alice: User, bob: User) -> User:
    """Alice has EUR 211.90 in credit."""
    return with_credit(alice, bob)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_sixteen_charges_share_one_credit(self) -> None:
        alice, bob = given.payer(), given.worker()
        with_credit(alice, bob)
        deeds: list[Callable[[], object]] = [
            partial(begin, alice, bob, "50.00", document=f"milestone/M{n}") for n in range(THREADS)
        ]

        assert at_once(*deeds) == {"done": THREADS}

        begun = Charge.objects.filter(state=Charge.State.BEGUN)
        # 52.98 each: four are paid by credit, or as many parts of them as it takes.
        assert sum((each.credit for each in begun), start=EUR("0.00")) == EUR("211.90")
        assert Reservation.objects.count() == begun.exclude(credit=0).count()
        assert free(alice) == EUR("0.00")
        assert_every_law_holds()

    def test_sixteen_workers_pay_it_once(self) -> None:
        alice, bob = given.payer(), given.worker()
        with_credit(alice, bob)
        charge = begin(alice, bob, "200.00")

        assert at_once(partial(following.paid_by_credit, charge.pk, at=LATER)) == {"done": THREADS}

        assert Entry.objects.filter(kind="fund_escrow").count() == 2
        assert credit_of(alice) == EUR("0.00")
        assert_every_law_holds()


def test_two_payments_by_credit_for_one_debt_pay_it_once(credited: User, bob: User) -> None:
    """Begun in two windows: what the second set aside is the client's again."""
    item = given.open_item(client=credited, freelancer=bob, price=EUR("50.00"))
    payer, owed = given.organization(credited), item.owed
    with clock.pinned(LATER):
        first, second = (
            charging.begin(payer=payer, purposes=[(item, owed)], by=credited, at=LATER)
            for _ in range(2)
        )

    for charge in (first, second):
        following.paid_by_credit(charge.pk, at=LATER)

    second.refresh_from_db()
    assert second.state == Charge.State.SUCCEEDED
    assert credit_of(credited) == free(credited) == EUR("211.90") - owed
    assert_every_law_holds()
