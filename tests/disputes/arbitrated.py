"""x"""

from __future__ import annotations

from billing_site.kernel.money import Money
from disputes.models import ArbitrationShare, Decision, Mandate, Side
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import arbitration, awarding, hearing
from disputes.services.awarding import Award
from invoices.services.invoicing import Upload
from ledger import chart
from ledger.queries.balances import balance
from ledger.services.posting import post
from tests import given
from tests.disputes.test_arbitration import REFUSED, unresolved
from tests.given import EUR, days
from tests.given_disputes import WHY, Case
from tests.ledger.books import move

EXTERNAL = ArbitrationShare.Bench.EXTERNAL
NEXT = REFUSED + days(1)
SIGNED = Upload("award.pdf", b"%PDF-1.7 award %%EOF", "application/pdf")


def with_money(case: Case, *, credit: int = 8000, available: int = 8000) -> Case:
    alice, bob = given.organization(case.alice).pk, given.organization(case.bob).pk
    if credit:
        post(move("alice", chart.provider_balance(), chart.client_credit(alice), credit))
    if available:
        post(move("bob", chart.provider_balance(), chart.available(bob), available))
    return case


def external(**money: int) -> Case:
    """Both sides put 50 down for an external arbiter of 1,000."""
    case = with_money(unresolved(), **money)
    arbitration.choose(case.dispute.pk, bench=EXTERNAL, by=case.bob, at=REFUSED)
    arbitration.choose(case.dispute.pk, bench=EXTERNAL, by=case.alice, at=NEXT)
    return case


def awarded(case: Case, *, costs_on: Side | None = None) -> Case:
    at, figure = REFUSED + days(2), EUR("650.00")
    hearing.take_on(case.dispute.pk, by=case.max, at=at)
    Mandate.objects.create(mediator=case.max, currency="EUR", cap=EUR("5000.00"))
    paper = awarding.upload(case.dispute.pk, SIGNED, by=case.max, at=at)
    award(case, Award(paper.sha256, costs_on), figure)
    return case


def award(case: Case, said: Award, figure: Money) -> Decision:
    at = REFUSED + days(2)
    return awarding.award(
        case.dispute.pk,
        said,
        figure=figure,
        reasons=WHY,
        plan_hash=settlement_preview(case.now(), figure, at=at).hash,
        by=case.max,
        at=at,
    )


def held(case: Case) -> Money:
    return balance(f"arbitration:{case.dispute.ref}", "EUR")


def money_of(case: Case) -> tuple[Money, Money]:
    alice, bob = given.organization(case.alice).pk, given.organization(case.bob).pk
    credit = balance(f"client:{alice}:credit", "EUR")
    return credit, balance(f"freelancer:{bob}:available", "EUR")
