"""What can be done to a contract, and what follows from it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState, take
from billing_site.people.access import Deed
from billing_site.people.models import Organization, User
from invoices.fees import Cost, cost_of
from invoices.models import Contract
from invoices.queries.hourly_terms import hourly_terms
from invoices.queries.prices import prices_of
from invoices.services import budgeting, retainers, timing
from invoices.services.drafting import MOST_MILESTONES, PlannedWork, draft
from invoices.services.ending import end
from invoices.services.repeating import is_repeated
from invoices.services.telling import date_words, tell
from payments.models import Restriction
from payments.services.restricting import refuse_if_restricted

__all__ = [
    "MOST_MILESTONES",
    "PlannedWork",
    "accept",
    "decline",
    "discard",
    "draft",
    "end",
    "expire_due",
    "offer",
    "pause",
    "resume",
    "withdraw",
]

OFFERS = Restriction.Scope.OFFERS


@transaction.atomic
def discard(contract_id: int, *, by: User, at: datetime) -> Contract:
    contract = Contract.objects.lock(contract_id)
    take(contract.discard, by=by, at=at)
    return contract


@transaction.atomic
def offer(
    contract_id: int,
    *,
    by: User,
    at: datetime,
    over_budget: bool = False,
    op_id: UUID | None = None,
) -> Contract:
    """Send the contract to the freelancer, who has 14 days to answer.

    :raises WrongState: it is no draft any more.
    :raises NotYours: *by* does not offer contracts for the client.
    :raises OverBudget, NearBudget: a budget of its project does not hold it.
    """
    contract = Contract.objects.lock(contract_id)
    if is_repeated(by, "contract.offer", f"contract/{contract.ref}", op_id=op_id, at=at):
        return contract
    _refuse_without_address(contract.client)
    refuse_if_restricted(OFFERS, contract.client, by)
    take(contract.offer, by=by, at=at)
    budgeting.check(contract, by=by, at=at, over_budget=over_budget)
    assert contract.expires_at, "An offer has an expiry."
    price, gets = _in_words(
        contract, cost_of(contract, prices_of(contract, at=at), on=at.date()), at=at
    )
    tell(
        contract.freelancer,
        Deed.WORK,
        contract,
        template="contract_offered",
        subject=f"{contract.client} offers you “{contract.title}” for {price}",
        key="offered",
        at=at,
        client=str(contract.client),
        price=price,
        gets=gets,
        answer_by=date_words(contract.expires_at),
    )
    return contract


@transaction.atomic
def accept(contract_id: int, *, by: User, at: datetime, op_id: UUID | None = None) -> Contract:
    """Agree to the offer. From now on its terms, fees and policy version stay as they are.

    :raises WrongState: the offer is answered, withdrawn or over.
    :raises NotYours: *by* does not work for the freelancer's side.
    """
    contract = Contract.objects.lock(contract_id)
    if is_repeated(by, "contract.accept", f"contract/{contract.ref}", op_id=op_id, at=at):
        return contract
    _refuse_if_over(contract, at=at)
    _refuse_without_address(contract.freelancer)
    refuse_if_restricted(OFFERS, contract.freelancer, by)
    take(contract.accept, by=by, at=at)
    retainers.begin_with_contract(contract, at=at)
    tell(
        contract.client,
        Deed.OFFER,
        contract,
        template="contract_accepted",
        subject=f"{contract.freelancer} accepted “{contract.title}”",
        key="accepted",
        at=at,
        freelancer=str(contract.freelancer),
    )
    return contract


@transaction.atomic
def decline(
    contract_id: int, *, by: User, at: datetime, reason: str = "", op_id: UUID | None = None
) -> Contract:
    """Say no to the offer. Nothing was charged."""
    contract = Contract.objects.lock(contract_id)
    if is_repeated(by, "contract.decline", f"contract/{contract.ref}", op_id=op_id, at=at):
        return contract
    _refuse_if_over(contract, at=at)
    take(contract.decline, by=by, at=at, note=reason)
    tell(
        contract.client,
        Deed.OFFER,
        contract,
        template="contract_declined",
        subject=f"{contract.freelancer} declined “{contract.title}”",
        key="declined",
        at=at,
        freelancer=str(contract.freelancer),
        reason=reason,
    )
    return contract


@transaction.atomic
def withdraw(contract_id: int, *, by: User, at: datetime, op_id: UUID | None = None) -> Contract:
    """Take the offer back before it is answered."""
    contract = Contract.objects.lock(contract_id)
    if is_repeated(by, "contract.withdraw", f"contract/{contract.ref}", op_id=op_id, at=at):
        return contract
    take(contract.withdraw, by=by, at=at)
    tell(
        contract.freelancer,
        Deed.WORK,
        contract,
        template="contract_withdrawn",
        subject=f"{contract.client} took back the offer “{contract.title}”",
        key="withdrawn",
        at=at,
        client=str(contract.client),
    )
    return contract


def expire_due(*, at: datetime) -> list[Contract]:
    """Let offers expire that nobody answered, as of their deadline, each on its own."""
    due = Contract.objects.unanswered(at=at).order_by("expires_at", "pk")
    return one_by_one(due.values_list("pk", flat=True), _expire, to="let expire contract")


@transaction.atomic
def pause(contract_id: int, *, by: User, at: datetime) -> Contract:
    """Start no new milestone and log no time for now. What is funded or logged goes on."""
    contract = Contract.objects.lock(contract_id)
    take(contract.pause, by=by, at=at)
    timing.stop_with_contract(contract, at=at)
    return contract


@transaction.atomic
def resume(contract_id: int, *, by: User, at: datetime) -> Contract:
    contract = Contract.objects.lock(contract_id)
    take(contract.resume, by=by, at=at)
    return contract


def _in_words(contract: Contract, cost: Cost, *, at: datetime) -> tuple[str, str]:
    """What an offer is for, and what its freelancer gets of it."""
    if contract.is_retainer:
        per = f"a {contract.retainer.get_cadence_display()}"
        return f"{show(cost.price)} {per}", f"{show(cost.freelancer_gets)} {per}"
    if not contract.is_hourly:
        return show(cost.price), show(cost.freelancer_gets)
    terms = hourly_terms(contract, at=at)
    price = f"{show(terms.rate)} an hour, up to {terms.limit_words} a week"
    return price, f"{show(cost.freelancer_gets)} for a week at that limit"


@transaction.atomic
def _expire(contract_id: int) -> Contract:
    contract = Contract.objects.lock(contract_id)
    at = contract.expires_at
    assert at, "An offer has an expiry."
    take(contract.expire, by=SYSTEM("nobody answered in time"), at=at)
    for organization, deed in [(contract.client, Deed.OFFER), (contract.freelancer, Deed.WORK)]:
        tell(
            organization,
            deed,
            contract,
            template="contract_expired",
            subject=f"The offer “{contract.title}” expired",
            key=f"expired/{organization.ref}",
            at=at,
        )
    return contract


def _refuse_if_over(contract: Contract, *, at: datetime) -> None:
    """A late sweep is no reason to accept what has expired."""
    is_open = contract.state == Contract.State.OFFERED
    if is_open and contract.expires_at and at >= contract.expires_at:
        raise WrongState(f"The offer expired on {date_words(contract.expires_at)}.")


def _refuse_without_address(organization: Organization) -> None:
    """An invoice names both sides as the law wants it, so nobody agrees to one without."""
    if not organization.can_issue_documents:
        raise NotAllowed(
            f"Invoices name {organization} with its address, and there is none yet. "
            "Write it under Organization, then come back."
        )
