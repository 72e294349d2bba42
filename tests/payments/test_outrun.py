"""What is there when somebody looks, and is spent by somebody else before they take it."""

from __future__ import annotations

from functools import partial

import pytest

from payments.models import Charge, Payout, Refund
from payments.services import arbitration_costs, charging, credit, payouts
from payments.services.arbitration_costs import Held
from tests import given_payments as given
from tests.given_payments import EUR, NOON
from tests.outrunning import outrun
from tests.payments.books import assert_every_law_holds, available
from tests.payments.test_taking_back import taken_back

pytestmark = pytest.mark.django_db(transaction=True)


def test_credit_that_a_payment_takes_at_this_moment_is_not_sent_back() -> None:
    alice, bob = given.payer(), given.worker()
    lot = given.released(client=alice, freelancer=bob).lot
    taken_back("200.00", of=lot.document.removeprefix("invoice/"))
    item, ours = given.open_item(client=alice, freelancer=bob), given.organization(alice)
    pays = partial(charging.begin, payer=ours, purposes=[(item, item.owed)], by=alice, at=NOON)
    sends = partial(credit.send_back, ours, amount=EUR("211.90"), by=alice, at=NOON)

    assert outrun(pays, sends) == "Your credit was just used otherwise. Nothing was sent back."

    assert Charge.objects.latest("pk").credit == EUR("211.90")
    assert not Refund.objects.exists()
    assert_every_law_holds()


def test_what_is_put_down_for_an_arbiter_at_this_moment_is_not_withdrawn() -> None:
    alice, bob = given.payer(), given.worker()
    given.available_earnings(client=alice, freelancer=bob)
    ours, method = given.organization(bob), given.payout_method(bob)
    share = Held("D1", "1", holder=ours, is_client=False, amount=EUR("500.00"))
    puts_down = partial(arbitration_costs.hold, share, by=bob, at=NOON)
    withdraws = partial(
        payouts.request, organization=ours, method=method, amount=EUR("500.00"), by=bob, at=NOON
    )

    ended = outrun(puts_down, withdraws)

    assert ended == "It was just used otherwise. Nothing was withdrawn."
    assert (available(bob), Payout.objects.count()) == (EUR("381.00"), 0)
