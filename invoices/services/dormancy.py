"""Contracts on which nothing happens: both sides are told, and in the end held money goes back."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.access import Deed
from invoices.models import Contract, DormancyNotice, Milestone
from invoices.models.dormancy import RETURNS
from invoices.queries.dormancy import notice_of, quiet, quiet_since, to_return, to_tell
from invoices.services import hold_deadlines
from invoices.services.locking import lock_with_contract
from invoices.services.telling import tell

logger = logging.getLogger(__name__)

DORMANT = SYSTEM("nothing has happened on the contract for 104 days")


def warn(*, at: datetime) -> list[Contract]:
    """Tell both sides of contracts that are quiet, once for each notice, as of its day."""
    warned = []
    for pk in to_tell(at=at):
        try:
            if contract := _warn(pk, at=at):
                warned.append(contract)
        except Exception:
            # One bad contract is ours to look into, and no reason to keep others waiting.
            logger.exception("Could not tell of the quiet contract %s", pk)
    return warned


def return_held(*, at: datetime) -> list[Milestone]:
    """Send back what is held on contracts that were quiet to the end, as of that day."""
    returned = []
    for pk in to_return(at=at).order_by("pk").values_list("pk", flat=True):
        try:
            if milestone := _return(pk, at=at):
                returned.append(milestone)
        except Exception:
            # One bad milestone is ours to look into, and no reason to keep others waiting.
            logger.exception("Could not return the money of milestone %s", pk)
    return returned


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
