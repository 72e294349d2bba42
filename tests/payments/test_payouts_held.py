"""Withdrawals that finance operations holds, and those whose money comes back late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from ledger.models import Entry
from payments import gateways
from payments.gateways.base import Kind, PayoutState
from payments.models import Payout, PayoutMethod
from payments.services import payouts, reviewing, sending
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, at_payee, available, held

SENT = NOON + timedelta(hours=1)


class TestHolding:
    def hold(self, payout: Payout, by: User) -> Payout:
        return reviewing.hold(
            payout.pk, reason="The name differs.", review_on=(NOON + 2 * DAY).date(), by=by, at=NOON
        )

    def test_what_is_held_is_not_sent(self, bob: User, finn: User, method: PayoutMethod) -> None:
        payout = given.requested_payout(bob, method, EUR("100.00"))

        self.hold(payout, finn)
        given.settle(at=NOON + DAY)

        payout = Payout.objects.get()
        assert (payout.state, payout.held_for) == ("held", "The name differs.")
        assert available(bob) == EUR("781.00")
        assert Letter.objects.filter(key__contains="payout_held").count() == 1
        assert_every_law_holds()

    def test_what_is_let_go_arrives(self, bob: User, finn: User, method: PayoutMethod) -> None:
        payout = self.hold(given.requested_payout(bob, method, EUR("100.00")), finn)

        at = NOON + DAY
        given.settle(at=at)
        reviewing.release(payout.pk, reason="It is the same person.", by=finn, at=at)
        with pytest.raises(WrongState):
            reviewing.release(payout.pk, reason="It is the same person.", by=finn, at=at)
        promised = Payout.objects.get().arrives_on
        given.settle(at=NOON + 5 * DAY)

        payout = Payout.objects.get()
        assert (payout.state, payout.held_for, payout.review_on) == ("paid", "", None)
        assert payout.finished_at
        assert payout.finished_at.date() == promised
        assert payout.commands.count() == 2
        assert_every_law_holds()

    def test_it_may_be_held_again_and_cancelled(
        self, bob: User, finn: User, method: PayoutMethod
    ) -> None:
        payout = self.hold(given.requested_payout(bob, method, EUR("100.00")), finn)
        reviewing.release(payout.pk, reason="It is the same person.", by=finn, at=NOON)
        self.hold(payout, finn)

        payouts.cancel(payout.pk, by=bob, at=NOON)

        assert Payout.objects.get().state == "cancelled"
        assert available(bob) == EUR("881.00")
        assert_every_law_holds()

    def test_only_finance_operations_hold(
        self, alice: User, bob: User, method: PayoutMethod
    ) -> None:
        payout = given.requested_payout(bob, method, EUR("100.00"))

        for stranger in (alice, bob):
            with pytest.raises(NotYours):
                self.hold(payout, stranger)

        assert Payout.objects.get().state == "requested"

    def test_not_what_was_sent(self, bob: User, finn: User, method: PayoutMethod) -> None:
        payout = given.requested_payout(bob, method, EUR("100.00"))
        given.settle(at=SENT)

        with pytest.raises(WrongState):
            self.hold(payout, finn)

    def test_not_until_yesterday(self, bob: User, finn: User, method: PayoutMethod) -> None:
        payout = given.requested_payout(bob, method, EUR("100.00"))

        with pytest.raises(NotAllowed, match="lies in the past"):
            reviewing.hold(
                payout.pk, reason="Odd.", review_on=(NOON - DAY).date(), by=finn, at=NOON
            )

    def test_a_large_one_is_held_by_itself(
        self, bob: User, finn: User, method: PayoutMethod, settings: Any
    ) -> None:
        settings.PAYOUT_REVIEW_FROM_MINOR = {"EUR": 50_000}

        payout = given.requested_payout(bob, method, EUR("500.00"))

        assert (payout.state, str(payout.review_on)) == ("held", "2026-03-04")
        assert available(bob) == EUR("381.00")
        assert given.requested_payout(bob, method, EUR("300.00")).state == "requested"
        assert_every_law_holds()

    def test_held_without_a_reason_is_refused_by_the_database(
        self, bob: User, method: PayoutMethod
    ) -> None:
        given.requested_payout(bob, method, EUR("100.00"))

        with pytest.raises(IntegrityError, match="a_held_payout_says_why"), transaction.atomic():
            Payout.objects.update(state="held")


class TestComingBackLate:
    """Paid as far as anybody knew, and three days later the bank sends it back."""

    @pytest.fixture
    def returned(self, bob: User, method: PayoutMethod) -> Payout:
        bank = given.payout_method(bob, behavior="returns", last4="0010")
        payout = given.requested_payout(bob, bank, EUR("100.00"))
        given.settle(at=NOON + 3 * DAY)
        assert Payout.objects.get().state == "paid"
        given.settle(at=NOON + 6 * DAY)
        return payout

    @pytest.mark.scenario(29)
    def test_it_is_back_once_and_says_why(self, bob: User, returned: Payout) -> None:
        payout = Payout.objects.get()

        assert (payout.state, payout.problem) == ("failed", "The bank account has been closed.")
        assert available(bob) == EUR("881.00")
        assert held("income:payout_fee") == EUR("0.00")
        assert at_payee(bob) == EUR("99.01")
        assert Letter.objects.filter(key__contains="payout_returned").count() == 1
        assert PayoutMethod.objects.get(last4="0010").removed_at is not None
        assert_every_law_holds()

    def test_learning_of_it_again_does_nothing(self, bob: User, returned: Payout) -> None:
        state = gateways.current().fetch(
            Kind.PAYOUT,
            Payout.objects.get().payout_id,
            Payout.objects.get().freelancer.payee.account,
        )

        assert isinstance(state, PayoutState)
        sending.follow(returned.pk, state, at=NOON + 7 * DAY)

        assert available(bob) == EUR("881.00")
        assert Entry.objects.filter(kind="return_payout").count() == 1

    def test_a_new_try_takes_what_lies_there(
        self, bob: User, method: PayoutMethod, returned: Payout
    ) -> None:
        again = given.requested_payout(bob, method, EUR("100.00"), at=NOON + 7 * DAY)
        given.settle(at=NOON + 11 * DAY)

        again = Payout.objects.get(pk=again.pk)
        assert (again.state, again.to_transfer) == ("paid", EUR("0.00"))
        assert at_payee(bob) == EUR("0.00")
        assert_every_law_holds()
