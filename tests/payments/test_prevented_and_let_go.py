"""What was prevented with the money gone is lost; what was kept can be had once it is let go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from billing_site.kernel.money import to_minor
from billing_site.people.models import User
from ledger.models import Entry
from payments.gateways.base import BalanceLine, DisputeState, Kind
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.models import Chargeback, Escrow, Lot
from payments.services import chargebacks, earnings, escrow
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held
from tests.payments.given_chargebacks import decided, heard_of, taken

WHOLE = EUR("1059.50")


def shown(case: Chargeback, **facts: object) -> DisputeState:
    state = SandboxGateway().fetch(Kind.DISPUTE, case.dispute_id)
    assert isinstance(state, DisputeState)
    return replace(state, **facts)  # type: ignore[arg-type]  # of its own fields


@pytest.mark.scenario(38)
def test_what_was_prevented_and_not_given_back_is_lost_until_it_is(held_escrow: Escrow) -> None:
    case = heard_of(held_escrow.funded_by, at=NOON + DAY)
    prevented = shown(case, status="prevented")
    assert prevented.taken
    assert prevented.given_back is None

    for _ in range(2):
        chargebacks.follow(case.charge_id, prevented, at=NOON + 2 * DAY)

    case.refresh_from_db()
    held_escrow.refresh_from_db()
    assert (case.state, held_escrow.state) == ("lost", "lost")
    assert held("provider:clearing") == held(f"chargeback:{case.ref}") == EUR("0.00")
    assert Entry.objects.filter(kind="lose_escrow").count() == 1
    assert_every_law_holds()

    line = BalanceLine("txn_9", case.dispute_id, "dispute", to_minor(WHOLE), 0, "EUR", NOON)
    chargebacks.follow(case.charge_id, replace(prevented, given_back=line), at=NOON + 3 * DAY)

    case.refresh_from_db()
    assert case.state == "won"
    assert held("provider:clearing") == EUR("0.00")
    assert_every_law_holds()


def test_what_was_kept_becomes_available_when_it_is_let_go(held_escrow: Escrow, bob: User) -> None:
    """Its date had passed twenty days before: nobody could have withdrawn it then."""
    escrow.release(held_escrow.pk, document="INV1", at=NOON + DAY)
    promised = Lot.objects.get().available_at
    case = taken(held_escrow, at=NOON + 2 * DAY)
    over = promised + 20 * DAY
    decided(case, won=True, at=over)

    earnings.make_available(at=over + DAY)

    lot = Lot.objects.get()
    assert lot.let_go_at
    assert over <= lot.let_go_at < over + DAY
    assert (lot.available_at, lot.made_available_at) == (promised, lot.let_go_at)
    assert Entry.objects.get(kind="make_available").occurred_at == lot.let_go_at
    assert available(bob) == EUR("881.00")
    assert_every_law_holds()
