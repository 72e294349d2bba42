"""Two payments that are the last at once, and sweeps that are many: one end, one beginning."""

from __future__ import annotations

from functools import partial

import pytest

from billing_site.kernel.money import to_minor
from billing_site.platform.models import Letter
from payments.gateways.base import BalanceLine, PaymentState, Status
from payments.models import Charge, Restriction
from payments.services import arrears, following
from tests import given_payments as given
from tests.given_payments import DAY, NOON
from tests.payments.books import assert_every_law_holds
from tests.payments.racing import THREADS, at_once
from tests.payments.test_unpaid_restrictions import FREE_AGAIN, owe, since

pytestmark = pytest.mark.django_db(transaction=True)


def late(count: int) -> list[Charge]:
    alice, bob = given.payer(), given.worker()
    return [owe(alice, bob, f"invoice/I{number}") for number in range(count)]


def pays(charge: Charge) -> None:
    """The gateway says that a payment of it has arrived."""
    at, amount = NOON + 4 * DAY, to_minor(charge.asked)
    payment, currency = f"pi_{charge.ref}", charge.currency
    line = BalanceLine(f"txn_{charge.ref}", payment, "charge", amount, 0, currency, at)
    state = PaymentState(payment, charge.ref, Status.SUCCEEDED, amount, currency, line=line)
    following.payment(charge.pk, state, at=at)


def told(subject: str) -> int:
    return Letter.objects.filter(subject=subject).count()


def test_of_sixteen_last_payments_one_ends_it() -> None:
    charges = late(THREADS)
    arrears.follow(at=since(charges[0]) + 4 * DAY)
    assert Restriction.objects.standing().count() == 1

    assert at_once(*[partial(pays, charge) for charge in charges]) == {"done": THREADS}

    assert Restriction.objects.get().state == "lifted"
    assert told(FREE_AGAIN) == 1
    assert_every_law_holds()


def test_the_last_payment_and_sweeps_at_once_restrict_nobody() -> None:
    [charge] = late(1)
    sweep = partial(arrears.follow, at=since(charge) + 4 * DAY)

    assert at_once(sweep, sweep, partial(pays, charge), sweep) == {"done": THREADS}

    assert not Restriction.objects.standing().exists()
    begun = told("What Alice & Co cannot do for now")  # a sweep may have been faster
    assert begun == told(FREE_AGAIN) == Restriction.objects.count() <= 1


def test_sixteen_sweeps_restrict_once() -> None:
    [charge] = late(1)

    assert at_once(partial(arrears.follow, at=since(charge) + 4 * DAY)) == {"done": THREADS}

    assert Restriction.objects.get().scopes == ["hours", "offers"]
    assert told("What Alice & Co cannot do for now") == 1
