"""How long each of a dispute's clocks runs. architecture.md states every one of them once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from billing_site.kernel.periods import add_business_days
from disputes.models import Dispute
from invoices.models import Contract

HOURS_ANSWER = timedelta(days=3)
FIXED_ANSWER_DAYS = 5  # business days, as all that end in DAYS here
OFFER_DAYS = 5
MEDIATOR_DAYS = 3
PROPOSAL_DAYS = 3
QUESTION_DAYS = 3
JOIN_DAYS = 3  # at least, for the other side to choose arbitration as well
APPEAL = timedelta(days=5)
SHARE = timedelta(days=7)
WARN_BEFORE = timedelta(days=1)


def business_days(at: datetime, days: int, contract: Contract) -> datetime:
    """The same time of day, so many business days later, as both sides' countries count them."""
    at = at.astimezone(UTC)
    countries = {contract.client.country, contract.freelancer.country} - {""}
    day = add_business_days(at.date(), days, *sorted(countries))
    return at + (day - at.date())


def first_answer_by(contract: Contract, *, is_about_hours: bool, at: datetime) -> datetime:
    if is_about_hours:
        return at + HOURS_ANSWER
    return business_days(at, FIXED_ANSWER_DAYS, contract)


def joins_by(dispute: Dispute, *, at: datetime) -> datetime:
    """Whoever chooses arbitration in the last minute leaves the other side time all the same."""
    least = business_days(at, JOIN_DAYS, dispute.contract)
    return max(least, dispute.act_by or least)


def mediator_acts_by(dispute: Dispute, *, at: datetime) -> datetime:
    return business_days(at, MEDIATOR_DAYS, dispute.contract)
