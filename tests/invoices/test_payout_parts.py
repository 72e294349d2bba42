"""An advice lists what a payout brings: nothing that had gone back, or was kept, before it went."""

from __future__ import annotations

from datetime import datetime

import pytest

from billing_site.kernel.money import Money
from billing_site.people.models import User
from invoices.queries.payout_parts import parts_of
from payments.models import Lot, Payout, PayoutMethod
from payments.services import earnings
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.test_taking_back import taken_back

pytestmark = pytest.mark.django_db
LATER = NOON + 10 * DAY


def credited(lot: Lot, gross: str, *, note: str = "N1") -> None:
    taken_back(gross, of=lot.document.removeprefix("invoice/"), note=note)


def bank_of(bob: User) -> PayoutMethod:
    return PayoutMethod.objects.first() or given.payout_method(bob)


def withdrawn(bob: User, amount: str, *, at: datetime = LATER) -> Payout:
    return given.requested_payout(bob, bank_of(bob), EUR(amount), at=at)


def listed(payout: Payout) -> list[tuple[Lot | None, Money, bool]]:
    return [(_lot(part.released_at), part.amount, part.is_whole) for part in parts_of(payout)]


def _lot(released_at: datetime | None) -> Lot | None:
    return Lot.objects.filter(released_at=released_at).first() if released_at else None


@pytest.mark.parametrize("becomes_available", [False, True])
def test_what_went_back_before_is_not_paid_out(
    alice: User, bob: User, *, becomes_available: bool
) -> None:
    """Pending or available: the one that went back is not what arrives."""
    first = given.released(client=alice, freelancer=bob).lot
    five_hundred = EUR("500.00")
    second = given.released(client=alice, freelancer=bob, at=NOON + DAY, price=five_hundred).lot
    if becomes_available:
        earnings.make_available(at=first.available_at)
    credited(first, "1000.00")
    earnings.make_available(at=LATER)

    payout = withdrawn(bob, "440.50")

    assert listed(payout) == [(second, EUR("440.50"), True)]


def test_what_was_kept_for_a_debt_is_not_paid_out(alice: User, bob: User) -> None:
    first = given.available_earnings(client=alice, freelancer=bob).lot
    given.requested_payout(bob, bank_of(bob), EUR("881.00"))
    credited(first, "900.00")
    second = given.released(client=alice, freelancer=bob, at=NOON + DAY).lot
    third = given.released(client=alice, freelancer=bob, at=NOON + 2 * DAY).lot
    earnings.make_available(at=LATER)

    payout = withdrawn(bob, "1321.50")

    expected = [(second, EUR("660.75"), False), (third, EUR("660.75"), False)]
    assert listed(payout) == expected


def test_what_goes_back_later_changes_no_payout_before(alice: User, bob: User) -> None:
    lots = [given.available_earnings(client=alice, freelancer=bob).lot]
    lots.append(given.released(client=alice, freelancer=bob, at=NOON + DAY).lot)
    earnings.make_available(at=LATER)
    before = withdrawn(bob, "881.00")
    taken_back(
        "500.00", of=lots[0].document.removeprefix("invoice/"), at=LATER + DAY
    )  # out of what the second brought

    after = withdrawn(bob, "440.50", at=LATER + 2 * DAY)

    assert listed(before) == [(lots[0], EUR("881.00"), True)]
    assert listed(after) == [(lots[1], EUR("440.50"), False)]
