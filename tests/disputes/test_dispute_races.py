"""Sixteen threads want to end one dispute; the money is split once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from billing_site.people.models import User
from billing_site.platform.models import Job
from disputes.models import Dispute, Offer
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import answering, deadlines, deciding, hearing, negotiating
from ledger.models import Entry
from payments.models import Escrow
from tests.disputes.heard import decided, proposed
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, Case, opened
from tests.invoices._race import rounds

pytestmark = pytest.mark.django_db(transaction=True)
LEFT = ("release_escrow", "refund_from_escrow")


def split_once(case: Case) -> str:
    dispute, escrow = case.now(), Escrow.objects.get()
    assert (dispute.split_to_freelancer, dispute.split_to_client) == (
        escrow.released,
        escrow.refunded,
    )
    assert escrow.released + escrow.refunded == escrow.gross
    kinds = list(Entry.objects.filter(kind__in=LEFT).values_list("kind", flat=True))
    assert len(kinds) == len(set(kinds))
    assert dispute.changes.filter(became=dispute.state).count() == 1
    return str(dispute.state)


def test_sixteen_accept_the_same_offer() -> None:
    case = opened()
    offer = Offer.objects.get().pk
    at = NOON + days(1)
    for said in rounds([lambda: negotiating.accept(offer, by=case.bob, at=at)] * 16):
        assert said == ["WrongState"] * 15 + ["done"]
        assert split_once(case) == "settled"


def test_figures_cross_from_both_sides_at_once() -> None:
    case = opened()
    at = NOON + days(1)

    def name(figure: str, by: User) -> Callable[[], object]:
        return lambda: negotiating.offer(case.dispute.pk, figure=EUR(figure), by=by, at=at)

    for _ in rounds([*[name("500.00", case.bob)] * 8, *[name("600.00", case.alice)] * 8]):
        assert split_once(case) == "settled"
        assert case.now().figure in (EUR("500"), EUR("600"))


def test_accepting_and_escalating_at_once() -> None:
    case = opened()
    offer, at = Offer.objects.get().pk, NOON + days(1)
    for _ in rounds(
        [
            *[lambda: negotiating.accept(offer, by=case.bob, at=at)] * 8,
            *[lambda: hearing.escalate(case.dispute.pk, by=case.alice, at=at)] * 8,
        ]
    ):
        assert split_once(case) == "settled"
        assert case.now().changes.filter(step="escalate").count() <= 1


def test_answering_and_silence_at_once() -> None:
    case = proposed()
    until = case.now().act_by
    assert until

    def refuse() -> None:
        answering.answer_proposal(
            case.dispute.pk, accepts=False, by=case.alice, at=until - days(1) / 24
        )

    for _ in rounds([*[refuse] * 8, *[lambda: deadlines.follow(at=until)] * 8]):
        if Dispute.objects.filter(state="unresolved").exists():
            assert not Entry.objects.filter(kind__in=LEFT).exists()
        else:
            assert split_once(case) == "settled"


def test_appealing_and_lapsing_at_once() -> None:
    case = decided()
    until = case.now().act_by
    assert until
    before = until - days(1) / 24

    def appeal() -> None:
        deciding.appeal(case.dispute.pk, reason=WHY, by=case.bob, at=before)

    for _ in rounds([*[appeal] * 8, *[lambda: deadlines.follow(at=until)] * 8]):
        if case.now().state == "in_appeal":
            assert not Entry.objects.filter(kind__in=LEFT).exists()
        else:
            assert split_once(case) == "final"


def test_sixteen_decide_an_appeal() -> None:
    case = decided()
    at = NOON + days(3)
    deciding.appeal(case.dispute.pk, reason=WHY, by=case.bob, at=at)
    hearing.take_on(case.dispute.pk, by=case.max, at=at)
    seen = settlement_preview(case.now(), EUR("150.00"), at=at).hash

    def decide() -> None:
        deciding.decide(
            case.dispute.pk,
            figure=EUR("150.00"),
            reasons=WHY,
            plan_hash=seen,
            by=case.max,
            at=at,
        )

    for said in rounds([decide] * 16):
        assert said.count("done") == 1
        assert split_once(case) == "final"
        assert Job.objects.exists()
