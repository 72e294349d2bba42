"""Writing an hourly contract down: its rate, its weekly limit, and how time gets into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, about, currency_of, show
from billing_site.kernel.periods import week_bounds, week_of
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from invoices.models import Contract, RateVersion, WeeklyLimit
from invoices.models.hourly_terms import LONGEST_WEEK
from invoices.services.drafting import make, sides_of
from invoices.services.repeating import sent
from invoices.taxing import Treatment

LOWEST_RATE, HIGHEST_RATE = 1, 10_000  # about so many euros, an hour


@dataclass(frozen=True, slots=True)
class HourlyTerms:
    """What an hour costs, net of the freelancer's VAT, and how much of a week is billed."""

    rate: Money
    weekly_minutes: int
    allows_manual_time: bool = False


@transaction.atomic
def draft_hourly(
    *,
    client: Organization,
    freelancer: Organization,
    title: str,
    terms: HourlyTerms,
    by: User,
    at: datetime,
    description: str = "",
    treatment: Treatment | None = None,
    op_id: UUID | None = None,
) -> Contract:
    """Write an hourly contract down for the client alone, as `drafting.draft` does.

    :raises NotYours: *by* does not offer contracts for the client.
    :raises NotAllowed: the sides do not go together, or the terms are out of bounds.
    """
    if not may(by, Deed.OFFER, client):
        raise NotYours(f"It is not for {by} to offer contracts for {client}.")
    client, freelancer = sides_of(client, freelancer)
    check_rate(terms.rate)
    check_limit(terms.weekly_minutes)
    form = sent(by, "contract.draft", f"organization/{client.ref}", op_id=op_id, at=at)
    if form.is_again:
        return Contract.objects.get(client=client, ref__in=form.made)
    contract = make(
        Contract.Kind.HOURLY,
        client=client,
        freelancer=freelancer,
        title=title,
        description=description,
        currency=currency_of(terms.rate),
        treatment=treatment,
        at=at,
        allows_manual_time=terms.allows_manual_time,
    )
    said = {"contract": contract, "by": by, "said_at": at}
    RateVersion.objects.create(
        **said, currency=contract.currency, rate=terms.rate, effective_from=at
    )
    monday, _ = week_bounds(week_of(at))
    WeeklyLimit.objects.create(**said, minutes=terms.weekly_minutes, effective_from=monday)
    return form.answer(contract)


def check_rate(rate: Money) -> None:
    if problem := problem_with_rate(rate):
        raise NotAllowed(problem)


def problem_with_rate(rate: Money) -> str:
    """Say why an hour cannot cost so much; empty: it can."""
    least, most = (about(each, currency_of(rate)) for each in (LOWEST_RATE, HIGHEST_RATE))
    if least <= rate <= most:
        return ""
    return f"An hour costs between {show(least)} and {show(most)}."


def check_limit(minutes: int) -> None:
    if not 0 < minutes <= LONGEST_WEEK:
        raise NotAllowed("A weekly limit is more than nothing and at most 168 hours.")
