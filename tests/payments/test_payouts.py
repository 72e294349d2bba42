from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from billing_site.people.models import User
from billing_site.platform.models import Notice
from payments.gateways.sandbox.models import SandboxTransfer
from payments.models import GatewayCommand, Payout, PayoutMethod
from payments.services import payouts
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, at_payee, available, held

SENT = NOON + timedelta(hours=1)


def test_a_withdrawal_leaves_the_balance_at_once(bob: User, method: PayoutMethod) -> None:
    payout = given.requested_payout(bob, method, EUR("100.00"))

    assert payout.state == "requested"
    assert available(bob) == EUR("781.00")
    assert held(f"payout:{payout.ref}") == payout.net == EUR("99.01")
    assert held("income:payout_fee") == EUR("0.99")
    assert_every_law_holds()


@pytest.mark.scenario(8)
def test_it_is_transferred_then_paid(bob: User, method: PayoutMethod) -> None:
    assert not GatewayCommand.objects.filter(kind="transfer").exists(), "Release moves nothing."
    assert not SandboxTransfer.objects.exists()
    payout = given.requested_payout(bob, method, EUR("100.00"))

    given.settle(at=SENT)
    assert Payout.objects.get().state == "sent"
    assert at_payee(bob) == EUR("99.01")
    assert SandboxTransfer.objects.get().amount == 99_01

    given.settle(at=NOON + 2 * DAY)
    assert Payout.objects.get().state == "paid"
    assert Payout.objects.get().arrives_on == (NOON + 2 * DAY).date()  # as it was promised
    assert held(f"payout:{payout.ref}") == at_payee(bob) == EUR("0.00")
    assert available(bob) == EUR("781.00")
    assert held("income:payout_fee") == EUR("0.99")
    assert_every_law_holds()


@pytest.mark.scenario(28)
def test_a_bank_that_is_closed_gives_all_of_it_back(bob: User, method: PayoutMethod) -> None:
    closed = given.payout_method(bob, behavior="closes", last4="0009")
    given.requested_payout(bob, closed, EUR("100.00"))
    given.settle(at=SENT)

    given.settle(at=NOON + 3 * DAY)

    payout = Payout.objects.get()
    assert (payout.state, payout.problem) == ("failed", "The bank account has been closed.")
    assert available(bob) == EUR("881.00")
    assert held("income:payout_fee") == EUR("0.00")
    assert at_payee(bob) == EUR("99.01")  # it lies where it was transferred to
    assert_every_law_holds()


def test_the_next_takes_first_what_lies_at_the_payee(bob: User, method: PayoutMethod) -> None:
    closed = given.payout_method(bob, behavior="closes", last4="0009")
    given.requested_payout(bob, closed, EUR("100.00"))
    given.settle(at=SENT)
    given.settle(at=NOON + 3 * DAY)

    again = given.requested_payout(bob, method, EUR("150.00"), at=NOON + 3 * DAY)
    given.settle(at=SENT + 3 * DAY)
    given.settle(at=NOON + 7 * DAY)  # a weekend is between

    again = Payout.objects.get(pk=again.pk)
    assert (again.state, again.to_transfer) == ("paid", EUR("50.00"))  # 149.01 less 99.01
    assert at_payee(bob) == EUR("0.00")
    assert available(bob) == EUR("731.00")
    assert_every_law_holds()


def test_what_is_enough_at_the_payee_is_paid_without_a_transfer(
    bob: User, method: PayoutMethod
) -> None:
    closed = given.payout_method(bob, behavior="closes", last4="0009")
    given.requested_payout(bob, closed, EUR("100.00"))
    given.settle(at=SENT)
    given.settle(at=NOON + 3 * DAY)

    small = [
        given.requested_payout(bob, method, EUR(sum_), at=NOON + 3 * DAY)
        for sum_ in ("60.99", "60.99")
    ]
    given.settle(at=SENT + 3 * DAY)

    transferred = [Payout.objects.get(pk=each.pk).to_transfer for each in small]
    assert transferred == [EUR("0.00"), EUR("20.99")]  # 99.01 lay there, 60.00 was promised
    assert at_payee(bob) == EUR("120.00")
    assert_every_law_holds()


def test_the_same_form_twice_withdraws_once(bob: User, method: PayoutMethod) -> None:
    op_id = uuid4()

    first, second = (
        payouts.request(
            organization=given.organization(bob),
            method=method,
            amount=EUR("100.00"),
            by=bob,
            at=at,
            op_id=op_id,
        )
        for at in (NOON, NOON + timedelta(hours=25))
    )

    assert first == second
    assert available(bob) == EUR("781.00")


def test_everybody_who_may_withdraw_hears_of_a_new_bank(bob: User) -> None:
    method = given.payout_method(bob)

    assert method.active_from == method.added_at + timedelta(hours=72)
    assert Notice.objects.get().text.startswith("Example Bank •••• 4471 was added")


def test_a_bank_that_closed_is_not_offered_again(bob: User, method: PayoutMethod) -> None:
    closed = given.payout_method(bob, behavior="closes", last4="0009")
    given.requested_payout(bob, closed, EUR("100.00"))
    given.settle(at=SENT)

    given.settle(at=NOON + 3 * DAY)

    assert PayoutMethod.objects.get(pk=closed.pk).removed_at is not None
    assert PayoutMethod.objects.get(pk=method.pk).removed_at is None
