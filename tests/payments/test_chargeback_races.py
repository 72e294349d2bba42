"""A bank's decision is told sixteen times at once: one effect, whatever else goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.kernel.transitions import SYSTEM
from ledger.models import Entry
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Chargeback, ChargebackPart, Escrow
from payments.services import chargebacks, escrow
from tests.given_payments import DAY, NOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.racing import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def state_of(of: Escrow, *, won: bool | None) -> DisputeState:
    """What the provider shows, before we have heard of anything."""
    row = disputing.dispute(SandboxPayment.objects.get(), at=NOON + DAY)
    if won is not None:
        disputing.close(row, won=won, at=NOON + 2 * DAY)
    state = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
    assert isinstance(state, DisputeState)
    assert of.funded_by_id
    return state


@pytest.mark.parametrize(("won", "entries"), [(True, 4), (False, 3)])
def test_sixteen_hear_of_a_decision_and_it_is_booked_once(
    held_escrow: Escrow, *, won: bool, entries: int
) -> None:
    state, before = state_of(held_escrow, won=won), Entry.objects.count()
    charge_id = held_escrow.funded_by_id
    assert charge_id

    ended = at_once(lambda: chargebacks.follow(charge_id, state, at=NOON + 3 * DAY))

    assert ended == {"done": THREADS}
    case = Chargeback.objects.get()
    assert (case.state, Entry.objects.count() - before) == ("won" if won else "lost", entries)
    assert ChargebackPart.objects.count() == (0 if won else 1)
    assert_every_law_holds()


def test_a_release_and_a_bank_at_once_move_the_money_one_way(held_escrow: Escrow) -> None:
    state, charge_id = state_of(held_escrow, won=False), held_escrow.funded_by_id
    assert charge_id
    by = SYSTEM("it ended")
    at = NOON + 3 * DAY

    ended = at_once(
        lambda: chargebacks.follow(charge_id, state, at=at),
        lambda: escrow.release(held_escrow.pk, document="INV1", at=at),
        lambda: chargebacks.follow(charge_id, state, at=at),
        lambda: escrow.refund(held_escrow.pk, reason="It ended.", by=by, at=at),
    )

    assert not [word for word in ended if word.startswith("broke")], ended
    assert held(f"escrow:{held_escrow.ref}").amount == 0
    assert Chargeback.objects.get().state == "lost"
    assert_every_law_holds()
