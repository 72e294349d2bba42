"""Budgets by month: in which period a commitment counts, and what that period lets through."""

from __future__ import annotations

from datetime import date

import pytest

from billing_site.kernel.money import Money
from billing_site.people.models import User
from invoices.models import Contract, Milestone
from invoices.queries.commitments import commitments
from invoices.services import contracts, crediting, invoicing, milestones
from invoices.services.budgeting import OverBudget
from invoices.services.drafting import PlannedWork
from payments.models import Charge
from tests import given, given_projects
from tests.given import EUR, NOON, days

IN_APRIL = date(2026, 4, 10)
PRICE = EUR("1000.00")


def milestone_due(
    alice: User, bob: User, due_on: date | None = None, price: Money = PRICE
) -> Milestone:
    """One that both sides agreed to, in no project yet."""
    contract = contracts.draft(
        client=given.organization(alice),
        freelancer=given.organization(bob),
        title="Brand refresh",
        work=[PlannedWork("Logo", price, due_on=due_on)],
        treatment=None,
        review_days=14,
        by=alice,
        at=NOON,
    )
    contracts.offer(contract.pk, by=alice, at=NOON)
    contracts.accept(contract.pk, by=bob, at=NOON)
    return Contract.objects.get(pk=contract.pk).milestones.get()


def test_funding_early_counts_in_the_month_in_which_it_begins(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("1500.00"), period="month")
    now, later = milestone_due(alice, bob), milestone_due(alice, bob, IN_APRIL)
    for each in (now, later):
        given_projects.assigned(each.contract, project, by=alice)
    with pytest.raises(OverBudget, match=r"in March 2026 .* make it €2,000\.00"):
        milestones.begin_funding(later.pk, by=alice, at=NOON)
    later.refresh_from_db()
    assert (later.state, later.escrow_id) == ("planned", None)
    assert not Charge.objects.exists()
    milestones.begin_funding(now.pk, by=alice, at=NOON)


def test_held_money_stays_in_its_month_when_it_is_approved(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("1500.00"), period="month")
    milestone = milestone_due(alice, bob)
    given_projects.assigned(milestone.contract, project, by=alice)
    given.fund(milestone, by=alice)
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=bob, at=NOON)
    in_april = NOON + days(35)
    invoicing.approve(invoice.pk, by=alice, at=in_april)
    found = commitments(project.contracts.all(), at=in_april)
    assert [each.on for each in found] == [NOON.date()]
    line = invoice.lines.get()
    crediting.credit(
        invoice.pk, amounts={line.pk: EUR("200.00")}, reason="Less.", by=bob, at=in_april
    )
    found = commitments(project.contracts.all(), at=in_april)
    assert {each.on for each in found} == {NOON.date()}
    assert sum((each.net for each in found), EUR("0.00")) == EUR("800.00")
