"""Who works for the platform reads; who decides about money was given that, thing by thing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from billing_site.people.staff import ROLES
from payments.models import (
    GatewayEvent,
    Payee,
    Payout,
    PayoutMethod,
    ReconciliationDifference,
    StrayPayment,
)
from payments.services import inbox, unmatched, waiting
from tests.factories.people import OrganizationFactory, UserFactory
from tests.given_payments import NOON

pytestmark = pytest.mark.django_db
WHY = "Somebody has looked at it."
OTHERS = sorted(set(ROLES) - {"finance"})


def resume(by: User) -> object:
    organization = OrganizationFactory.create(kind="freelancer", name=f"Of {by}")
    payee = Payee.objects.create(organization=organization, created_at=NOON, short_at=NOON)
    return waiting.resume(payee.pk, reason=WHY, by=by, at=NOON)


def read_again(by: User) -> object:
    event = GatewayEvent.objects.create(
        gateway="sandbox",
        event_id=f"evt_{by.pk}",
        livemode=False,
        received_at=NOON,
        next_try_at=NOON,
        payload=b"{}",
    )
    return inbox.process_again(event.pk, reason=WHY, by=by, at=NOON)


def decide(may: Callable[[User], bool]) -> Callable[[User], object]:
    def ask(by: User) -> object:
        if not may(by):
            raise NotYours("It is not for them.")
        return None

    return ask


DECISIONS: dict[str, tuple[Callable[[User], object], type[Exception] | None]] = {
    "hold or release a payout": (decide(lambda by: Payout().may_review(by)), None),
    "decide whose a bank is": (decide(lambda by: PayoutMethod().may_review(by)), None),
    "decide a difference": (decide(lambda by: ReconciliationDifference().may_decide(by)), None),
    "match a stray": (
        lambda by: unmatched.match(0, reason=WHY, by=by, at=NOON),
        StrayPayment.DoesNotExist,
    ),
    "send a stray back": (
        lambda by: unmatched.send_back(0, reason=WHY, by=by, at=NOON),
        StrayPayment.DoesNotExist,
    ),
    "pay a payee again": (resume, None),
    "read an event again": (read_again, WrongState),
}


@pytest.mark.parametrize("decision", DECISIONS)
def test_finance_decides_and_no_other_role(decision: str) -> None:
    deed, then = DECISIONS[decision]
    mia = UserFactory.create(name="Mia", roles=OTHERS)
    alice = UserFactory.create(name="Alice")
    finn = UserFactory.create(name="Finn", roles=["finance"])

    for by in (mia, alice):
        with pytest.raises(NotYours):
            deed(by)
    if then:
        with pytest.raises(then):
            deed(finn)
    else:
        deed(finn)
