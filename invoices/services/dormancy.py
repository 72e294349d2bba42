"""Contracts on which nothing happens: both sides are told, and in the end held money goes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM
from billing_site.people.access import Deed
from invoices.models import Contract, DormancyNotice, Milestone
from invoices.models.dormancy import RETURNS
from invoices.queries.dormancy import notice_of, quiet, quiet_since, to_return, to_tell
from invoices.services import hold_deadlines
from invoices.services.locking import lock_with_contract
from invoices.services.telling import tell

DORMANT = SYSTEM("nothing has happened on the contract for 104 days")


def warn(*, at: datetime) -> list[Contract]:
    """Tell both sides of contracts that are quiet, once for each notice, as of its day."""
    return one_by_one(to_tell(at=at), lambda pk: _warn(pk, at=at), to="tell of the quiet contract")


def return_held(*, at: datetime) -> list[Milestone]:
    """Send back what is held on contracts that were quiet to the end, as of that day."""
    keys = to_return(at=at).order_by("pk").values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: _return(pk, at=at), to="return the money of milestone")


@transaction.atomic
def _warn(contract_id: int, *, at: datetime) -> Contract | None:
    contract = Contract.objects.lock(contract_id)
    found = quiet(contract, at=at)
    if found is None:
        return None
    day = notice_of(found.days)
    told = contract.dormancy_notices.filter(since=found.since, day__gte=day)
    if told.exists():
        return None
    moment = found.since + timedelta(days=day)
    DormancyNotice.objects.create(contract=contract, since=found.since, day=day)
    as_of = quiet(contract, at=moment) or found
    for organization, deed in [(contract.client, Deed.OFFER), (contract.freelancer, Deed.WORK)]:
        tell(
            organization,
            deed,
            contract,
            template="contract_dormant",
            subject=f"Nothing has happened on “{contract.title}” for {day} days",
            key=f"dormant/{found.since:%Y-%m-%d}/{day}/{organization.ref}",
            at=moment,
            words=as_of.words,
            is_held=bool(as_of.held),
            to_client=organization.pk == contract.client_id,
        )
    return contract


@transaction.atomic
def _return(milestone_id: int, *, at: datetime) -> Milestone | None:
    contract, milestone = lock_with_contract(milestone_id)
    since = quiet_since(contract)
    if since is None or since + RETURNS > at or milestone.state != Milestone.State.FUNDED:
        return None
    if hold_deadlines.is_being_decided(milestone):
        return None
    hold_deadlines.give_back(milestone, by=DORMANT, at=since + RETURNS)
    return milestone
