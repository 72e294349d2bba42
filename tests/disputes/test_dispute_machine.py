"""The whole machine as a table: every state, every step, everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from billing_site.kernel.transitions import SYSTEM, NotYours, WrongState, may_take, take
from disputes.models import Dispute
from tests import given
from tests.given import EUR, NOON, days
from tests.given_disputes import Case, opened

OPEN = "open in_mediation proposed unresolved arbitration_pending in_arbitration".split()  # noqa: SIM905
RUNNING = [*OPEN, "decided", "in_appeal"]
EITHER, CLIENT, MEDIATOR, NOBODY = {"alice", "bob"}, {"alice"}, {"mia"}, set[str]()
# Step: from which states, by whom. Alice pays and opened it, Bob works, Mia mediates it.
TABLE = {
    "escalate": (["open"], EITHER),
    "propose": (["in_mediation"], MEDIATOR),
    "refuse": (["proposed"], EITHER),
    "decide": (["in_mediation"], MEDIATOR),
    "appeal": (["decided"], EITHER),
    "decide_appeal": (["in_appeal"], MEDIATOR),
    "lapse": (["decided"], NOBODY),
    "pay_share": (["unresolved"], EITHER),
    "start": (["arbitration_pending"], NOBODY),
    "award": (["in_arbitration"], MEDIATOR),
    "default": (["unresolved", "arbitration_pending"], NOBODY),
    "discontinue": (["in_arbitration"], MEDIATOR),
    "settle": (RUNNING, EITHER),
    "withdraw": (OPEN[:4], CLIENT),
    "void": (RUNNING, NOBODY),
}
FACTS = {
    "act_by": {
        "escalate",
        "propose",
        "refuse",
        "decide",
        "appeal",
        "pay_share",
        "discontinue",
    },
    "figure": {"decide", "decide_appeal", "award", "default", "settle"},
}


def in_state(case: Case, state: str) -> Dispute:
    """As the row would be in that state; it is not written."""
    return Dispute(
        pk=case.dispute.pk,
        contract=case.dispute.contract,
        escrow=case.dispute.escrow,
        side="client",
        mediator=case.mia,
        state=state,
    )


@pytest.mark.django_db
def test_every_cell_is_as_the_table_says() -> None:
    case = opened()
    people = {"alice": case.alice, "bob": case.bob, "mia": case.mia, "max": case.max}
    people["charlie"] = given.person("charlie")
    cells = 0
    for state in Dispute.State.values:
        dispute = in_state(case, state)
        for step, (sources, who) in TABLE.items():
            for name, user in people.items():
                expected = state in sources and name in who
                assert may_take(getattr(dispute, step), user) == expected, (state, step, name)
                cells += 1
    assert cells == 14 * 15 * 5


@pytest.mark.django_db
def test_every_refused_cell_says_why() -> None:
    case = opened()
    charlie = given.person("charlie")
    for state in Dispute.State.values:
        for step, (sources, _who) in TABLE.items():
            dispute = in_state(case, state)
            facts: dict[str, Any] = {
                name: NOON + days(9) for name, steps in FACTS.items() if step in steps
            }
            facts |= {"figure": EUR("1")} if step in FACTS["figure"] else {}
            by = charlie if state in sources else SYSTEM("a test")
            refusal = NotYours if state in sources else WrongState
            with pytest.raises(refusal) as refused, transaction.atomic():
                take(getattr(dispute, step), by=by, at=NOON, **facts)
            said = str(refused.value)
            assert step.replace("_", " ") in said, (state, step)
            if refusal is WrongState:
                assert dispute.get_state_display() in said


def test_the_table_names_every_step() -> None:
    steps = {step.name for step in Dispute._meta.get_field("state").get_all_transitions(Dispute)}  # type: ignore[union-attr]
    assert steps == set(TABLE)
