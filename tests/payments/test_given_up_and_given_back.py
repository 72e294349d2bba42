"""What was given up of a debt, and a bank gives back after all, is not paid out a second time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.people.models import User
from billing_site.platform.models import Letter
from ledger.models import Entry
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxDispute
from payments.models import Chargeback, Debt, Escrow
from payments.services import chargebacks, debt_write_offs, earnings, escrow
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.invoices._race import rounds
from tests.payments.books import assert_every_law_holds, available, held
from tests.payments.given_chargebacks import decided, taken
from tests.payments.test_taking_back import debt_of

WHY = "They have left, and answer no letters."
LATER = NOON + 20 * DAY
SECOND = timedelta(seconds=1)


def lost(of: Escrow, bob: User, withdrawn: str) -> Chargeback:
    """So much was withdrawn of what a bank took for good, and is a debt since."""
    escrow.release(of.pk, document="INV1", at=NOON + DAY)
    earnings.make_available(at=LATER)
    given.requested_payout(bob, given.payout_method(bob), EUR(withdrawn), at=LATER)
    given.settle(at=LATER + 5 * DAY)
    return decided(taken(of, at=LATER + 6 * DAY), won=False, at=LATER + 7 * DAY)


def state_of(case: Chargeback) -> DisputeState:
    state = SandboxGateway().fetch(Kind.DISPUTE, case.dispute_id)
    assert isinstance(state, DisputeState)
    return state


@pytest.mark.django_db
@pytest.mark.parametrize("withdrawn", ["881.00", "600.00"])
def test_it_is_ours_again_and_the_rest_is_theirs(
    held_escrow: Escrow, bob: User, finn: User, fay: User, withdrawn: str
) -> None:
    case = lost(held_escrow, bob, withdrawn)
    assert debt_of(bob) == -EUR(withdrawn)
    it = debt_write_offs.ask(Debt.objects.get().pk, reason=WHY, by=finn, at=LATER + 8 * DAY)
    debt_write_offs.confirm(it.pk, reason=WHY, by=fay, at=LATER + 8 * DAY)
    assert held("cost:debt") == -EUR(withdrawn)

    case = decided(case, won=True, at=LATER + 9 * DAY)
    chargebacks.follow(case.charge_id, state_of(case), at=LATER + 10 * DAY)

    assert (case.state, debt_of(bob), available(bob)) == (
        "won",
        EUR("0.00"),
        EUR("881.00") - EUR(withdrawn),
    )
    assert held("cost:debt") == EUR("0.00")
    assert Entry.objects.filter(kind="recover_given_up").count() == 1
    letter = Letter.objects.filter(subject__contains="stands after all").latest("pk")
    assert "what we had given up of that" in letter.text
    assert_every_law_holds()


@pytest.mark.django_db(transaction=True)
def test_of_a_bank_and_a_second_person_at_once_neither_pays_it_out_again(
    held_escrow: Escrow, bob: User, finn: User, fay: User
) -> None:
    """Whoever confirms may do so after the bank's word came, and before it is read."""
    case, decision = lost(held_escrow, bob, "881.00"), LATER + 8 * DAY
    it = debt_write_offs.ask(Debt.objects.get().pk, reason=WHY, by=finn, at=decision)
    disputing.close(SandboxDispute.objects.get(), won=True, at=decision)
    won = state_of(case)
    deeds = [
        lambda: chargebacks.follow(case.charge_id, won, at=decision),
        lambda: debt_write_offs.confirm(it.pk, reason=WHY, by=fay, at=decision + SECOND),
    ]

    for said in rounds(deeds * 8):
        assert said.count("done") in {8, 9}
        assert (debt_of(bob), available(bob)) == (EUR("0.00"), EUR("0.00"))
        assert held("cost:debt") == EUR("0.00")
        assert_every_law_holds()
