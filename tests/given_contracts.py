"""Contracts of each kind, drafted, offered and accepted through services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from billing_site.kernel.money import Money
from billing_site.people.models import User
from invoices.models import Contract, RetainerTerms
from invoices.services import contracts, retainers
from invoices.services.contracts import PlannedWork
from invoices.services.hourly_drafting import HourlyTerms, draft_hourly
from invoices.services.retainers import Retainer
from invoices.taxing import Treatment
from tests.given_people import EUR, NOON, PRICE, organization

RATE = Money("50.00", "EUR")  # an hour


def draft_contract(
    *,
    client: User,
    freelancer: User,
    price: Money = PRICE,
    titles: Sequence[str] = ("Logo, final files",),
    treatment: Treatment | None = None,
    review_days: int = 14,
    at: datetime = NOON,
) -> Contract:
    """A draft with one milestone for each of *titles*, all at *price*."""
    return contracts.draft(
        client=organization(client),
        freelancer=organization(freelancer),
        title="Brand refresh",
        work=[PlannedWork(title, price) for title in titles],
        treatment=treatment,
        review_days=review_days,
        by=client,
        at=at,
    )


def offered_contract(
    *, client: User, freelancer: User, at: datetime = NOON, **facts: Any
) -> Contract:
    contract = draft_contract(client=client, freelancer=freelancer, at=at, **facts)
    return contracts.offer(contract.pk, by=client, at=at)


def active_contract(
    *, client: User, freelancer: User, at: datetime = NOON, **facts: Any
) -> Contract:
    contract = offered_contract(client=client, freelancer=freelancer, at=at, **facts)
    return contracts.accept(contract.pk, by=freelancer, at=at)


def hourly_contract(
    *,
    client: User,
    freelancer: User,
    rate: Money = RATE,
    limit: int = 20 * 60,
    manual: bool = True,
    treatment: Treatment | None = None,
    at: datetime = NOON,
) -> Contract:
    """An active contract by the hour: 20 hours a week at 50, and manual time is allowed."""
    contract = draft_hourly(
        client=organization(client),
        freelancer=organization(freelancer),
        title="Support desk",
        terms=HourlyTerms(rate, limit, allows_manual_time=manual),
        treatment=treatment,
        by=client,
        at=at,
    )
    contracts.offer(contract.pk, by=client, at=at)
    return contracts.accept(contract.pk, by=freelancer, at=at)


def retainer(
    *,
    client: User,
    freelancer: User,
    amount: Money | None = None,
    cadence: RetainerTerms.Cadence = RetainerTerms.Cadence.MONTHLY,
    starts_on: date | None = None,
    ends_on: date | None = None,
    at: datetime = NOON,
) -> Contract:
    """An active retainer: 3,000 a month from today on."""
    contract = retainers.draft_retainer(
        client=organization(client),
        freelancer=organization(freelancer),
        title="Advice",
        terms=Retainer(amount or EUR("3000.00"), cadence, starts_on or at.date(), ends_on),
        by=client,
        at=at,
    )
    contracts.offer(contract.pk, by=client, at=at)
    return contracts.accept(contract.pk, by=freelancer, at=at)
