"""What a bank is shown of a payment: what was agreed, delivered, approved and done, by whom.

The names of its parts are the provider's. A bank reads texts only, so much and no more.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from billing_site.people.access import Deed
from billing_site.people.mailing import contacts
from billing_site.people.models import Membership, SignIn
from invoices.models import Approval, Contract, Delivery, Invoice, Milestone
from payments.models import Chargeback
from payments.services import losses

BEFORE = timedelta(days=90)  # so long before a payment its client's visits belong to it
MOST = 20_000  # letters of each part; all together stay under what a bank reads
Line = tuple[datetime, str]


def pack(case: Chargeback) -> dict[str, str]:
    """Return the texts of our answer, from what both sides did here."""
    charge = case.charge
    escrows = losses.escrows_of(charge)
    refs = losses.documents_of(losses.lots_of(charge))
    milestones = list(Milestone.objects.filter(escrow__in=escrows).order_by("pk"))
    about = Q(escrow__in=escrows) | Q(ref__in=refs)
    invoices = list(Invoice.objects.filter(about).order_by("pk"))
    contracts = Contract.objects.filter(
        Q(pk__in=[each.contract_id for each in milestones])
        | Q(pk__in=[each.contract_id for each in invoices])
    )
    deliveries = Delivery.objects.filter(invoice__in=invoices).order_by("pk")
    texts = {
        "customer_name": str(charge.client),
        "customer_email_address": _email(case),
        "product_description": _agreed(list(contracts.order_by("pk")), case),
        # Cut from its end: visits go before what was done.
        "access_activity_log": "\n".join(
            filter(None, (_log(_steps(contracts, milestones, invoices)), _log(_sign_ins(case))))
        ),
        "uncategorized_text": _log(_words(deliveries, invoices)),
    }
    if last := max((each.at for each in deliveries), default=None):
        texts["service_date"] = f"{last:%Y-%m-%d}"
    return {name: text[:MOST] for name, text in texts.items() if text}


def _email(case: Chargeback) -> str:
    found = contacts(case.charge.client, Deed.FUND)
    return found[0][0] if found else ""


def _agreed(contracts: list[Contract], case: Chargeback) -> str:
    parts = case.charge.settlements.order_by("pk")
    lines = [
        f"Contract “{each.title}” between {each.client} and {each.freelancer}, accepted on"
        f" {each.accepted_at:%-d %B %Y}."
        for each in contracts
        if each.accepted_at
    ]
    lines += [f"Paid for: {each.title}, {each.amount}." for each in parts]
    return "\n".join(lines)


def _steps(contracts: object, milestones: list[Milestone], invoices: list[Invoice]) -> list[Line]:
    """Each step that somebody took, by name; what happened by itself is no evidence."""
    rows: list[Line] = []
    for nouns in (contracts, milestones, invoices):
        for noun in nouns:  # type: ignore[attr-defined] # rows of three kinds
            steps = noun.changes.exclude(by=None).select_related("by").order_by("at", "pk")
            rows += [(each.at, f"{each.by}: {each.step} {noun}") for each in steps]
    return rows


def _sign_ins(case: Chargeback) -> list[Line]:
    """Who used the site while they had a seat with the client, from where and with what."""
    charge = case.charge
    seats = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=OuterRef("at")),
        organization=charge.client,
        user=OuterRef("user"),
        since__lte=OuterRef("at"),
    )
    found = SignIn.objects.filter(
        Exists(seats), at__gte=charge.begun_at - BEFORE, at__lte=case.opened_at
    )
    return [
        (each.at, f"{each.user}: used the site from {each.network or 'somewhere'}, {each.browser}")
        for each in found.select_related("user").order_by("at", "pk")
    ]


def _words(deliveries: object, invoices: list[Invoice]) -> list[Line]:
    """What was handed in, in the freelancer's words, and who approved it."""
    rows = [
        (each.at, f"Delivered: {each.message}")
        for each in deliveries  # type: ignore[attr-defined] # a QuerySet
    ]
    approvals = Approval.objects.filter(invoice__in=invoices).select_related("by")
    rows += [(each.at, f"Approved by {each.by}") for each in approvals.order_by("pk")]
    return rows


def _log(rows: list[Line]) -> str:
    return "\n".join(
        f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC  {words}" for at, words in sorted(rows)
    )
