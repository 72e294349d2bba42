"""What was given up of a debt, and a bank gives back after all, is not paid out a second time."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from billing_site.platform.models import Letter
from ledger.models import Entry
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.models import Debt, Escrow
from payments.services import chargebacks, debt_write_offs, earnings, escrow
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held
from tests.payments.given_chargebacks import decided, taken
from tests.payments.test_taking_back import debt_of

pytestmark = pytest.mark.django_db
WHY = "They have left, and answer no letters."
LATER = NOON + 20 * DAY


@pytest.mark.parametrize("withdrawn", ["881.00", "600.00"])
def test_it_is_ours_again_and_the_rest_is_theirs(
    held_escrow: Escrow, bob: User, finn: User, fay: User, withdrawn: str
) -> None:
    escrow.release(held_escrow.pk, document="INV1", at=NOON + DAY)
    earnings.make_available(at=LATER)
    given.requested_payout(bob, given.payout_method(bob), EUR(withdrawn), at=LATER)
    given.settle(at=LATER + 5 * DAY)
    case = decided(taken(held_escrow, at=LATER + 6 * DAY), won=False, at=LATER + 7 * DAY)
    assert debt_of(bob) == -EUR(withdrawn)
    it = debt_write_offs.ask(Debt.objects.get().pk, reason=WHY, by=finn, at=LATER + 8 * DAY)
    debt_write_offs.confirm(it.pk, reason=WHY, by=fay, at=LATER + 8 * DAY)
    assert held("cost:debt") == -EUR(withdrawn)

    case = decided(case, won=True, at=LATER + 9 * DAY)
    state = SandboxGateway().fetch(Kind.DISPUTE, case.dispute_id)
    assert isinstance(state, DisputeState)
    chargebacks.follow(case.charge_id, state, at=LATER + 10 * DAY)

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
