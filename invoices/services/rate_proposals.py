"""A freelancer asks for more an hour; the client agrees, declines, or lets the time pass."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, currency_of, show
from billing_site.kernel.periods import week_bounds, week_of
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState, take
from billing_site.people.access import Deed
from billing_site.people.models import User
from invoices.models import Contract, RateProposal, RateVersion
from invoices.models.rate_proposal import PROPOSAL_STANDS
from invoices.services import budgeting
from invoices.services.hourly_drafting import check_rate
from invoices.services.repeating import is_repeated, sent
from invoices.services.telling import date_words, tell
from payments.models import Restriction
from payments.services.restricting import refuse_if_restricted

SILENCE = SYSTEM("fourteen days passed without an answer")
ENDED = SYSTEM("the contract ended")
RAISED = SYSTEM("an hour costs as much by now")


@transaction.atomic
def propose(
    contract_id: int,
    rate: Money,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    op_id: UUID | None = None,
) -> RateProposal:
    """Ask for *rate* an hour, for time from the Monday after the client agrees.

    :raises NotYours: *by* does not work for the freelancer.
    :raises NotAllowed: it is not more than the rate, or another proposal waits.
    :raises WrongState: the contract does not run.
    """
    contract = _locked(contract_id)
    if not contract.freelancer_may_work(by):
        raise NotYours(f"It is for {contract.freelancer} to ask for more an hour.")
    form = sent(by, "rate.propose", f"contract/{contract.ref}", op_id=op_id, at=at)
    if form.is_again:
        return contract.rate_proposals.get(ref__in=form.made)
    _refuse_if_over(contract)
    was = contract.rates.latest("effective_from").rate
    if currency_of(rate) != contract.currency:
        raise NotAllowed(f"{contract} is in {contract.currency}.")
    check_rate(rate)
    if rate <= was:
        raise NotAllowed(f"An hour costs {show(was)}. For less you need to ask nobody.")
    if waiting := contract.rate_proposals.open().first():
        raise NotAllowed(f"You asked for {show(waiting.rate)} already: take that back first.")
    proposal = RateProposal.objects.create(
        contract=contract,
        currency=contract.currency,
        rate=rate,
        was=was,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
        answer_by=at + PROPOSAL_STANDS,
    )
    tell(
        contract.client,
        Deed.OFFER,
        proposal,
        template="rate_proposed",
        subject=f"{contract.freelancer} asks for {show(rate)} an hour, "
        f"answer by {proposal.answer_by.day} {proposal.answer_by:%B %Y}",
        key="proposed",
        at=at,
        freelancer=str(contract.freelancer),
        rate=show(rate),
        was=show(was),
        reason=reason,
        answer_by=date_words(proposal.answer_by),
    )
    return form.answer(proposal)


@transaction.atomic
def accept(
    proposal_id: int,
    *,
    by: User,
    at: datetime,
    over_budget: bool = False,
    op_id: UUID | None = None,
) -> RateProposal:
    """Agree: time that begins from next Monday on costs what was asked.

    :raises NotYours: *by* does not offer contracts for the client.
    :raises WrongState: it was answered, or its time is over.
    :raises NotAllowed: another rate was set for later than that Monday, or a budget does not
        hold it.
    """
    contract, proposal = _lock(proposal_id)
    if is_repeated(by, "rate.accept", f"proposal/{proposal.ref}", op_id=op_id, at=at):
        return proposal
    _refuse_late(proposal, at)
    refuse_if_restricted(Restriction.Scope.OFFERS, contract.client, by)
    take(proposal.accept, by=by, at=at)
    effective_from = week_bounds(week_of(at))[1]
    last = contract.rates.latest("effective_from")
    if last.effective_from >= effective_from:
        raise NotAllowed(
            f"From {date_words(last.effective_from)} on, an hour costs {show(last.rate)}. "
            "Agree when that week has begun, or set the rate yourself."
        )
    RateVersion.objects.create(
        contract=contract,
        currency=contract.currency,
        rate=proposal.rate,
        effective_from=effective_from,
        by=by,
        said_at=at,
    )
    budgeting.check(contract, by=by, at=at, over_budget=over_budget)
    _tell_answer(proposal, "agrees to", since=effective_from, at=at)
    return proposal


@transaction.atomic
def decline(
    proposal_id: int, *, by: User, at: datetime, reason: str = "", op_id: UUID | None = None
) -> RateProposal:
    """Leave the rate as it is.

    :raises NotYours: *by* does not offer contracts for the client.
    :raises WrongState: it was answered, or its time is over.
    """
    _contract, proposal = _lock(proposal_id)
    if is_repeated(by, "rate.decline", f"proposal/{proposal.ref}", op_id=op_id, at=at):
        return proposal
    _refuse_late(proposal, at)
    take(proposal.decline, by=by, at=at, note=reason)
    _tell_answer(proposal, "does not agree to", reason=reason, at=at)
    return proposal


@transaction.atomic
def withdraw(proposal_id: int, *, by: User, at: datetime) -> RateProposal:
    """Take it back; the client sees that nothing waits any more.

    :raises NotYours: *by* does not work for the freelancer.
    :raises WrongState: it was answered, or its time is over.
    """
    _contract, proposal = _lock(proposal_id)
    take(proposal.withdraw, by=by, at=at)
    return proposal


def expire_due(*, at: datetime) -> list[RateProposal]:
    """End what nobody answered in its time, each on its own, as of its deadline."""
    due = RateProposal.objects.unanswered(at=at).order_by("answer_by", "pk")
    return one_by_one(due.values_list("pk", flat=True), _expire, to="end rate proposal")


def end_with_contract(contract: Contract, *, at: datetime) -> None:
    """End what waits: there are no more hours to cost anything. The contract is locked."""
    for proposal in _waiting(contract):
        take(proposal.expire, by=ENDED, at=at)


def end_with_raise(contract: Contract, rate: Money, *, at: datetime) -> None:
    """End what asks for no more than *rate*, which holds now. The contract is locked."""
    for proposal in _waiting(contract):
        if proposal.rate <= rate:
            take(proposal.expire, by=RAISED, at=at)


@transaction.atomic
def _expire(proposal_id: int) -> RateProposal:
    _contract, proposal = _lock(proposal_id)
    take(proposal.expire, by=SILENCE, at=proposal.answer_by)
    _tell_answer(proposal, "did not answer about", at=proposal.answer_by)
    return proposal


def _waiting(contract: Contract) -> list[RateProposal]:
    return [
        RateProposal.objects.lock(pk)
        for pk in contract.rate_proposals.open().order_by("pk").values_list("pk", flat=True)
    ]


def _lock(proposal_id: int) -> tuple[Contract, RateProposal]:
    found = RateProposal.objects.get(pk=proposal_id)
    contract = Contract.objects.lock(found.contract_id)
    return contract, RateProposal.objects.lock(proposal_id)


def _locked(contract_id: int) -> Contract:
    contract = Contract.objects.lock(contract_id)
    if not contract.is_hourly:
        raise NotAllowed(f"{contract} is not paid by the hour.")
    return contract


def _refuse_if_over(contract: Contract) -> None:
    """Asked once it is no form sent again: that one is answered with what it made."""
    if not contract.is_running:
        raise WrongState(
            f"The rate of {contract} cannot change now: it is {contract.get_state_display()}."
        )


def _refuse_late(proposal: RateProposal, at: datetime) -> None:
    if proposal.is_open and at >= proposal.answer_by:
        raise WrongState(f"Its time was over on {date_words(proposal.answer_by)}.")


def _tell_answer(
    proposal: RateProposal,
    answer: str,
    *,
    at: datetime,
    since: datetime | None = None,
    reason: str = "",
) -> None:
    contract, rate = proposal.contract, show(proposal.rate)
    tell(
        contract.freelancer,
        Deed.WORK,
        proposal,
        template="rate_answered",
        subject=f"{contract.client} {answer} {rate} an hour",
        key="answered",
        at=at,
        client=str(contract.client),
        answer=answer,
        rate=rate,
        was=show(proposal.was),
        since=date_words(since) if since else "",
        reason=reason,
    )
