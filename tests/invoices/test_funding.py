"""A payment on its way to a milestone, and what becomes of both."""

from __future__ import annotations

from uuid import uuid4

import pytest

from billing_site.kernel.invariants import laws
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices import tasks
from invoices.models import Contract, FeeInvoice, Invoice, Milestone
from invoices.services import contracts, ending, invoicing, milestones
from ledger.queries.balances import balance
from payments.models import Charge, Escrow, Refund
from payments.services import charging
from tests import given
from tests.given import EUR, NOON, days


def state() -> str:
    return str(Milestone.objects.get().state)


def test_funding_holds_the_gross_and_defers_the_fee(alice: User, bob: User) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob)

    assert milestone.state == Milestone.State.FUNDED
    assert milestone.escrow is not None
    assert balance(f"escrow:{milestone.escrow.ref}", "EUR") == EUR("1000.00")
    assert balance(f"deferred:client_fee:{milestone.escrow.ref}", "EUR") == EUR("50.00")
    assert Charge.objects.get().amount == EUR("1060.00")
    assert FeeInvoice.objects.get().side == FeeInvoice.Side.CLIENT


def test_the_same_form_begins_one_payment(alice: User, bob: User) -> None:
    milestone = given.planned_milestone(client=alice, freelancer=bob)
    form = uuid4()

    first = milestones.begin_funding(milestone.pk, by=alice, at=NOON, op_id=form)
    second = milestones.begin_funding(milestone.pk, by=alice, at=NOON, op_id=form)

    assert first == second
    assert Charge.objects.count() == 1
    with pytest.raises(WrongState):
        milestones.begin_funding(milestone.pk, by=alice, at=NOON, op_id=uuid4())


def test_a_form_of_one_milestone_does_not_fund_another(alice: User, bob: User) -> None:
    contract = given.active_contract(client=alice, freelancer=bob, titles=["One", "Two"])
    one, two = contract.milestones.order_by("position")
    form = uuid4()
    milestones.begin_funding(one.pk, by=alice, at=NOON, op_id=form)

    with pytest.raises(NotAllowed, match="sent before"):
        milestones.begin_funding(two.pk, by=alice, at=NOON, op_id=form)
    assert Charge.objects.count() == 1


def test_the_news_that_comes_three_times_funds_once(alice: User, bob: User) -> None:
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    charge = Charge.objects.get()

    for _ in range(3):
        given.pay(charge)

    assert state() == Milestone.State.FUNDED
    assert milestone.changes.filter(step="fund").count() == 1
    assert Letter.objects.filter(key__contains="/funded/").count() == 1


def test_a_payment_that_fails_leaves_the_milestone_to_be_funded_anew(
    alice: User, bob: User
) -> None:
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    given.refuse(Charge.objects.get())

    assert state() == Milestone.State.PLANNED
    assert Milestone.objects.get().escrow is None
    assert FeeInvoice.objects.count() == 0
    assert milestone.changes.latest("pk").note == "The bank refused."

    given.fund(milestone, by=alice, at=NOON + days(1))
    assert state() == Milestone.State.FUNDED


def test_a_payment_that_is_given_up_is_followed_without_any_news(alice: User, bob: User) -> None:
    given.funding_milestone(client=alice, freelancer=bob)
    charging.cancel(Charge.objects.get().pk, by=alice, at=NOON + days(1))

    tasks.fail_dropped(at=NOON + days(1))
    tasks.fail_dropped(at=NOON + days(1))

    assert state() == Milestone.State.PLANNED


def test_what_was_given_up_can_be_funded_at_once(alice: User, bob: User) -> None:
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    charging.cancel(Charge.objects.get().pk, by=alice, at=NOON)

    given.fund(milestone, by=alice, at=NOON)

    assert state() == Milestone.State.FUNDED
    assert Escrow.objects.filter(state=Escrow.State.DROPPED).count() == 1


def test_nothing_is_funded_while_the_contract_is_paused(alice: User, bob: User) -> None:
    milestone = given.planned_milestone(client=alice, freelancer=bob)
    contracts.pause(milestone.contract_id, by=alice, at=NOON)

    with pytest.raises(NotAllowed, match="is paused"):
        milestones.begin_funding(milestone.pk, by=alice, at=NOON)
    assert Charge.objects.count() == 0

    contracts.resume(milestone.contract_id, by=alice, at=NOON)
    milestones.begin_funding(milestone.pk, by=alice, at=NOON)


def test_a_limit_binds_the_whole_that_is_paid(alice: User, bob: User) -> None:
    milestone = given.planned_milestone(client=alice, freelancer=bob)
    enough = given.member(alice, "Enough", role="finance", limit=EUR("1060.00"))
    short = given.member(alice, "Short", role="finance", limit=EUR("1059.99"))

    with pytest.raises(NotYours):
        milestones.begin_funding(milestone.pk, by=short, at=NOON)
    assert state() == Milestone.State.PLANNED
    milestones.begin_funding(milestone.pk, by=enough, at=NOON)


def test_a_client_does_not_end_a_contract_while_money_is_held(alice: User, bob: User) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob)

    with pytest.raises(NotAllowed, match=r"€1,000\.00 is held"):
        ending.end(milestone.contract_id, by=alice, at=NOON)
    assert Contract.objects.get().state == Contract.State.ACTIVE


def test_a_freelancer_who_ends_a_contract_gives_back_what_is_held(alice: User, bob: User) -> None:
    contract = given.active_contract(client=alice, freelancer=bob, titles=["One", "Two", "Three"])
    one, two, _three = contract.milestones.order_by("position")
    given.fund(one, by=alice)
    given.fund(two, by=alice)
    invoice = invoicing.deliver(two.pk, message="Half.", by=bob, at=NOON)

    ending.end(contract.pk, by=bob, at=NOON + days(1), reason="Another job.")
    assert Contract.objects.get().state == Contract.State.ENDING
    tasks.return_held_money(milestone_id=one.pk)
    tasks.return_held_money(milestone_id=one.pk)  # Jobs run at least once.
    tasks.return_held_money(milestone_id=two.pk)

    assert Contract.objects.get().state == Contract.State.ENDED
    states = contract.milestones.order_by("position").values_list("state", flat=True)
    assert list(states) == ["closed", "closed", "cancelled"]
    assert Invoice.objects.get(pk=invoice.pk).state == Invoice.State.WITHDRAWN
    refunds = Refund.objects.order_by("pk")
    assert [refund.amount for refund in refunds] == [EUR("1060.00")] * 2
    assert balance("income:client_fee", "EUR") == EUR("0.00")
    assert [law.sentence for law in laws() if law.check()] == []


def test_money_that_arrives_after_the_end_goes_back_at_once(alice: User, bob: User) -> None:
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    ending.end(milestone.contract_id, by=alice, at=NOON + days(1))
    assert Contract.objects.get().state == Contract.State.ENDING

    given.pay(Charge.objects.get(), at=NOON + days(4))
    tasks.return_held_money(milestone_id=milestone.pk)

    assert state() == Milestone.State.CLOSED
    assert Refund.objects.get().amount == EUR("1060.00")
    assert Contract.objects.get().state == Contract.State.ENDED
    assert Letter.objects.filter(key__contains="/funded/").count() == 0


def test_a_payment_that_fails_after_the_end_lets_the_contract_close(alice: User, bob: User) -> None:
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    ending.end(milestone.contract_id, by=alice, at=NOON + days(1))

    given.refuse(Charge.objects.get(), at=NOON + days(4))

    assert state() == Milestone.State.CANCELLED
    assert Contract.objects.get().state == Contract.State.ENDED


def test_a_contract_with_nothing_open_ends_at_once(alice: User, bob: User) -> None:
    invoice = given.paid_invoice(client=alice, freelancer=bob)

    ended = ending.end(invoice.contract_id, by=alice, at=NOON + days(2))

    assert (ended.state, ended.ended_at) == (Contract.State.ENDED, NOON + days(2))


def test_work_is_not_delivered_before_it_is_funded(alice: User, bob: User) -> None:
    milestone = given.planned_milestone(client=alice, freelancer=bob)

    with pytest.raises(NotAllowed, match="do not start the work"):
        invoicing.deliver(milestone.pk, message="Done.", by=bob, at=NOON)
    assert Invoice.objects.count() == 0


@pytest.mark.parametrize("situation", [given.paid_invoice, given.submitted_invoice])
def test_the_laws_hold(situation: object, alice: User, bob: User) -> None:
    situation(client=alice, freelancer=bob)  # type: ignore[operator]
    given.jobs_done(at=NOON + days(1))

    assert [law.sentence for law in laws() if law.check()] == []
