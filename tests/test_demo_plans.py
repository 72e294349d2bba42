"""The projects of the demo world, on a few contracts instead of a year."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from billing_site.workflows.demo_world.plans import CLIENT, moments_of_plans
from invoices.models import Allocation, Project
from invoices.queries.allocation_board import hourly_of
from invoices.services import budgeting
from tests import given
from tests.given import NOON, days


@pytest.mark.django_db
def test_one_project_is_near_its_budget_and_one_has_reached_it() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    bob = given.person("bob", kind="freelancer", country="NO", city="Oslo", postal_code="0181")
    for _ in range(3):
        given.active_contract(client=alice, freelancer=bob)
        given.hourly_contract(client=alice, freelancer=bob)
    roster: Any = SimpleNamespace(
        users={CLIENT: alice}, organizations={CLIENT: given.organization(alice)}
    )
    [(_, plan)] = moments_of_plans(roster, now=NOON + days(1))
    plan(at=NOON)
    told = budgeting.alert_all(at=NOON)
    percents = {each.budget.project.code: each.percent for each in told}
    assert percents == {"WEB-26": 80, "MKT-26": 100}
    assert set(Project.objects.values_list("state", flat=True)) == {"open", "closed"}
    by_hour = sum(hourly_of(project).count() for project in Project.objects.all())
    assert Allocation.objects.filter(person=bob).count() == by_hour * 8 >= 16
