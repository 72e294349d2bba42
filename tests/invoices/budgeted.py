"""Work of a project that has a budget."""

from __future__ import annotations

from billing_site.people.models import User
from invoices.models import Contract, Project
from tests import given, given_projects
from tests.given import EUR


def draft_in(project: Project, alice: User, bob: User, price: str = "1000.00") -> Contract:
    contract = given.draft_contract(client=alice, freelancer=bob, price=EUR(price))
    return given_projects.assigned(contract, project, by=alice)
