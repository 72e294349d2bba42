"""Changing what was agreed by the hour: each side gives only what is its own to give.

The client raises the rate and sets the weekly limit; the freelancer may ask for less an hour.
For more there is `rate_proposals`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, currency_of, show
from billing_site.kernel.periods import week_bounds, week_of
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.access import Deed
from billing_site.people.models import User
from billing_site.platform import audit
from invoices.hours import hours_words, limit_of
from invoices.models import Contract, RateVersion, WeeklyLimit
from invoices.services import budgeting, rate_proposals
from invoices.services.hourly_drafting import check_limit, check_rate
from invoices.services.repeating import sent
from invoices.services.telling import date_words, tell
from payments.models import Restriction
from payments.services.restricting import refuse_if_restricted


@transaction.atomic
def change_limit(
    contract_id: int,
    minutes: int,
    *,
    by: User,
    at: datetime,
    over_budget: bool = False,
    op_id: UUID | None = None,
) -> WeeklyLimit:
    """Set how much of a week is billed: more from this Monday on, less from the next.

    A raise counts what is logged this week already. The later word counts, so that the
    limit of now, said again, undoes a cut that was to come.

    :raises NotYours: *by* does not offer contracts for the client.
    :raises NotAllowed: it is the limit already, or no limit at all; or they may raise none now.
    """
    contract = _locked(contract_id)
    if not contract.client_may_offer(by):
        raise NotYours(f"It is for {contract.client} to set the weekly limit.")
    form = sent(by, "limit.change", f"contract/{contract.ref}", op_id=op_id, at=at)
    if form.is_again:
        return contract.limits.get(pk__in=form.made)
    _refuse_if_over(contract)
    check_limit(minutes)
    limits = list(contract.limits.all())
    monday, next_monday = week_bounds(week_of(at))
    now = limit_of(limits, monday.date()).minutes
    coming = limit_of(limits, next_monday.date()).minutes
    if minutes == now == coming:
        raise NotAllowed(f"The weekly limit is {hours_words(now)} already.")
    limit = WeeklyLimit.objects.create(
        contract=contract,
        minutes=minutes,
        effective_from=monday if minutes > now else next_monday,
        by=by,
        said_at=at,
    )
    if minutes > now:
        refuse_if_restricted(Restriction.Scope.OFFERS, contract.client, by)
        budgeting.check(contract, by=by, at=at, over_budget=over_budget)
    _tell_limit(contract, limit, was=now, at=at)
    return form.answer(limit)


@transaction.atomic
def change_rate(
    contract_id: int,
    rate: Money,
    *,
    by: User,
    at: datetime,
    from_monday: bool = False,
    over_budget: bool = False,
    op_id: UUID | None = None,
) -> RateVersion:
    """Set what an hour costs for time that begins from now on, or from next Monday.

    :raises NotYours: more is the client's to give, less the freelancer's to ask.
    :raises NotAllowed: it is the rate already, of another currency, or another one is to come.
    """
    contract = _locked(contract_id)
    form = sent(by, "rate.change", f"contract/{contract.ref}", op_id=op_id, at=at)
    if form.is_again:
        return contract.rates.get(pk__in=form.made)
    _refuse_if_over(contract)
    effective_from = week_bounds(week_of(at))[1] if from_monday else at
    last = contract.rates.latest("effective_from")
    if currency_of(rate) != contract.currency:
        raise NotAllowed(f"{contract} is in {contract.currency}.")
    _check_side(contract, rate, last.rate, by)
    check_rate(rate)
    if last.effective_from >= effective_from:
        raise NotAllowed(
            f"From {date_words(last.effective_from)} on, an hour costs {show(last.rate)}. "
            "A change has to begin later than that."
        )
    version = RateVersion.objects.create(
        contract=contract,
        currency=contract.currency,
        rate=rate,
        effective_from=effective_from,
        by=by,
        said_at=at,
    )
    rate_proposals.end_with_raise(contract, rate, at=at)
    if rate > last.rate:
        refuse_if_restricted(Restriction.Scope.OFFERS, contract.client, by)
        budgeting.check(contract, by=by, at=at, over_budget=over_budget)
    _tell_rate(contract, version, by_client=rate > last.rate, at=at)
    return form.answer(version)


@transaction.atomic
def allow_manual_time(contract_id: int, *, allowed: bool, by: User, at: datetime) -> Contract:
    """Let the freelancer write time by hand, or only track it from now on."""
    contract = _locked(contract_id)
    if not contract.client_may_offer(by):
        raise NotYours(f"It is for {contract.client} to allow time written by hand.")
    _refuse_if_over(contract)
    if contract.allows_manual_time == allowed:
        raise WrongState(f"It is {'allowed' if allowed else 'not allowed'} already.")
    contract.allows_manual_time = allowed
    contract.save()
    audit.record(by, "contract.manual_time", f"contract/{contract.ref}", at=at, allowed=allowed)
    tell(
        contract.freelancer,
        Deed.WORK,
        contract,
        template="manual_time_changed",
        subject=f"{contract.client} {'allows' if allowed else 'ends'} manual time on {contract}",
        key=f"manual_time/{at.isoformat()}",
        at=at,
        client=str(contract.client),
        allowed=allowed,
    )
    return contract


def _locked(contract_id: int) -> Contract:
    contract = Contract.objects.lock(contract_id)
    if not contract.is_hourly:
        raise NotAllowed(f"{contract} is not paid by the hour.")
    return contract


def _refuse_if_over(contract: Contract) -> None:
    """Asked once it is no form sent again: that one is answered with what it made."""
    if not contract.is_running:
        raise WrongState(
            f"The terms of {contract} cannot change now: it is {contract.get_state_display()}."
        )


def _check_side(contract: Contract, rate: Money, was: Money, by: User) -> None:
    if rate == was:
        raise NotAllowed(f"An hour costs {show(was)} already.")
    if rate > was and not contract.client_may_offer(by):
        raise NotYours(f"It is for {contract.client} to pay more an hour.")
    if rate < was and not contract.freelancer_may_work(by):
        raise NotYours(f"It is for {contract.freelancer} to ask for less an hour.")


def _tell_limit(contract: Contract, limit: WeeklyLimit, *, was: int, at: datetime) -> None:
    words = hours_words(limit.minutes)
    tell(
        contract.freelancer,
        Deed.WORK,
        contract,
        template="limit_changed",
        subject=f"The weekly limit of {contract} becomes {words}",
        key=f"limit/{limit.pk}",
        at=at,
        client=str(contract.client),
        was=hours_words(was),
        limit=words,
        since=date_words(limit.effective_from),
    )


def _tell_rate(contract: Contract, version: RateVersion, *, by_client: bool, at: datetime) -> None:
    other, deed, who = (
        (contract.freelancer, Deed.WORK, contract.client)
        if by_client
        else (contract.client, Deed.OFFER, contract.freelancer)
    )
    tell(
        other,
        deed,
        contract,
        template="rate_changed",
        subject=f"An hour of {contract} costs {show(version.rate)} from now on"
        if version.effective_from == at
        else f"An hour of {contract} costs {show(version.rate)} from next Monday",
        key=f"rate/{version.pk}",
        at=at,
        who=str(who),
        rate=show(version.rate),
        since=date_words(version.effective_from),
    )
