"""Whatever the two sides' case has come to, a bank's case is the same beside it.

The interlock's row of a running case, tried in each state that a running case can be in.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from billing_site.kernel.money import Money
from disputes.models import Dispute
from disputes.models.dispute_rows import RUNNING
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import answering, arbitration, deciding, hearing
from tests.disputes.interlock import INTERLOCK, Bank, Case, Stage
from tests.disputes.test_interlock import World, one_after_the_other
from tests.given import EUR
from tests.given_disputes import WHY, mediator

pytestmark = pytest.mark.django_db
SMALL = "200.00"  # so small a claim is decided at once


class Heard(World):
    """The same, with somebody of ours who hears it."""

    def __init__(self, price: str = "1000.00") -> None:
        super().__init__(Stage.HELD, Case.RUNNING, price)
        self.mia, self.figure = mediator("mia"), EUR(price) / 4

    @property
    def pk(self) -> int:
        return Dispute.objects.get().pk

    def in_mediation(self) -> None:
        hearing.escalate(self.pk, by=self.bob, at=self.now)
        hearing.take_on(self.pk, by=self.mia, at=self.now)

    def proposed(self) -> None:
        self.in_mediation()
        self._says(hearing.propose)

    def unresolved(self) -> None:
        self.proposed()
        answering.answer_proposal(self.pk, accepts=False, by=self.alice, at=self.now)

    def arbitration_pending(self) -> None:
        self.unresolved()
        arbitration.choose(self.pk, by=self.bob, at=self.now)

    def in_arbitration(self) -> None:
        self.arbitration_pending()
        arbitration.choose(self.pk, by=self.alice, at=self.now)

    def decided(self) -> None:
        self.in_mediation()
        self._says(deciding.decide)

    def in_appeal(self) -> None:
        self.decided()
        deciding.appeal(self.pk, reason=WHY, by=self.bob, at=self.now)

    def _says(self, service: Callable[..., object]) -> None:
        figure: Money = self.figure
        seen = settlement_preview(Dispute.objects.get(), figure, at=self.now).hash
        facts = {"figure": figure, "reasons": WHY, "plan_hash": seen}
        service(self.pk, **facts, by=self.mia, at=self.now)


STATES = [state for state in RUNNING if state != "open"]  # that one is test_interlock's


@pytest.mark.parametrize("state", STATES)
def test_a_bank_decides_beside_a_case_in_each_state(state: str) -> None:
    world = Heard(SMALL if state in {"decided", "in_appeal"} else "1000.00")
    getattr(world, state)()
    assert Dispute.objects.get().state == state
    found = {}

    for bank in one_after_the_other(world, world.charge.amount / 10):
        found[bank] = world.cell()
        if bank != Bank.LOST:
            assert Dispute.objects.get().state == state, "Nothing of a bank's moves it."

    assert found == INTERLOCK[Stage.HELD, Case.RUNNING]
