"""What waits for a client at home: invoices to approve, rates to answer, work to fund, drafts."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership, Organization
from invoices.models import Contract, Invoice, Milestone, RateProposal
from invoices.queries import client_owes
from invoices.queries.home import FirstOf, Waiting


def reviews(client: Organization, most: int) -> tuple[list[Invoice], int]:
    return _REVIEWS(most, client.pk)


def offers(client: Organization, most: int) -> tuple[list[Contract], int]:
    return _OFFERS(most, client.pk)


def unsent(membership: Membership, most: int) -> tuple[list[Contract], int]:
    if not allows(membership, Deed.OFFER):
        return [], 0
    return _UNSENT(most, membership.organization_id)


def to_approve(invoice: Invoice) -> Waiting:
    assert invoice.answer_by, "A review has an end."
    return Waiting(
        words=f"{invoice.issuer} asks for your approval",
        note=f"“{invoice.title}” of {invoice.contract.title}",
        amount=invoice.gross,
        url=invoice.get_absolute_url(),
        badge=f"approve by {_day(invoice.answer_by)}",
        tone="held",
    )


def proposals(membership: Membership, most: int) -> tuple[list[RateProposal], int]:
    if not allows(membership, Deed.OFFER):
        return [], 0
    return _PROPOSALS(most, membership.organization_id)


def to_agree(proposal: RateProposal) -> Waiting:
    return Waiting(
        words=f"{proposal.contract.freelancer} asks for more an hour",
        note=f"“{proposal.contract.title}”, now {show(proposal.was)}",
        amount=proposal.rate,
        url=proposal.get_absolute_url(),
        badge=f"answer by {_day(proposal.answer_by)}",
        tone="wait",
    )


def to_fund(membership: Membership, most: int) -> tuple[list[Milestone], int]:
    """The next milestone of each active contract in which no work is funded, and how many.

    There is none while a restriction keeps the client from funding: what is owed comes first.
    """
    if not allows(membership, Deed.FUND):
        return [], 0
    return _TO_FUND(most, membership.organization_id)


def fund_next(milestone: Milestone) -> Waiting:
    return Waiting(
        words=f"Fund “{milestone.title}”",
        note=f"{milestone.contract.freelancer} starts when the money is held",
        amount=milestone.price,
        url=reverse("milestone-funding", args=[milestone.ref]),
        badge="not funded yet",
        tone="wait",
    )


def to_send(contract: Contract) -> Waiting:
    return Waiting(
        words=f"Send “{contract.title}” to {contract.freelancer}",
        note="A draft that nobody else sees",
        amount=None,
        url=reverse("contract-offer", args=[contract.ref]),
        badge="draft",
        tone="",
    )


def _reviews(client: int) -> QuerySet[Invoice]:
    asked = Invoice.objects.awaiting_approval().filter(recipient=client)
    return asked.select_related("issuer", "contract").order_by("answer_by", "pk")


def _contracts(state: Contract.State, client: int) -> QuerySet[Contract]:
    found = Contract.objects.filter(client=client, state=state).select_related("freelancer")
    return found.order_by("expires_at", "created_at", "pk")


def _proposals(client: int) -> QuerySet[RateProposal]:
    waiting = RateProposal.objects.open().filter(contract__client=client)
    return waiting.select_related("contract__freelancer").order_by("answer_by", "pk")


def _to_fund(client: int) -> QuerySet[Milestone]:
    beside = Milestone.objects.filter(contract=OuterRef("contract"))
    planned = Milestone.objects.filter(
        client_owes.is_free_to_fund(),
        ~Exists(beside.filter(state__in=["funding", "funded"])),
        ~Exists(beside.filter(state="planned", position__lt=OuterRef("position"))),
        contract__client=client,
        contract__state=Contract.State.ACTIVE,
        state=Milestone.State.PLANNED,
    )
    ordered = planned.order_by("contract__created_at", "contract")
    return ordered.select_related("contract__freelancer")


_REVIEWS, _PROPOSALS, _TO_FUND = FirstOf(_reviews), FirstOf(_proposals), FirstOf(_to_fund)
_OFFERS = FirstOf(partial(_contracts, Contract.State.OFFERED))
_UNSENT = FirstOf(partial(_contracts, Contract.State.DRAFT))


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"
