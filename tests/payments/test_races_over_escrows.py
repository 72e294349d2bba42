"""Many at once over held money, and over news of the provider."""

from __future__ import annotations

from threading import Barrier
from typing import Any

import pytest

from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState
from ledger.models import Entry
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.delivery import deliver_due
from payments.models import Charge, GatewayEvent, Lot, Refund
from payments.services import earnings, escrow, inbox
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, available, pending
from tests.payments.racing import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


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
