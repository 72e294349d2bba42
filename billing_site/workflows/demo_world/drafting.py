"""Contracts as their scripts tell them: by milestones, by the hour, or a sum for each month."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.workflows.demo_world.roster import Roster
from billing_site.workflows.demo_world.trades import Engagement
from invoices.models import Contract, RetainerTerms
from invoices.services import contracts
from invoices.services.contracts import PlannedWork
from invoices.services.hourly_drafting import HourlyTerms, draft_hourly
from invoices.services.retainers import Retainer, draft_retainer


def draft(told: Engagement, roster: Roster, *, by: User, at: datetime) -> Contract:
    """Write down what *told* says, as its client."""
    client, freelancer = roster.organizations[told.client], roster.organizations[told.freelancer]
    if told.rate:
        rate = Money(told.rate, told.currency)
        return draft_hourly(
            client=client,
            freelancer=freelancer,
            title=told.title,
            description=told.about,
            terms=HourlyTerms(rate, told.weekly_hours * 60, allows_manual_time=True),
            by=by,
            at=at,
        )
    if told.monthly:
        amount = Money(told.monthly, told.currency)
        return draft_retainer(
            client=client,
            freelancer=freelancer,
            title=told.title,
            description=told.about,
            terms=Retainer(amount, RetainerTerms.Cadence.MONTHLY, at.date()),
            by=by,
            at=at,
        )
    return contracts.draft(
        client=client,
        freelancer=freelancer,
        title=told.title,
        description=told.about,
        work=[
            PlannedWork(each.title, Money(each.price, told.currency), each.brief)
            for each in told.work
        ],
        review_days=told.review_days,
        by=by,
        at=at,
    )
