"""Projects: budgets that hold or warn, what counts against them, and who sees them."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import AuditEvent, Letter
from invoices.models import BudgetAlert, Contract, Project
from invoices.queries.commitments import Whose, commitments
from invoices.queries.project_page import figures_of
from invoices.services import (
    bonuses,
    budgeting,
    contracts,
    expenses,
    hourly_terms,
    invoicing,
    milestones,
    projects,
)
from invoices.services.budgeting import NearBudget, OverBudget
from invoices.services.projects import Limits, Named
from tests import given, given_projects
from tests.given import EUR, NOON, days
from tests.invoices._race import race
from tests.invoices.budgeted import draft_in


def sums(project: Project) -> tuple[str, ...]:
    found = figures_of(commitments(Whose.PROJECT, project.pk, at=NOON), "EUR")
    return tuple(f"{it.amount:.0f}" for it in (found.agreed, found.held, found.billed, found.paid))


def test_a_hard_budget_refuses_the_offer_that_does_not_fit(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("1500.00"))
    first, second = (draft_in(project, alice, bob) for _ in range(2))
    contracts.offer(first.pk, by=alice, at=NOON)

    with pytest.raises(OverBudget, match=r"is €1,500\.00, and this would make it €2,000\.00"):
        contracts.offer(second.pk, by=alice, at=NOON)

    second.refresh_from_db()
    assert second.state == Contract.State.DRAFT
    assert sums(project) == ("1000", "0", "0", "0")
    contracts.withdraw(first.pk, by=alice, at=NOON)  # and what is taken back counts no more
    contracts.offer(second.pk, by=alice, at=NOON)


def test_a_refusal_names_who_can_raise_the_budget(alice: User, bob: User) -> None:
    given.member(alice, "Fiona", role="finance")
    project = given_projects.budgeted(alice, EUR("500.00"))
    with pytest.raises(OverBudget, match=r"Alice or Fiona can raise the budget"):
        contracts.offer(draft_in(project, alice, bob).pk, by=alice, at=NOON)


def test_a_soft_budget_warns_until_it_is_confirmed(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("500.00"), is_hard=False)
    contract = draft_in(project, alice, bob)
    with pytest.raises(NearBudget, match="Tick the box"):
        contracts.offer(contract.pk, by=alice, at=NOON)
    contracts.offer(contract.pk, by=alice, at=NOON, over_budget=True)
    assert AuditEvent.objects.get(deed="budget.exceeded").facts["contract"] == contract.ref


def test_what_counts_goes_from_agreed_to_held_to_paid(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("1000.00"))
    contract = draft_in(project, alice, bob)
    assert sums(project) == ("0", "0", "0", "0")
    contracts.offer(contract.pk, by=alice, at=NOON)
    contracts.accept(contract.pk, by=bob, at=NOON)
    milestone = contract.milestones.get()
    assert sums(project) == ("1000", "0", "0", "0")
    given.fund(milestone, by=alice)
    assert sums(project) == ("0", "1000", "0", "0")
    invoice = invoicing.deliver(milestone.pk, message="Done.", by=bob, at=NOON)
    invoicing.approve(invoice.pk, by=alice, at=NOON)
    assert sums(project) == ("0", "0", "1000", "1000")


def test_funding_is_refused_where_the_budget_was_cut(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("1000.00"))
    contract = draft_in(project, alice, bob)
    contracts.offer(contract.pk, by=alice, at=NOON)
    contracts.accept(contract.pk, by=bob, at=NOON)
    projects.set_budget(
        project.pk, "whole", "", Limits(EUR("900.00"), None, is_hard=True), by=alice, at=NOON
    )
    with pytest.raises(OverBudget):
        milestones.begin_funding(contract.milestones.get().pk, by=alice, at=NOON)
    assert contract.milestones.get().state == "planned"


def test_limits_rates_and_hours_are_checked(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("1100.00"), hours=25)
    contract = given.hourly_contract(client=alice, freelancer=bob)  # 20 h at 50
    given_projects.assigned(contract, project, by=alice)
    with pytest.raises(OverBudget):  # 23 h are 1,150
        hourly_terms.change_limit(contract.pk, 23 * 60, by=alice, at=NOON)
    with pytest.raises(OverBudget):
        hourly_terms.change_rate(contract.pk, EUR("60.00"), by=alice, at=NOON + days(0.1))
    hourly_terms.change_limit(contract.pk, 22 * 60, by=alice, at=NOON)
    projects.set_budget(
        project.pk, "whole", "", Limits(EUR("9000.00"), 25 * 60, is_hard=True), by=alice, at=NOON
    )
    with pytest.raises(OverBudget, match="25 h"):
        hourly_terms.change_limit(contract.pk, 26 * 60, by=alice, at=NOON)


def test_bonuses_and_expenses_are_checked_when_the_client_agrees(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("1050.00"))
    limits = Limits(EUR("20.00"), None, is_hard=True)
    projects.set_budget(project.pk, "month", "travel", limits, by=alice, at=NOON)
    contract = given.active_contract(client=alice, freelancer=bob)
    given_projects.assigned(contract, project, by=alice)
    give = partial(bonuses.give, contract.pk, words="Quick.", by=alice, at=NOON)
    with pytest.raises(OverBudget):
        give(EUR("60.00"))
    assert contract.invoices.count() == 0
    give(EUR("50.00"))

    expense = given.expense(contract, by=bob)
    invoice = expenses.invoice(contract.pk, [expense.ref], by=bob, at=NOON)
    invoicing.submit(invoice.pk, message="Tickets.", by=bob, at=NOON)
    with pytest.raises(OverBudget):
        invoicing.approve(invoice.pk, by=alice, at=NOON)


def test_a_retainer_counts_with_its_period_by_month(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("2999.00"), period="month")
    contract = given.retainer(client=alice, freelancer=bob)  # 3,000 a month
    with pytest.raises(OverBudget, match="in March 2026"):
        given_projects.assigned(contract, project, by=alice)
    contract.refresh_from_db()
    assert contract.project is None


def test_each_threshold_is_told_of_once_a_period(alice: User, bob: User) -> None:
    project = given_projects.budgeted(alice, EUR("2000.00"))
    for _ in range(2):
        contracts.offer(draft_in(project, alice, bob).pk, by=alice, at=NOON)
    budgeting.alert_all(at=NOON)
    assert list(BudgetAlert.objects.order_by("percent").values_list("percent", flat=True)) == [
        50,
        80,
        100,
    ]
    told = Letter.objects.filter(key__contains="/budget/").order_by("pk")
    assert [letter.subject.split(": ")[1][:5] for letter in told] == ["50 % ", "100 %"]


def test_projects_belong_to_the_client_alone(alice: User, bob: User, charlie: User) -> None:
    project = given_projects.project(alice)
    with pytest.raises(NotYours):
        projects.rename(project.pk, Named("Mine", "M"), by=charlie)
    with pytest.raises(NotYours):
        projects.begin(given.organization(bob), Named("A", "A"), currency="EUR", by=bob, at=NOON)
    with pytest.raises(NotAllowed, match="another project"):
        given_projects.project(alice)
    contract = given.draft_contract(client=charlie, freelancer=bob)
    with pytest.raises(NotYours):
        projects.assign(contract.pk, project, by=charlie, at=NOON)
    projects.close(project.pk, by=alice, at=NOON)
    with pytest.raises(WrongState):
        projects.close(project.pk, by=alice, at=NOON)
    with pytest.raises(NotAllowed, match="closed"):
        draft_in(project, alice, bob)
    projects.reopen(project.pk, by=alice, at=NOON)


def test_the_database_keeps_a_contract_out_of_others_projects(
    alice: User, bob: User, charlie: User
) -> None:
    project = given_projects.project(alice)
    contract = given.draft_contract(client=charlie, freelancer=bob)
    with pytest.raises(IntegrityError, match="of its client"), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(project=project)
    with connection.cursor() as cursor, pytest.raises(Exception, match="stays with its client"):
        cursor.execute("UPDATE invoices_project SET currency = 'USD'")


@pytest.mark.django_db(transaction=True)
def test_sixteen_offers_at_once_stay_within_a_hard_budget() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    project = given_projects.budgeted(alice, EUR("5000.00"))
    drafts = [draft_in(project, alice, bob) for _ in range(16)]
    deeds = [partial(contracts.offer, each.pk, by=alice, at=NOON) for each in drafts]
    assert race(deeds) == ["OverBudget"] * 11 + ["done"] * 5
    assert sums(project) == ("5000", "0", "0", "0")
    assert Letter.objects.filter(key__contains="/offered").count() == 5
