"""What a client's bank may get back is not withdrawn meanwhile, by hand or by itself."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from payments.cadence import Rhythm
from payments.models import Payout, PayoutMethod, PayoutSchedule
from payments.services import payouts, schedules
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.given_chargebacks import taken
from tests.payments.visiting import text_of
from tests.signing_in import session_of, with_second_factor

WEDNESDAY = NOON + 2 * DAY  # noon itself is a Monday
WHY = "You can withdraw at most €881.00 now. €881.00 more is kept until a client's bank"


@pytest.fixture
def method(alice: User, bob: User) -> PayoutMethod:
    """Bob has €1,762.00 available, and a bank wants the payment of one half back."""
    made = given.available_earnings(client=alice, freelancer=bob)
    given.available_earnings(client=alice, freelancer=bob)
    assert made.lot.escrow, "It was held before it was released."
    taken(made.lot.escrow, at=NOON)
    assert available(bob) == EUR("1762.00")
    return given.payout_method(bob)


def test_by_hand_it_says_why_no_more(bob: User, method: PayoutMethod) -> None:
    with pytest.raises(NotAllowed, match=WHY):
        given.requested_payout(bob, method, EUR("881.01"), at=NOON + DAY)
    assert not Payout.objects.exists()

    given.requested_payout(bob, method, EUR("881.00"), at=NOON + DAY)

    assert available(bob) == EUR("881.00")
    assert_every_law_holds()


def test_the_page_offers_what_is_free(bob: User, method: PayoutMethod) -> None:
    with_second_factor(bob)
    with clock.pinned(NOON + DAY):
        page = session_of(bob)
        offered = page.get(reverse("payout-new"))
        refused = page.get(reverse("payout-new"), {"amount": "1000.00"})

    assert offered.status_code == 200
    assert "€880.01" in text_of(offered)
    assert refused.status_code == 422
    assert WHY in unescape(text_of(refused))


def test_a_schedule_takes_what_is_free(bob: User, method: PayoutMethod) -> None:
    schedules.choose(
        given.organization(bob),
        rhythm=Rhythm.DAILY,
        method=method,
        minimum=EUR("0.00"),
        by=bob,
        at=NOON,
    )

    [payout] = schedules.withdraw_due(at=NOON + DAY)
    assert schedules.withdraw_due(at=WEDNESDAY) == []

    assert payout.amount == EUR("881.00")
    assert PayoutSchedule.objects.get().next_at == WEDNESDAY + DAY
    payouts.cancel(payout.pk, by=bob, at=NOON + DAY)
    assert available(bob) == EUR("1762.00")
    assert_every_law_holds()
