"""An award that is sent again is answered with the one that it was, though the case is over."""

from __future__ import annotations

from uuid import uuid4

import pytest

from disputes.models import Decision, Mandate
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import awarding, hearing
from disputes.services.awarding import Award
from tests.disputes.arbitrated import SIGNED, external
from tests.disputes.test_arbitration import REFUSED
from tests.given import EUR, days
from tests.given_disputes import WHY
from tests.invoices.books import assert_every_law_holds


@pytest.mark.django_db
def test_the_same_form_twice_is_one_award() -> None:
    case, at, figure, op_id = external(), REFUSED + days(2), EUR("650.00"), uuid4()
    hearing.take_on(case.dispute.pk, by=case.max, at=at)
    Mandate.objects.create(mediator=case.max, currency="EUR", cap=EUR("5000.00"))
    paper = awarding.upload(case.dispute.pk, SIGNED, by=case.max, at=at)
    plan = settlement_preview(case.now(), figure, at=at).hash

    made = [
        awarding.award(
            case.dispute.pk,
            Award(paper.sha256),
            figure=figure,
            reasons=WHY,
            plan_hash=plan,
            by=case.max,
            at=at,
            op_id=op_id,
        )
        for _ in range(2)
    ]

    assert made[0] == made[1] == Decision.objects.get()
    assert_every_law_holds()
