"""What a search of the records finds: contracts whole, a document by itself, and references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value

from billing_site.people.models import Organization
from invoices.models import Contract, Invoice, Milestone, WriteOff
from payments.models import Escrow, Lot, Refund

MOST = 200  # contracts, invoices and milestones that a search may find, of each the newest
NAMED = (
    "escrow", "lot", "refund", "payout", "quote", "document", "invoice",
    "chargeback", "arbitration", "goodwill", "stray",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What entries are about, such as “escrow/7K2M…”; see ledger.queries.records.Wanted."""

    about: list[str]
    is_cut: bool = False  # more was found than is looked at


def about_contracts(contracts: QuerySet[Contract, Any]) -> list[str]:
    """Return what the entries of *contracts* are about."""
    return _about(
        Milestone.objects.filter(contract__in=contracts),
        Invoice.objects.filter(contract__in=contracts),
    )


def searched(organization: Organization, query: str) -> Found:
    """Return what *query* finds: a contract by title, project or name, a document by itself."""
    ref = query.upper()
    ours = Q(client=organization) | Q(freelancer=organization)
    contracts = Contract.objects.filter(
        Q(title__icontains=query)
        | Q(ref=ref)
        | Q(client__name__icontains=query)
        | Q(freelancer__name__icontains=query)
        | Q(project__name__icontains=query)
        | Q(project__code__iexact=query),
        ours,
    )
    invoices = Invoice.objects.of(organization).filter(
        Q(number__icontains=query)
        | Q(title__icontains=query)
        | Q(purchase_order__iexact=query)
        | Q(ref=ref)
        | Q(escrow__ref=ref)
    )
    milestones = Milestone.objects.filter(
        Q(title__icontains=query) | Q(ref=ref),
        contract__in=Contract.objects.filter(ours).order_by().values("pk"),
    )
    keys: dict[str, list[int]] = {"contract": [], "invoice": [], "milestone": []}
    first, *others = (
        _keys(kind, found)
        for kind, found in zip(keys, (contracts, invoices, milestones), strict=True)
    )
    for kind, key in first.union(*others):
        keys[kind].append(key)
    of = Q(contract__in=keys["contract"][:MOST])
    about = _about(
        Milestone.objects.filter(of | Q(pk__in=keys["milestone"][:MOST])),
        Invoice.objects.filter(
            of | Q(pk__in=keys["invoice"][:MOST]) | Q(milestone__in=keys["milestone"][:MOST])
        ),
    )
    return Found(
        about=[*about, *(f"{kind}/{ref}" for kind in NAMED)],
        is_cut=any(len(found) > MOST for found in keys.values()),
    )


def _keys(kind: str, found: QuerySet[Any]) -> QuerySet[Any, Any]:
    newest = found.order_by("-pk").values_list(Value(kind, CharField()), "pk")
    return newest[: MOST + 1]


def _about(milestones: QuerySet[Milestone], invoices: QuerySet[Invoice]) -> list[str]:
    documents = list(_refs("milestone", milestones).union(_refs("invoice", invoices)))
    named = [f"{kind}/{ref}" for kind, ref in documents]
    held = invoices.order_by().values("escrow")  # also that of a milestone, which bills several
    subjects = _refs("escrow", Escrow.objects.filter(document__in=named)).union(
        _refs("escrow", Escrow.objects.filter(pk__in=held)),
        _refs("lot", Lot.objects.filter(document__in=named)),
        _refs("refund", Refund.objects.filter(escrow__document__in=named)),
        _refs("refund", Refund.objects.filter(escrow__in=held)),
        _refs("write_off", WriteOff.objects.filter(invoice__in=invoices.order_by().values("pk"))),
    )
    return [
        *named,
        *(f"{kind}/{ref}" for kind, ref in subjects),
        *(f"document/{ref}" for _, ref in documents),
    ]


def _refs(kind: str, found: QuerySet[Any]) -> QuerySet[Any, Any]:
    return found.order_by().values_list(Value(kind, CharField()), "ref")
