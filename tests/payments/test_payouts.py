from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter, Notice
from ledger.models import Entry
from payments import gateways
from payments.gateways.base import Kind, PayoutState, Status
from payments.models import GatewayCommand, Payout, PayoutMethod
from payments.services import payees, payouts, reviewing, sending
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held

SENT = NOON + timedelta(hours=1)


@pytest.fixture
def method(alice: User, bob: User) -> PayoutMethod:
    """Bob has €881.00 available, and a bank that pays."""
    given.available_earnings(client=alice, freelancer=bob)
    return given.payout_method(bob)


@pytest.fixture
def finn(db: None) -> User:
    return UserFactory.create(
        name="Finn", email="finn@example.org", is_staff=True, roles=["finance"]
    )


def at_payee(user: User) -> Money:
    return -held(f"provider:payee:{given.organization(user).pk}")


def test_a_withdrawal_leaves_the_balance_at_once(bob: User, method: PayoutMethod) -> None:
    payout = given.requested_payout(bob, method, EUR("100.00"))

    assert payout.state == "requested"
    assert available(bob) == EUR("781.00")
    assert held(f"payout:{payout.ref}") == payout.net == EUR("99.01")
    assert held("income:payout_fee") == EUR("0.99")
    assert_every_law_holds()


@pytest.mark.scenario(8)
def test_it_is_transferred_then_paid(bob: User, method: PayoutMethod) -> None:
    payout = given.requested_payout(bob, method, EUR("100.00"))

    given.settle(at=SENT)
    assert Payout.objects.get().state == "sent"
    assert at_payee(bob) == EUR("99.01")

    given.settle(at=NOON + 2 * DAY)
    assert Payout.objects.get().state == "paid"
    assert Payout.objects.get().arrives_on == (NOON + 2 * DAY).date()  # as it was promised
    assert held(f"payout:{payout.ref}") == at_payee(bob) == EUR("0.00")
    assert available(bob) == EUR("781.00")
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
