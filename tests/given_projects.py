"""Projects with budgets, and contracts in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from billing_site.kernel.money import Money
from billing_site.people.models import User
from invoices.models import Contract, Project
from invoices.services import projects
from invoices.services.projects import Limits, Named
from tests import given
from tests.given import NOON


def project(
    client: User, name: str = "Relaunch", code: str = "WEB-26", *, at: datetime = NOON
) -> Project:
    named = Named(name, code, "CC 40")
    return projects.begin(given.organization(client), named, currency="EUR", by=client, at=at)


def budgeted(
    client: User,
    money: Money | None = None,
    *,
    hours: int | None = None,
    is_hard: bool = True,
    period: str = "whole",
    category: str = "",
    **names: Any,
) -> Project:
    """A project with one budget."""
    made = project(client, **names)
    limits = Limits(money, hours * 60 if hours else None, is_hard)
    projects.set_budget(made.pk, period, category, limits, by=client, at=NOON)
    return made


def assigned(contract: Contract, to: Project, *, by: User, at: datetime = NOON) -> Contract:
    return projects.assign(contract.pk, to, by=by, at=at)
