"""Withdrawals that somebody cancels, or that are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from payments.gateways.base import PayoutState, Status
from payments.models import GatewayCommand, Payout, PayoutMethod
from payments.services import payees, payouts, sending
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, at_payee, available, held

SENT = NOON + timedelta(hours=1)


class TestCancelling:
    def test_everything_comes_back_with_the_fee(self, bob: User, method: PayoutMethod) -> None:
        payout = given.requested_payout(bob, method, EUR("100.00"))

        payouts.cancel(payout.pk, by=bob, at=NOON + timedelta(minutes=5))

        assert available(bob) == EUR("881.00")
        assert held(f"payout:{payout.ref}") == held("income:payout_fee") == EUR("0.00")
        assert_every_law_holds()

    def test_once(self, bob: User, method: PayoutMethod) -> None:
        payout = given.requested_payout(bob, method, EUR("100.00"))
        payouts.cancel(payout.pk, by=bob, at=NOON)

        with pytest.raises(WrongState, match="since Bob was faster"):
            payouts.cancel(payout.pk, by=bob, at=NOON)

        assert available(bob) == EUR("881.00")

    def test_not_once_it_is_sent(self, bob: User, method: PayoutMethod) -> None:
        payout = given.requested_payout(bob, method, EUR("100.00"))
        given.settle(at=SENT)

        with pytest.raises(WrongState):
            payouts.cancel(payout.pk, by=bob, at=SENT)

        assert available(bob) == EUR("781.00")

    def test_what_was_cancelled_is_not_sent(self, bob: User, method: PayoutMethod) -> None:
        payout = given.requested_payout(bob, method, EUR("100.00"))
        payouts.cancel(payout.pk, by=bob, at=NOON)

        given.settle(at=SENT)

        assert Payout.objects.get().state == "cancelled"
        assert not GatewayCommand.objects.filter(payout=payout).exists()

    def test_it_is_not_for_others(self, bob: User, alice: User, method: PayoutMethod) -> None:
        payout = given.requested_payout(bob, method, EUR("100.00"))

        with pytest.raises(NotYours):
            payouts.cancel(payout.pk, by=alice, at=NOON)

        assert Payout.objects.get().state == "requested"


class TestRefusing:
    @pytest.mark.parametrize(
        ("amount", "said"),
        [("881.01", "at most €881.00"), ("0.99", "more than its fee"), ("0.01", "more than its")],
    )
    def test_sums_that_cannot_be(
        self, bob: User, method: PayoutMethod, amount: str, said: str
    ) -> None:
        with pytest.raises(NotAllowed, match=said):
            given.requested_payout(bob, method, EUR(amount))

        assert available(bob) == EUR("881.00")
        assert not Payout.objects.exists()

    def test_another_currency(self, bob: User, method: PayoutMethod) -> None:
        with pytest.raises(NotAllowed, match="cannot take this sum"):
            given.requested_payout(bob, method, Money("5.00", "USD"))

    def test_a_bank_that_was_named_lately(self, bob: User, method: PayoutMethod) -> None:
        fresh = given.payout_method(bob, last4="0042", at=NOON - 3 * DAY + timedelta(hours=1))

        with pytest.raises(NotAllowed, match="can be paid to from 2 March 2026"):
            given.requested_payout(bob, fresh, EUR("5.00"))

        assert available(bob) == EUR("881.00")

    def test_a_bank_that_was_removed(self, bob: User, method: PayoutMethod) -> None:
        payees.remove_method(method.pk, by=bob, at=NOON)

        with pytest.raises(NotAllowed):
            given.requested_payout(bob, method, EUR("5.00"))
        with pytest.raises(NotAllowed, match="was removed on"):
            payees.remove_method(method.pk, by=bob, at=NOON)

    def test_somebody_elses_bank(self, bob: User, charlie: User, method: PayoutMethod) -> None:
        theirs = given.payout_method(charlie, last4="6666")

        with pytest.raises(NotAllowed, match="cannot take this sum"):
            given.requested_payout(bob, theirs, EUR("5.00"))

        assert available(bob) == EUR("881.00")

    def test_who_never_said_where(self, alice: User, bob: User, method: PayoutMethod) -> None:
        stranger = given.worker("dora")

        with pytest.raises(NotAllowed, match="Say first where"):
            given.requested_payout(stranger, method, EUR("5.00"))

    def test_who_may_not_withdraw(self, alice: User, bob: User, method: PayoutMethod) -> None:
        with pytest.raises(NotYours):
            payouts.request(
                organization=given.organization(bob),
                method=method,
                amount=EUR("5.00"),
                by=alice,
                at=NOON,
            )


def test_what_the_gateway_calls_off_is_back(bob: User, method: PayoutMethod) -> None:
    payout = given.requested_payout(bob, method, EUR("100.00"))
    given.settle(at=SENT)
    sent = Payout.objects.get()
    state = PayoutState(
        payout_id=sent.payout_id,
        reference=sent.ref,
        account=sent.freelancer.payee.account,
        status=Status.CANCELLED,
        amount=9901,
        currency="EUR",
        arrives_on=NOON.date(),
        problem="It was stopped.",
    )

    for _ in range(2):
        sending.follow(payout.pk, state, at=SENT)

    stopped = Payout.objects.get()
    assert (stopped.state, stopped.problem) == ("cancelled", "It was stopped.")
    assert available(bob) == EUR("881.00")
    assert at_payee(bob) == EUR("99.01")
    assert_every_law_holds()
