"""An account is fetched before any lock: who looked earlier may be the last to write it down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from billing_site.people.models import User
from payments.gateways import current
from payments.gateways.base import Kind, PayeeState
from payments.models import Payee, PayoutMethod
from payments.services import payees
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.outrunning import outrun

pytestmark = pytest.mark.django_db


def account() -> PayeeState:
    state = current().fetch(Kind.PAYEE, Payee.objects.get().account)
    assert isinstance(state, PayeeState)
    return state


def present() -> list[str]:
    return list(PayoutMethod.objects.present().values_list("last4", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_bank_that_was_added_meanwhile_stays() -> None:
    bob = given.worker()
    given.payout_method(bob, last4="0001")
    payee, early = Payee.objects.get(), account()
    [bank] = early.banks
    late = replace(early, banks=(bank, replace(bank, destination="ba_late", last4="0002")))

    ended = outrun(
        lambda: payees.follow(payee.pk, late, at=NOON + SOON),
        lambda: payees.follow(payee.pk, early, at=NOON),
    )
    payees.follow(payee.pk, early, at=NOON)

    assert (ended, present()) == ("done", ["0001", "0002"])
    added = PayoutMethod.objects.get(last4="0002")
    assert (added.added_at, added.is_gone) == (NOON + SOON, False)


def test_who_looked_last_knows_what_is_gone(bob: User) -> None:
    given.payout_method(bob)
    payee, now = Payee.objects.get(), account()
    payees.follow(payee.pk, now, at=NOON + DAY)

    for _ in range(2):
        payees.follow(payee.pk, replace(now, banks=()), at=NOON)
    assert present() == ["4471"]

    payees.follow(payee.pk, replace(now, banks=()), at=NOON + DAY)
    assert present() == []
    payee.refresh_from_db()
    assert payee.checked_at == NOON + DAY
