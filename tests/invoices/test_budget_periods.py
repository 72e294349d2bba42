"""Budgets by month: in which period a commitment counts, and what that period lets through."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotYours
from billing_site.people.models import User
from invoices.models import BudgetAlert, Contract, Milestone
from invoices.queries.commitments import Commitment, Whose, commitments
from invoices.services import budgeting, contracts, crediting, invoicing, milestones, projects
from invoices.services.budgeting import OverBudget
from invoices.services.drafting import PlannedWork
from invoices.services.projects import Limits
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
    found = commitments(Whose.PROJECT, project.pk, at=in_april)
    assert [each.on for each in found] == [NOON.date()]
    line = invoice.lines.get()
    crediting.credit(
        invoice.pk, amounts={line.pk: EUR("200.00")}, reason="Less.", by=bob, at=in_april
    )
    found = commitments(Whose.PROJECT, project.pk, at=in_april)
    assert {each.on for each in found} == {NOON.date()}
    assert sum((each.net for each in found), EUR("0.00")) == EUR("800.00")


def test_whoever_takes_a_contract_out_of_a_hard_budget_pays_for_the_client(
    alice: User, bob: User
) -> None:
    maria = given.member(alice, "Maria", role="approver")
    hard = given_projects.budgeted(alice, EUR("1500.00"))
    soft = given_projects.budgeted(alice, EUR("1500.00"), is_hard=False, code="S")
    contract = milestone_due(alice, bob).contract
    given_projects.assigned(contract, soft, by=maria)
    given_projects.assigned(contract, hard, by=maria)
    given_projects.assigned(contract, hard, by=maria)  # It stays where it is.
    for to in (soft, None):
        with pytest.raises(NotYours, match="pays for"):
            projects.assign(contract.pk, to, by=maria, at=NOON)
    projects.assign(contract.pk, None, by=alice, at=NOON)


def test_a_month_that_is_used_up_lets_the_next_one_be_planned(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("1500.00"), period="month")
    now, later = milestone_due(alice, bob), milestone_due(alice, bob, IN_APRIL, EUR("800.00"))
    given_projects.assigned(now.contract, project, by=alice)
    cut = Limits(EUR("900.00"), None, is_hard=True)
    projects.set_budget(project.pk, "month", "", cut, by=alice, at=NOON)
    given_projects.assigned(later.contract, project, by=alice)


def test_one_project_that_fails_keeps_no_other_from_being_told_of(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad = given_projects.budgeted(alice, EUR("1500.00"), code="BAD")
    good = given_projects.budgeted(alice, EUR("1500.00"), code="GOOD")
    for each in (bad, good):
        given_projects.assigned(milestone_due(alice, bob).contract, each, by=alice)
    BudgetAlert.objects.all().delete()
    count = commitments

    def breaking(whose: Whose, key: int, *, at: datetime) -> list[Commitment]:
        if key == bad.pk:
            raise ValueError("Nobody can count this one.")
        return count(whose, key, at=at)

    monkeypatch.setattr(budgeting, "commitments", breaking)
    assert [each.budget.project for each in budgeting.alert_all(at=NOON)] == [good]
    assert f"Could not compare project {bad.pk}" in caplog.text


def test_a_limit_that_changes_is_told_of_anew(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("1500.00"))
    given_projects.assigned(milestone_due(alice, bob).contract, project, by=alice)
    assert [each.percent for each in BudgetAlert.objects.all()] == [50]
    for money, told in (("1500.00", 0), ("3000.00", 0), ("2000.00", 1)):
        limits = Limits(EUR(money), None, is_hard=True)
        projects.set_budget(project.pk, "whole", "", limits, by=alice, at=NOON)
        assert len(budgeting.alert_all(at=NOON)) == told
