"""Cases that a mediator has heard, proposed for or decided."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money
from disputes.models import Decision
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import deciding, hearing
from invoices.services.invoicing import Upload
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, Case, opened

TUESDAY = NOON + days(1)
SHOWN = Upload("brief.pdf", b"%PDF-1.7 brief %%EOF", "application/pdf")


def heard(*, at: datetime = TUESDAY, **facts: object) -> Case:
    case = opened(**facts)  # type: ignore[arg-type]
    hearing.escalate(case.dispute.pk, by=case.bob, at=at)
    hearing.take_on(case.dispute.pk, by=case.mia, at=at)
    return case


def plan(case: Case, figure: Money, at: datetime) -> str:
    return settlement_preview(case.now(), figure, at=at).hash


def proposed(figure: str = "600.00") -> Case:
    case, at = heard(), NOON + days(2)
    sum_ = EUR(figure)
    hearing.propose(
        case.dispute.pk,
        figure=sum_,
        reasons=WHY,
        plan_hash=plan(case, sum_, at),
        by=case.mia,
        at=at,
    )
    return case


def decided(figure: str = "100.00", price: str = "200.00") -> Case:
    case, at = heard(price=EUR(price), figure="0.00"), NOON + days(2)
    decide(case, figure, at=at)
    return case


def decide(case: Case, figure: str, *, at: datetime, by: object = None) -> Decision:
    return deciding.decide(
        case.dispute.pk,
        figure=EUR(figure),
        reasons=WHY,
        plan_hash=plan(case, EUR(figure), at),
        by=by or case.mia,  # type: ignore[arg-type]
        at=at,
    )
