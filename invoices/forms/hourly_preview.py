"""What a week of a contract by the hour would cost, from a form that may be half filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import currency_of, for_minutes
from billing_site.kernel.periods import week_of
from invoices.fees import cost_of
from invoices.forms.hourly import HourlyContractForm
from invoices.models import Contract
from invoices.queries import costs
from invoices.queries.costs import CostView
from invoices.queries.week_dates import WeekDates, week_dates
from invoices.taxing import proposed


@dataclass(frozen=True, slots=True)
class HourlyPreview:
    as_client: CostView | None
    as_freelancer: CostView | None
    hours: int
    dates: WeekDates | None  # of this week, as an example
    missing: str  # what has to be filled in before there is a figure


def hourly_preview(form: HourlyContractForm, *, at: datetime) -> HourlyPreview:
    """Return both sides of a week at the limit, as far as the form says enough for it."""
    if not form.is_bound:
        return _nothing("Write a rate and a limit, and what a week costs stands here.")
    form.is_valid()
    facts = form.cleaned_data
    if "rate" not in facts or "limit" not in facts:
        return _nothing("Write a rate and a limit, and what a week costs stands here.")
    freelancer = facts.get("freelancer")
    if freelancer is None:
        return _nothing("Name the freelancer: the VAT depends on where they are.")
    on = at.date()
    treatment = form.treatment(at=at) if "tax_treatment" in facts else None
    treatment = treatment or proposed(freelancer=freelancer, client=form.client, on=on)
    contract = Contract(
        client=form.client,
        freelancer=freelancer,
        currency=currency_of(facts["rate"]),
        tax_treatment=treatment.kind,
        tax_bps=treatment.bps,
    )
    week = for_minutes(facts["limit"] * 60, rate=facts["rate"])
    cost = cost_of(contract, [week], on=on)
    return HourlyPreview(
        as_client=costs.as_client(cost, contract),
        as_freelancer=costs.as_freelancer(cost, contract, total=f"{freelancer} receives"),
        hours=facts["limit"],
        dates=week_dates(week_of(at), security_days=contract.security_days),
        missing="",
    )


def _nothing(missing: str) -> HourlyPreview:
    return HourlyPreview(None, None, 0, None, missing)
