"""Sixteen at once, on the real database. Beside each stands what happens without the lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from billing_site.people.models import User
from ledger.models import Entry
from payments import gateways
from payments.cadence import Rhythm
from payments.gateways.base import Kind
from payments.gateways.sandbox.delivery import deliver_due
from payments.models import GatewayCommand, Payee, Payout, PayoutMethod
from payments.models.payee import PayeeQuerySet
from payments.services import payouts, reviewing, schedules, sending, slowing
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON
from tests.invoices._race import rounds
from tests.payments.books import assert_every_law_holds, available
from tests.payments.racing import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


class TestWithdrawing:
    @pytest.fixture
    def bob(self) -> User:
        alice, bob = given.payer(), given.worker()
        given.available_earnings(client=alice, freelancer=bob)
        given.payout_method(bob)
        return bob

    def withdraw(self, bob: User, **facts: Any) -> Callable[[], object]:
        method = PayoutMethod.objects.get()
        organization = given.organization(bob)
        return lambda: payouts.request(
            organization=organization,
            method=method,
            amount=EUR("500.00"),
            by=bob,
            **{"at": NOON, **facts},
        )

    def test_sixteen_withdrawals_of_more_than_half_pay_once(self, bob: User) -> None:
        ended = at_once(self.withdraw(bob))

        assert ended == {"done": 1, "refused in words": 15}
        assert available(bob) == EUR("381.00")
        assert Payout.objects.count() == 1
        assert_every_law_holds()

    def test_sixteen_that_are_paid_at_once_keep_the_limit_of_a_day(
        self, bob: User, settings: Any
    ) -> None:
        settings.INSTANT_A_DAY_MINOR = {"EUR": 300_00}
        PayoutMethod.objects.update(takes_instant=True)
        organization, method = given.organization(bob), PayoutMethod.objects.get()

        ended = at_once(
            lambda: payouts.request(
                organization=organization,
                method=method,
                amount=EUR("100.00"),
                by=bob,
                at=NOON,
                speed=Payout.Speed.INSTANT,
            )
        )

        assert ended == {"done": 3, "refused in words": 13}
        assert available(bob) == EUR("581.00")
        assert_every_law_holds()

    def test_sixteen_who_learn_that_it_is_slow_give_the_fee_back_once(self, bob: User) -> None:
        PayoutMethod.objects.update(takes_instant=True)
        organization, method = given.organization(bob), PayoutMethod.objects.get()
        payout = payouts.request(
            organization=organization,
            method=method,
            amount=EUR("500.00"),
            by=bob,
            at=NOON,
            speed=Payout.Speed.INSTANT,
        )
        sending.send(payout.pk, at=NOON)

        ended = at_once(lambda: slowing.slow_down(payout.pk, why="It is slow.", at=NOON))

        assert ended == {"done": 16}
        assert Entry.objects.filter(kind="slow_payout").count() == 1
        assert available(bob) == EUR("385.01")
        assert_every_law_holds()

    def test_sixteen_sweeps_follow_a_schedule_once(self, bob: User) -> None:
        schedule = schedules.choose(
            given.organization(bob),
            rhythm=Rhythm.WEEKLY,
            method=PayoutMethod.objects.get(),
            minimum=EUR("0.00"),
            by=bob,
            at=NOON,
        )

        ended = at_once(lambda: schedules.withdraw(schedule.pk, at=NOON + 2 * DAY))

        assert ended == {"done": 16}
        assert [each.amount for each in Payout.objects.all()] == [EUR("881.00")]
        assert available(bob) == EUR("0.00")
        assert_every_law_holds()

    def test_a_late_schedule_and_a_withdrawal_by_hand_take_no_more_than_there_is(
        self, bob: User
    ) -> None:
        """By hand first, the schedule takes the rest; or it took all, and the hand is refused."""
        schedule = schedules.choose(
            given.organization(bob),
            rhythm=Rhythm.WEEKLY,
            method=PayoutMethod.objects.get(),
            minimum=EUR("0.00"),
            by=bob,
            at=NOON,
        )
        late = NOON + 3 * DAY
        deeds = [lambda: schedules.withdraw(schedule.pk, at=late), self.withdraw(bob, at=late)]

        for said in rounds(deeds * 8):
            assert said.count("done") in {8, 9}  # no sweep is refused anything
            made = sorted(each.amount for each in Payout.objects.all())
            assert made in ([EUR("381.00"), EUR("500.00")], [EUR("881.00")])
            assert available(bob) == EUR("0.00")
        assert_every_law_holds()

    def test_control_without_the_lock_people_see_it_break(
        self, bob: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The books refuse the second withdrawal all the same, at the last moment."""
        together = Barrier(THREADS)

        def unlocked(self: PayeeQuerySet, organization_id: int) -> Payee:
            payee = self.select_related("organization").get(organization=organization_id)
            together.wait(timeout=30)
            return payee

        monkeypatch.setattr(PayeeQuerySet, "lock_of", unlocked)
        monkeypatch.setattr(
            type(PayoutMethod.objects.all()), "lock", lambda self, pk: self.get(pk=pk)
        )

        def withdraw() -> None:
            try:
                self.withdraw(bob)()
            except payouts.JustUsed as refusal:
                raise AssertionError("It was there when we looked.") from refusal

        ended = at_once(withdraw)

        assert ended != {"done": 1, "refused in words": 15}
        assert ended["done"] == 1
        assert available(bob) == EUR("381.00")

    def test_one_form_sent_sixteen_times_withdraws_once(self, bob: User) -> None:
        ended = at_once(self.withdraw(bob, op_id=uuid4()))

        assert ended == {"done": 16}
        assert available(bob) == EUR("381.00")
        assert Payout.objects.count() == 1

    @pytest.mark.scenario(31)
    def test_cancelling_while_it_is_sent_does_one_of_the_two(self, bob: User) -> None:
        payout: Any = self.withdraw(bob)()
        late = NOON + timedelta(minutes=30)

        ended = at_once(
            lambda: payouts.cancel(payout.pk, by=bob, at=late),
            lambda: sending.send(payout.pk, at=late),
        )

        assert ended == {"done": 1, "refused in words": 15}
        state = Payout.objects.get().state
        assert (state, available(bob)) in [
            ("cancelled", EUR("881.00")),
            ("sending", EUR("381.00")),
        ]
        transfers = GatewayCommand.objects.filter(kind="transfer").count()
        assert transfers == (state == "sending")
        assert_every_law_holds()

    def test_holding_while_it_is_sent_does_one_of_the_two(self, bob: User) -> None:
        finn = UserFactory.create(name="Finn", is_staff=True, roles=["finance"])
        payout: Any = self.withdraw(bob)()
        late = NOON + timedelta(minutes=30)
        hold: dict[str, Any] = {
            "reason": "It is large.",
            "review_on": late.date(),
            "by": finn,
            "at": late,
        }

        ended = at_once(
            lambda: reviewing.hold(payout.pk, **hold),
            lambda: sending.send(payout.pk, at=late),
        )

        assert ended == {"done": 1, "refused in words": 15}
        assert Payout.objects.get().state in {"held", "sending"}
        assert_every_law_holds()

    def test_letting_go_sixteen_times_sends_it_once(self, bob: User) -> None:
        finn = UserFactory.create(name="Finn", is_staff=True, roles=["finance"])
        payout: Any = self.withdraw(bob)()
        reviewing.hold(payout.pk, reason="Large.", review_on=NOON.date(), by=finn, at=NOON)

        ended = at_once(lambda: reviewing.release(payout.pk, reason="Fine.", by=finn, at=NOON))

        assert ended == {"done": 1, "refused in words": 15}
        assert available(bob) == EUR("381.00")

    def test_sixteen_times_the_news_that_it_came_back_puts_it_back_once(self, bob: User) -> None:
        returning = given.payout_method(bob, behavior="returns", last4="0010")
        payout = given.requested_payout(bob, returning, EUR("500.00"))
        given.settle(at=NOON + 3 * DAY)
        assert Payout.objects.get().state == "paid"
        deliver_due(at=NOON + 6 * DAY, post=lambda *_: 200)
        account = Payee.objects.get().account
        state: Any = gateways.current().fetch(Kind.PAYOUT, Payout.objects.get().payout_id, account)

        ended = at_once(lambda: sending.follow(payout.pk, state, at=NOON + 6 * DAY))

        assert ended == {"done": 16}
        assert available(bob) == EUR("881.00")
        assert Entry.objects.filter(kind="return_payout").count() == 1
        assert_every_law_holds()
