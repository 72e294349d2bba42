"""Sixteen threads through different doors of one case; whichever is first, there is one effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from billing_site.workflows import gateway_events
from disputes.models import Dispute, Offer
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import answering, arbitration, deadlines, deciding, hearing, negotiating
from ledger.models import Entry
from payments.gateways.base import BalanceLine, DisputeState
from payments.models import Charge, Chargeback, Escrow, GatewayEvent
from tests.disputes.heard import heard, proposed
from tests.disputes.test_arbitration import REFUSED, in_arbitration, unresolved
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY, Case, opened
from tests.invoices._race import race, rounds
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db(transaction=True)
LEFT = ("release_escrow", "refund_from_escrow")
HALF = 8
Deed = Callable[[], object]


def one_outcome(case: Case, *allowed: str) -> Dispute:
    """It ended in one of the ways, its money left once, and the books are in order."""
    dispute, held = case.now(), Escrow.objects.get()
    assert dispute.state in allowed, dispute.state
    assert dispute.changes.filter(became=dispute.state).count() == 1
    kinds = list(Entry.objects.filter(kind__in=LEFT).values_list("kind", flat=True))
    assert len(kinds) == len(set(kinds))
    if dispute.split_at:
        left = (dispute.split_to_freelancer, dispute.split_to_client)
        assert left == (held.released, held.refunded)
    else:
        assert kinds == []
    assert_every_law_holds()
    return dispute


def half_each(*deeds: Deed) -> Iterator[list[str]]:
    """Race each of *deeds* in as many threads, in five rounds."""
    return rounds(list(deeds) * (2 * HALF // len(deeds)))


def test_meeting_offers_and_an_accepted_proposal_settle_once() -> None:
    """Alice's 400 stands, and Bob has said yes to the mediator's 600: both may end it now."""
    case, at = proposed("600.00"), NOON + days(3)
    pk = case.dispute.pk
    answering.answer_proposal(pk, accepts=True, by=case.bob, at=at)
    offer = Offer.objects.get(side="client").pk

    for said in half_each(
        partial(negotiating.offer, pk, figure=EUR("390.00"), by=case.bob, at=at),
        partial(negotiating.accept, offer, by=case.bob, at=at),
        partial(answering.answer_proposal, pk, accepts=True, by=case.alice, at=at),
        partial(negotiating.offer, pk, figure=EUR("600.00"), by=case.alice, at=at),
    ):
        figure = one_outcome(case, "settled").figure
        assert figure in (EUR("400.00"), EUR("600.00"))
        assert said.count("WrongState") + said.count("done") == 2 * HALF


def test_a_decision_and_the_sides_own_figure_end_it_once() -> None:
    case, at = heard(price=EUR("200.00"), figure="50.00"), NOON + days(2)
    pk, offer = case.dispute.pk, Offer.objects.get().pk
    seen = settlement_preview(case.now(), EUR("100.00"), at=at).hash
    facts: dict[str, Any] = {"figure": EUR("100.00"), "reasons": WHY, "plan_hash": seen}

    for _ in half_each(
        partial(deciding.decide, pk, **facts, by=case.mia, at=at),
        partial(negotiating.accept, offer, by=case.bob, at=at),
    ):
        dispute = one_outcome(case, "settled", "decided")  # a decision ends the figure before it
        is_decided = dispute.state == "decided"
        assert dispute.figure == EUR("100.00" if is_decided else "50.00")
        assert dispute.decisions.filter(in_force_at__isnull=False).count() == is_decided


def test_an_award_and_the_sides_own_figure_end_it_once() -> None:
    case, at = in_arbitration(), REFUSED + days(2)
    pk, offer = case.dispute.pk, Offer.objects.get().pk
    hearing.take_on(pk, by=case.max, at=at)
    seen = settlement_preview(case.now(), EUR("700.00"), at=at).hash
    case.max.mandates.create(currency="EUR", cap=EUR("5000.00"))
    facts: dict[str, Any] = {"figure": EUR("700.00"), "reasons": WHY, "plan_hash": seen}

    for _ in half_each(
        partial(deciding.decide, pk, **facts, by=case.max, at=at),
        partial(negotiating.accept, offer, by=case.bob, at=at),
    ):
        dispute = one_outcome(case, "settled", "awarded")
        assert dispute.figure == EUR("400.00" if dispute.state == "settled" else "700.00")


def test_choosing_arbitration_and_its_default_at_once() -> None:
    """A moment before the end the other side chooses it; at the end silence decides."""
    case = unresolved()
    pk, until = case.dispute.pk, REFUSED + days(7)
    arbitration.choose(pk, by=case.bob, at=REFUSED)

    for _ in half_each(
        partial(arbitration.choose, pk, by=case.alice, at=until - days(1) / 24),
        partial(deadlines.follow, at=until),
    ):
        dispute = one_outcome(case, "in_arbitration", "defaulted")
        if dispute.state == "defaulted":
            assert dispute.figure == EUR("1000.00")


def test_refusing_and_deciding_by_default_at_once() -> None:
    """The last proposal stands, or the two agree: never both."""
    case = unresolved()
    until = REFUSED + days(7)
    negotiating.offer(case.dispute.pk, figure=EUR("450.00"), by=case.alice, at=REFUSED + days(3))
    offer = Offer.objects.filter(side="client").latest("pk").pk

    for _ in half_each(
        partial(negotiating.accept, offer, by=case.bob, at=until - days(1) / 24),
        partial(deadlines.follow, at=until),
    ):
        dispute = one_outcome(case, "settled", "defaulted")
        assert dispute.figure == EUR("450.00" if dispute.state == "settled" else "500.00")


def bank(charge: Charge, status: str, *, at: datetime, amount: int | None = None) -> Deed:
    """The bank's letter, as it comes."""
    minor = int(charge.amount.amount * 100) if amount is None else amount
    taken = BalanceLine("txn_out", "du_1", "adjustment", -minor, 1_500, "EUR", NOON)
    state = DisputeState("du_1", charge.payment_id, status, minor, "EUR", taken=taken)
    return partial(gateway_events.follow, GatewayEvent(), state, at=at)


def test_a_chargeback_and_a_settlement_at_once() -> None:
    """Either it was split before, or it waits; the bank has nothing of it twice."""
    case, at = opened(), NOON + days(1)
    offer, charge = Offer.objects.get().pk, Charge.objects.get()

    for _ in half_each(
        bank(charge, "needs_response", at=at),
        partial(negotiating.accept, offer, by=case.bob, at=at),
    ):
        dispute = one_outcome(case, "settled")
        assert Chargeback.objects.count() == 1
        assert Entry.objects.filter(kind="open_chargeback").count() == 1
        bank(charge, "lost", at=at + days(1))()
        assert Entry.objects.filter(kind="refund_from_escrow").count() == (
            dispute.split_at is not None
        )
        assert_every_law_holds()


def test_a_lost_chargeback_and_a_settlement_at_once() -> None:
    """The bank has all of it: the case is void, or it was agreed and there is nothing to split."""
    case, at = opened(), NOON + days(1)
    offer, charge = Offer.objects.get().pk, Charge.objects.get()
    bank(charge, "needs_response", at=at)()

    for _ in half_each(
        bank(charge, "lost", at=at),
        partial(negotiating.accept, offer, by=case.bob, at=at),
    ):
        one_outcome(case, "settled", "void")
        assert Escrow.objects.get().state == "lost"
        assert Entry.objects.filter(kind="lose_escrow").count() == 1
        deadlines.follow(at=at)


def test_the_control_without_the_lock_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mediator is called several times, because everybody looked before anybody wrote."""
    case, everybody = opened(), Barrier(2 * HALF)

    def look(_self: object, pk: int) -> Dispute:
        found = Dispute.objects.select_related("contract__client", "contract__freelancer")
        dispute = found.get(pk=pk)
        with suppress(BrokenBarrierError):
            everybody.wait(timeout=5)
        return dispute

    escalate = partial(hearing.escalate, case.dispute.pk, by=case.bob, at=NOON + days(1))
    with monkeypatch.context() as patch:
        patch.setattr(type(Dispute.objects), "lock", look)
        said = race([escalate] * 2 * HALF)

    assert said.count("done") > 1
    assert case.now().changes.filter(step="escalate").count() > 1
