"""Writing a contract down: for the client alone, until it is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from invoices.fees import is_large_enough, smallest_price
from invoices.models import Contract, Milestone
from invoices.services.repeating import sent
from invoices.taxing import Treatment, proposed

POLICY_VERSION = "2026-1"
MOST_MILESTONES = 20


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """A milestone as the offer describes it. The price is net of the freelancer's VAT."""

    title: str
    price: Money
    description: str = ""
    due_on: date | None = None


@transaction.atomic
def draft(
    *,
    client: Organization,
    freelancer: Organization,
    title: str,
    work: Sequence[PlannedWork],
    by: User,
    at: datetime,
    description: str = "",
    review_days: int = 14,
    treatment: Treatment | None = None,
    op_id: UUID | None = None,
) -> Contract:
    """Write a contract down for the client alone; nobody else sees it until it is offered.

    :raises NotYours: *by* does not offer contracts for the client.
    :raises NotAllowed: the sides, the prices or their currencies do not go together.
    """
    if not may(by, Deed.OFFER, client):
        raise NotYours(f"It is not for {by} to offer contracts for {client}.")
    client, freelancer = sides_of(client, freelancer)
    currency = _check_work(work)
    form = sent(by, "contract.draft", f"organization/{client.ref}", op_id=op_id, at=at)
    if form.is_again:
        return Contract.objects.get(client=client, ref__in=form.made)
    contract = make(
        Contract.Kind.FIXED,
        client=client,
        freelancer=freelancer,
        title=title,
        description=description,
        currency=currency,
        treatment=treatment,
        at=at,
        review_days=review_days,
    )
    for position, planned in enumerate(work, start=1):
        Milestone.objects.create(
            contract=contract,
            position=position,
            title=planned.title,
            description=planned.description,
            due_on=planned.due_on,
            currency=currency,
            price=planned.price,
        )
    return form.answer(contract)


def make(
    kind: Contract.Kind,
    *,
    client: Organization,
    freelancer: Organization,
    title: str,
    description: str,
    currency: str,
    treatment: Treatment | None,
    at: datetime,
    **terms: Any,
) -> Contract:
    """Make the contract itself: taxed as told, or as follows from both sides, who are locked."""
    treatment = treatment or proposed(freelancer=freelancer, client=client, on=at.date())
    return Contract.objects.create(
        kind=kind,
        client=client,
        freelancer=freelancer,
        title=title,
        description=description,
        currency=currency,
        policy_version=POLICY_VERSION,
        tax_treatment=treatment.kind,
        tax_bps=treatment.bps,
        tax_text=treatment.text,
        created_at=at,
        **terms,
    )


def sides_of(client: Organization, freelancer: Organization) -> tuple[Organization, Organization]:
    """Return both as they are on file now: the taxes of a contract follow from what they declared.

    :raises NotAllowed: they are no two sides of a contract.
    """
    if not client.is_client or not freelancer.works:
        raise NotAllowed("A contract is between a client and somebody who works.")
    if client.pk == freelancer.pk:
        raise NotAllowed("A contract has two sides.")
    pks = sorted([client.pk, freelancer.pk])  # in one order, whoever drafts for whom meanwhile
    on_file = {pk: Organization.objects.lock(pk) for pk in pks}
    return on_file[client.pk], on_file[freelancer.pk]


def _check_work(work: Sequence[PlannedWork]) -> str:
    if not 1 <= len(work) <= MOST_MILESTONES:
        raise NotAllowed(f"A contract has between one and {MOST_MILESTONES} milestones.")
    currencies = {str(planned.price.currency) for planned in work}
    if len(currencies) > 1:
        raise NotAllowed("All milestones of a contract are in one currency.")
    for planned in work:
        if not is_large_enough(planned.price):
            least = show(smallest_price(str(planned.price.currency)))
            raise NotAllowed(f"“{planned.title}” costs less than {least}, the least there is.")
    return currencies.pop()
