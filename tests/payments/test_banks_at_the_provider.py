"""What becomes of a bank at the provider becomes of it here, whoever did it there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from billing_site.people.models import User
from payments.gateways import current
from payments.gateways.base import Kind, PayeeState
from payments.gateways.stripe.words import LET_GO
from payments.models import Payee, PayoutMethod
from payments.models.payee import COOLING_PERIOD
from payments.services import payees
from tests import given_payments as given
from tests.given_payments import DAY, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def method(bob: User) -> PayoutMethod:
    return given.payout_method(bob, holder="Bob")


@pytest.fixture
def state(method: PayoutMethod) -> PayeeState:
    found = current().fetch(Kind.PAYEE, Payee.objects.get().account)
    assert isinstance(found, PayeeState)
    return found


def told(state: PayeeState, *, at: datetime = NOON) -> PayoutMethod:
    for _ in range(2):  # Learning of it again changes nothing.
        payees.follow(Payee.objects.get().pk, state, at=at)
    return PayoutMethod.objects.latest("pk")


def test_a_bank_that_was_removed_there_is_removed_here(state: PayeeState, bob: User) -> None:
    gone = told(replace(state, banks=()))
    assert (gone.removed_at, gone.is_gone) == (NOON, True)
    bad = pytest.raises(IntegrityError, match="a_bank_that_is_gone_is_removed")
    again = given.payout_method(bob, last4="0001")
    with bad, transaction.atomic():
        PayoutMethod.objects.filter(pk=again.pk).update(is_gone=True)
    twice = pytest.raises(IntegrityError, match="a_bank_is_named_once_at_a_time")
    with twice, transaction.atomic():
        again.pk, again.ref = None, "ANOTHER00000"
        again.save(force_insert=True)


def test_an_account_that_let_go_of_us_says_nothing_of_its_banks(
    state: PayeeState, method: PayoutMethod
) -> None:
    let_go = PayeeState(state.account, "", is_ready=False, problem=LET_GO)

    assert told(let_go).removed_at is None


@pytest.mark.scenario(28)
def test_one_that_is_usable_again_waits_as_a_new_one(state: PayeeState) -> None:
    [bank] = state.banks
    assert told(replace(state, banks=(replace(bank, is_usable=False),))).is_gone

    back = told(state, at=NOON + DAY)

    assert (back.removed_at, back.is_gone) == (None, False)
    assert PayoutMethod.objects.count() == 2, "It is named anew."
    assert back.active_from == NOON + DAY + COOLING_PERIOD


def test_what_its_owner_removed_here_stays_removed(
    state: PayeeState, method: PayoutMethod, bob: User
) -> None:
    payees.remove_method(method.pk, by=bob, at=NOON)

    assert told(state, at=NOON + DAY).removed_at == NOON


def test_another_holder_is_looked_at_again(state: PayeeState) -> None:
    [bank] = state.banks

    found = told(replace(state, banks=(replace(bank, holder="Mallory Thief"),)), at=NOON)

    assert (found.state, found.holder) == ("doubted", "Mallory Thief")
    assert PayoutMethod.objects.exclude(pk=found.pk).get().is_gone
    assert found.active_from == NOON + COOLING_PERIOD
    assert found.changes.filter(step="doubt").count() == 1
