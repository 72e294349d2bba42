"""Opening, offers that meet, withdrawing; and what every outcome does with the money."""

from __future__ import annotations

from uuid import uuid4

import pytest

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.platform.models import Letter
from disputes.models import Dispute, Offer
from disputes.services import negotiating, splitting
from disputes.services.opening import open_dispute
from invoices.models import Invoice
from invoices.services import invoicing
from ledger.models import Entry
from payments.models import Escrow, Freeze
from payments.services import freezing
from tests import given
from tests.given import EUR, NOON, days
from tests.given_disputes import Case, claim, opened
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


def split_of(case: Case) -> tuple[object, ...]:
    dispute, escrow = case.now(), Escrow.objects.get()
    assert not Freeze.objects.open().exists()
    assert (dispute.split_to_freelancer, dispute.split_to_client) == (
        escrow.released,
        escrow.refunded,
    )
    return dispute.state, escrow.state, escrow.released, escrow.refunded


def test_opening_freezes_the_money_and_asks_the_other_side() -> None:
    case = opened()
    dispute, invoice = case.now(), Invoice.objects.get()
    assert (dispute.state, dispute.side, invoice.state) == ("open", "client", "contested")
    assert dispute.at_stake == EUR("1000.00")
    assert dispute.answer_by == dispute.act_by == NOON + days(7)  # five business days
    assert Escrow.objects.frozen().exists()
    with pytest.raises(NotAllowed):
        invoicing.approve(invoice.pk, by=case.alice, at=NOON)
    told = Letter.objects.filter(about_type="dispute")
    assert {letter.email for letter in told} == {"alice@example.org", "bob@example.org"}
    offer = Offer.objects.get()
    assert (offer.side, offer.figure) == ("client", EUR("400.00"))


def test_an_escrow_is_disputed_once_and_the_same_form_is_one_deed() -> None:
    alice = given.person("alice")
    bob = given.person("bob", kind="freelancer")
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    assert invoice.escrow_id
    form = uuid4()
    for _ in range(2):
        open_dispute(invoice.escrow_id, claim(EUR("1")), by=alice, at=NOON, op_id=form)
    assert Dispute.objects.count() == 1
    with pytest.raises(WrongState, match="Alice was faster"):
        open_dispute(invoice.escrow_id, claim(EUR("1")), by=bob, at=NOON)


def test_who_belongs_to_neither_side_opens_nothing() -> None:
    alice = given.person("alice")
    bob = given.person("bob", kind="freelancer")
    charlie = given.person("charlie")
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    assert invoice.escrow_id
    with pytest.raises(NotYours):
        open_dispute(invoice.escrow_id, claim(EUR("1")), by=charlie, at=NOON)
    with pytest.raises(NotAllowed, match="between nothing and"):
        open_dispute(invoice.escrow_id, claim(EUR("1000.01")), by=bob, at=NOON)
    with pytest.raises(WrongState, match="ended on"):
        open_dispute(invoice.escrow_id, claim(EUR("1")), by=alice, at=NOON + days(15))
    assert not Freeze.objects.exists()
    assert not Dispute.objects.exists()


def test_either_side_may_open_where_nothing_was_delivered() -> None:
    alice = given.person("alice")
    bob = given.person("bob", kind="freelancer")
    milestone = given.funded_milestone(client=alice, freelancer=bob)
    assert milestone.escrow_id
    dispute = open_dispute(milestone.escrow_id, claim(EUR("0.00")), by=alice, at=NOON)
    assert dispute.made_invoice
    assert dispute.invoice.gross == EUR("1000.00")
    negotiating.accept(Offer.objects.get().pk, by=bob, at=NOON + days(1))
    assert Invoice.objects.get().state == "withdrawn"
    assert Escrow.objects.get().state == "refunded"
    assert_every_law_holds()


def test_figures_that_cross_settle_at_the_one_that_stood_first() -> None:
    case = opened()
    negotiating.offer(case.dispute.pk, figure=EUR("700.00"), by=case.bob, at=NOON + days(1))
    assert case.now().answered_at == NOON + days(1)
    assert case.now().state == "open"
    before = Entry.objects.count()
    negotiating.offer(case.dispute.pk, figure=EUR("750.00"), by=case.alice, at=NOON + days(2))
    assert split_of(case) == ("settled", "split", EUR("700.00"), EUR("300.00"))
    assert Entry.objects.count() - before == 2
    assert Invoice.objects.get().gross == EUR("700.00")
    assert set(Offer.objects.values_list("ending", flat=True)) == {"replaced", "met"}
    assert_every_law_holds()


def test_an_accepted_offer_is_carried_out_once() -> None:
    case = opened()
    offer, form = Offer.objects.get(), uuid4()
    for _ in range(2):
        negotiating.accept(offer.pk, by=case.bob, at=NOON + days(1), op_id=form)
    with pytest.raises(WrongState, match="is over"):
        negotiating.accept(offer.pk, by=case.bob, at=NOON + days(1))
    assert split_of(case) == ("settled", "split", EUR("400.00"), EUR("600.00"))
    assert splitting.split_waiting(at=NOON + days(2)) == []


def test_an_expired_offer_meets_nothing() -> None:
    case = opened()
    negotiating.offer(case.dispute.pk, figure=EUR("900.00"), by=case.bob, at=NOON + days(6))
    negotiating.offer(case.dispute.pk, figure=EUR("100.00"), by=case.alice, at=NOON + days(8))
    late = NOON + days(14)
    theirs = Offer.objects.get(side="freelancer")
    with pytest.raises(WrongState, match="expired or was replaced"):
        negotiating.accept(theirs.pk, by=case.alice, at=late)
    negotiating.offer(case.dispute.pk, figure=EUR("950.00"), by=case.alice, at=late)
    assert case.now().state == "open"


def test_nobody_accepts_their_own_or_spends_more_than_they_may() -> None:
    case = opened()
    anna = given.member(case.alice, "Anna", role="approver", limit=EUR("300.00"))
    with pytest.raises(NotAllowed, match="your own"):
        negotiating.accept(Offer.objects.get().pk, by=case.alice, at=NOON)
    with pytest.raises(NotYours, match="approve"):
        negotiating.offer(case.dispute.pk, figure=EUR("301.00"), by=anna, at=NOON)
    with pytest.raises(NotYours):
        negotiating.offer(case.dispute.pk, figure=EUR("1"), by=given.person("charlie"), at=NOON)


def test_withdrawing_frees_the_money_and_gives_the_time_back() -> None:
    case = opened(by="alice")
    with pytest.raises(NotYours):
        negotiating.withdraw(case.dispute.pk, by=case.bob, at=NOON + days(2))
    negotiating.withdraw(case.dispute.pk, by=case.alice, at=NOON + days(2))
    invoice = Invoice.objects.get()
    assert (case.now().state, invoice.state) == ("withdrawn", "submitted")
    assert invoice.answer_by == NOON + days(16)
    assert not Freeze.objects.open().exists()
    assert not Offer.objects.standing().exists()
    again = open_dispute(case.dispute.escrow_id, claim(EUR("1")), by=case.alice, at=NOON + days(3))
    assert again.state == "open"


def test_a_split_waits_while_another_cause_keeps_the_money() -> None:
    case = opened()
    kept = Freeze.Cause.STAFF
    freezing.freeze(case.dispute.escrow_id, cause=kept, reason="A look", by=case.mia, at=NOON)
    negotiating.accept(Offer.objects.get().pk, by=case.bob, at=NOON + days(1))
    assert (case.now().state, case.now().split_at) == ("settled", None)
    assert Escrow.objects.get().state == "held"
    assert splitting.split_waiting(at=NOON + days(2)) == []
    freezing.unfreeze(case.dispute.escrow_id, cause=kept, by=case.mia, at=NOON + days(3))
    assert len(splitting.split_waiting(at=NOON + days(3))) == 1
    assert case.now().split_at == NOON + days(3)
    assert split_of(case) == ("settled", "split", EUR("400.00"), EUR("600.00"))


def test_void_lets_the_invoice_go_on() -> None:
    case = opened()
    splitting.void(case.dispute.pk, at=NOON + days(1))
    assert (case.now().state, Invoice.objects.get().state) == ("void", "submitted")
    with pytest.raises(WrongState, match="is over"):
        negotiating.offer(case.dispute.pk, figure=EUR("1"), by=case.bob, at=NOON + days(1))
