"""Sixteen at once, on the real database. Beside each stands what happens without the lock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState
from billing_site.people.models import User
from ledger.models import Entry
from payments import gateways
from payments.cadence import Rhythm
from payments.gateways.base import Kind
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.delivery import deliver_due
from payments.models import (
    Charge,
    GatewayCommand,
    GatewayEvent,
    Lot,
    Payee,
    Payout,
    PayoutMethod,
    Refund,
)
from payments.models.payee import PayeeQuerySet
from payments.services import (
    bank_transfers,
    earnings,
    escrow,
    inbox,
    methods,
    payouts,
    reviewing,
    schedules,
    sending,
    slowing,
)
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.invoices._race import rounds
from tests.payments.books import assert_every_law_holds, available, pending

THREADS = 16
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> Counter[str]:
    """Do the deeds in sixteen threads that start together; count how they ended."""
    start = Barrier(THREADS)

    def do(number: int) -> str:
        try:
            start.wait(timeout=30)
            deeds[number % len(deeds)]()
        except NotAllowed:
            return "refused in words"
        except Exception as error:  # noqa: BLE001 -- what a person would see as a broken page
            return f"broke: {type(error).__name__}"
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(do, range(THREADS)))


def test_sixteen_ask_at_once_where_to_save_a_card_and_send_a_transfer() -> None:
    alice = given.payer()
    ours = given.organization(alice)

    ended = at_once(
        lambda: methods.begin_setup(ours, by=alice, at=NOON),
        lambda: bank_transfers.ask_for_details(ours, by=alice, at=NOON),
    )

    assert ended == {"done": THREADS}
    assert GatewayCommand.objects.count() == THREADS


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


class TestEscrow:
    def test_release_and_refund_at_once_do_one_of_the_two(self) -> None:
        alice, bob = given.payer(), given.worker()
        held = given.held_escrow(client=alice, freelancer=bob)
        by = SYSTEM("the contract ended")

        ended = at_once(
            lambda: escrow.release(held.pk, document="INV1", at=NOON + DAY),
            lambda: escrow.refund(held.pk, reason="It ended.", by=by, at=NOON + DAY),
        )

        assert ended == {"done": 1, "refused in words": 15}
        assert Lot.objects.count() + Refund.objects.count() == 1
        assert pending(bob) in {EUR("881.00"), EUR("0.00")}
        assert_every_law_holds()

    def test_control_without_the_lock_somebody_sees_it_break(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alice, bob = given.payer(), given.worker()
        held = given.held_escrow(client=alice, freelancer=bob)
        together = Barrier(THREADS)

        def unlocked(self: Any, pk: int) -> Any:
            found = self.get(pk=pk)
            together.wait(timeout=30)
            return found

        monkeypatch.setattr(type(type(held).objects.all()), "lock", unlocked)

        ended = at_once(lambda: escrow.release(held.pk, document="INV1", at=NOON + DAY))

        assert ended != {"done": 1, "refused in words": 15}
        assert pending(bob) == EUR("881.00")  # the books and the trigger hold all the same

    def test_sixteen_sweeps_make_it_available_once(self) -> None:
        alice, bob = given.payer(), given.worker()
        made = given.released(client=alice, freelancer=bob)

        at_once(lambda: earnings.make_available(at=made.available_at))

        assert available(bob) == EUR("881.00")
        assert Entry.objects.filter(kind="make_available").count() == 1
        assert_every_law_holds()


class TestNews:
    def test_four_events_read_by_sixteen_fund_once(self) -> None:
        alice, bob = given.payer(), given.worker()
        charge = given.begun_charge(client=alice, freelancer=bob)
        paying.pay(charge.session_id, "4242", at=NOON)
        deliver_due(at=NOON + SOON)
        events = list(GatewayEvent.objects.order_by("pk").values_list("pk", flat=True))
        assert len(events) == 4

        at_once(*[lambda pk=pk: inbox.handle(pk, at=NOON + SOON) for pk in events])

        assert Charge.objects.get().state == "succeeded"
        assert Entry.objects.filter(kind="fund_escrow").count() == 1
        assert set(GatewayEvent.objects.values_list("handled_at", flat=True)) == {NOON + SOON}
        assert_every_law_holds()

    def test_paying_sixteen_times_pays_once(self) -> None:
        alice, bob = given.payer(), given.worker()
        charge = given.begun_charge(client=alice, freelancer=bob)

        ended = at_once(lambda: paying.pay(charge.session_id, "4242", at=NOON))

        assert ended == {"done": 1, "refused in words": 15}


def test_a_refusal_is_a_wrong_state() -> None:
    """What the races count as “refused in words” is what the domain says, and nothing else."""
    assert issubclass(WrongState, NotAllowed)
