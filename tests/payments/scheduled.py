"""Withdrawals by a schedule."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money
from billing_site.people.models import User
from payments.cadence import Rhythm
from payments.models import PayoutMethod, PayoutSchedule
from payments.services import schedules
from tests import given_payments as given
from tests.given_payments import EUR, NOON

NOTHING = EUR("0.00")


def chosen(
    bob: User,
    method: PayoutMethod,
    rhythm: Rhythm = Rhythm.WEEKLY,
    *,
    minimum: Money = NOTHING,
    at: datetime = NOON,
) -> PayoutSchedule:
    return schedules.choose(
        given.organization(bob), rhythm=rhythm, method=method, minimum=minimum, by=bob, at=at
    )
