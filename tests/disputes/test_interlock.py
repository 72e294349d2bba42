"""Each cell of the interlock between a bank's case and the two sides' own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from billing_site.kernel.money import Money
from billing_site.platform import clock
from disputes.models import Dispute
from disputes.services import negotiating, splitting
from disputes.services.opening import open_dispute
from invoices.models import Invoice
from invoices.services import invoicing
from ledger.models import Reservation
from payments import gateways
from payments.gateways.base import Evidence
from payments.models import Charge, ChargebackPart, Freeze, Lot
from payments.services import earnings
from tests import given, given_payments
from tests.disputes.interlock import INTERLOCK, Bank, Case, Cell, Stage
from tests.given import EUR, NOON, days
from tests.given_disputes import claim
from tests.invoices.books import assert_every_law_holds
from tests.payments.given_chargebacks import decided, wanted

pytestmark = pytest.mark.django_db
MOVED = {"held": "held", "released": "freelancer", "owed": "client", "borne": "us"}
DAY = days(1)


class World:
    """Bob delivered for 1,000, or another price, by a real payment of Alice."""

    def __init__(self, stage: Stage, case: Case, price: str = "1000.00") -> None:
        self.alice = given_payments.payer("alice")
        self.bob = given_payments.worker("bob")
        milestone = given.funding_milestone(
            client=self.alice, freelancer=self.bob, price=EUR(price)
        )
        charge = Charge.objects.get()
        given_payments.paid(given_payments.opened(charge))
        invoice = invoicing.deliver(
            milestone.pk, message="All of it.", uploads=(), by=self.bob, at=NOON + DAY
        )
        self.invoice, self.now = invoice, NOON + DAY
        self.charge = Charge.objects.get()
        assert invoice.escrow_id
        if stage != Stage.HELD:
            self._release(stage)
        if case != Case.NONE:
            open_dispute(invoice.escrow_id, claim(EUR(price) * 4 / 10), by=self.alice, at=self.now)
        self.case = case

    def _release(self, stage: Stage) -> None:
        invoicing.approve(self.invoice.pk, by=self.alice, at=self.now)
        if stage == Stage.PENDING:
            return
        self.now += 10 * DAY
        earnings.make_available(at=self.now)
        if stage == Stage.PAID_OUT:
            method = given_payments.payout_method(self.bob)
            all_of_it = Lot.objects.get().amount
            given_payments.requested_payout(self.bob, method, all_of_it, at=self.now)
            self.now += 5 * DAY
            given_payments.settle(at=self.now)

    def at(self) -> datetime:
        self.now += DAY
        return self.now

    def agree(self) -> None:
        """The two sides settle it, bank or no bank."""
        if self.case == Case.AGREED:
            offer = Dispute.objects.get().offers.get()
            negotiating.accept(offer.pk, by=self.bob, at=self.at())

    def cell(self) -> Cell:
        splitting.split_waiting(at=self.at())
        kept = (
            Freeze.objects.open().filter(cause="chargeback").exists()
            or Lot.objects.exclude(kept_for=None).exists()
            or Reservation.objects.filter(key__startswith="chargeback/", end=None).exists()
        )
        losses = {MOVED[kind] for kind in ChargebackPart.objects.values_list("kind", flat=True)}
        losses.discard("us")  # cents that no part of anything is worth
        assert_every_law_holds()
        return Cell("kept" if kept else "free", self._case(), losses.pop() if losses else "nobody")

    def _case(self) -> str:
        dispute = Dispute.objects.first()
        if dispute is None:
            return "none"
        if dispute.state == Dispute.State.VOID:
            return "void"
        if dispute.is_running:
            return "goes on"
        return "split" if dispute.split_at else "waits"


def test_the_table_has_every_cell() -> None:
    assert all(set(row) == set(Bank) for row in INTERLOCK.values())
    assert {stage for stage, _ in INTERLOCK} == set(Stage)
    assert {case for _, case in INTERLOCK} == set(Case)


@pytest.mark.parametrize(
    ("stage", "case"), [row for row in INTERLOCK if row[1] != Case.AGREED], ids=" and ".join
)
def test_one_case_of_a_bank_after_the_other(stage: Stage, case: Case) -> None:
    world = World(stage, case)

    found = {bank: world.cell() for bank in one_after_the_other(world, EUR("105.95"))}

    assert found == INTERLOCK[stage, case]


def one_after_the_other(world: World, part: Money) -> Iterator[Bank]:
    """It asks; it wants a part and leaves it; it takes a part; it takes the rest."""
    asked = wanted(world.charge, at=world.at(), is_inquiry=True)
    yield Bank.INQUIRY
    with clock.pinned(world.at()):
        gateways.current().accept_dispute(asked.dispute_id, key="a1")
    given_payments.settle(at=world.at())
    yield Bank.CLOSED
    first = wanted(world.charge, at=world.at(), amount=part)
    yield Bank.OPENED
    with clock.pinned(world.at()):
        shown = Evidence({"service_date": "2026-03-02"})
        gateways.current().submit_evidence(first.dispute_id, shown, submit=True, key="k1")
    given_payments.settle(at=world.now)
    yield Bank.RESPONDED
    given_payments.settle(at=world.now + 5 * DAY)
    world.now += 5 * DAY
    yield Bank.WON
    decided(wanted(world.charge, at=world.at(), amount=part), won=False, at=world.at())
    yield Bank.LOST_IN_PART
    rest = world.charge.amount - part
    decided(wanted(world.charge, at=world.at(), amount=rest), won=False, at=world.at())
    yield Bank.LOST


@pytest.mark.parametrize("ends", [Bank.CLOSED, Bank.WON, Bank.LOST_IN_PART, Bank.LOST])
def test_what_was_agreed_waits_for_the_bank(ends: Bank) -> None:
    world, found = World(Stage.HELD, Case.AGREED), {}
    of = None if ends == Bank.LOST else EUR("529.75")
    is_question = ends == Bank.CLOSED

    bank = wanted(world.charge, at=world.at(), amount=of, is_inquiry=is_question)
    world.agree()
    found[Bank.INQUIRY if is_question else Bank.OPENED] = world.cell()
    if is_question:
        with clock.pinned(world.at()):
            gateways.current().accept_dispute(bank.dispute_id, key="a1")
        given_payments.settle(at=world.at())
    else:
        with clock.pinned(world.at()):
            shown = Evidence({"service_date": "2026-03-02"})
            gateways.current().submit_evidence(bank.dispute_id, shown, submit=True, key="k1")
        given_payments.settle(at=world.now)
        found[Bank.RESPONDED] = world.cell()
        decided(bank, won=ends == Bank.WON, at=world.at())
    found[ends] = world.cell()

    for state, cell in found.items():
        assert cell == INTERLOCK[Stage.HELD, Case.AGREED][state]
    if ends == Bank.LOST_IN_PART:
        dispute = Dispute.objects.get()
        assert (dispute.split_to_freelancer, dispute.split_to_client) == (
            EUR("200.00"),
            EUR("300.00"),
        )
    if ends == Bank.LOST:
        assert Invoice.objects.get().state == "submitted", "The invoice resumes."
