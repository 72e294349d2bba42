"""One search over all that an organization has here: contracts, invoices, payments, people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing_site.kernel.forms import clean_text
from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import Money
from billing_site.people.models import Membership, Organization
from invoices.models import Contract, Invoice
from invoices.queries import contract_list, queue
from invoices.queries.home import first_of
from payments.models import Charge, Settlement

MOST, LONGEST = 10, 100


@dataclass(frozen=True, slots=True)
class Hit:
    words: str
    note: str
    url: str
    amount: Money | None = None
    thing: Any = None  # whose state is shown


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    hits: list[Hit]
    count: int
    all_url: str = ""

    @property
    def more_url(self) -> str:
        return self.all_url if self.count > len(self.hits) else ""

    @property
    def more_words(self) -> str:
        return f"All {self.count}"


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    query = clean_text(request.GET.get("q", ""))[:LONGEST].strip()
    found = sections(request.organization, query) if query else []
    context = {"query": query, "sections": found, "count": sum(each.count for each in found)}
    return render(request, "search.html", context)


def sections(ours: Organization, query: str) -> list[Section]:
    """Return what fits, by kind, in one query for each kind; kinds without a hit are left out."""
    found = [
        _invoices(ours, query),
        _contracts(ours, query),
        *([_payments(ours, query)] if ours.is_client else []),
        _people(ours, query),
    ]
    return [section for section in found if section.hits]


def _invoices(ours: Organization, query: str) -> Section:
    rows = Invoice.objects.of(ours).filter(queue.searched(query))
    rows = rows.select_related("contract", "issuer", "recipient")
    found, count = first_of(rows.order_by("-created_at", "-pk"), MOST)
    hits = [
        Hit(
            invoice.title,
            _joined(invoice.number, invoice.contract.title, _other(invoice, ours)),
            invoice.get_absolute_url(),
            invoice.gross,
            invoice,
        )
        for invoice in found
    ]
    return Section("Invoices", hits, count, _all("invoices", tab="all", q=query))


def _other(invoice: Invoice, ours: Organization) -> str:
    return str(invoice.issuer if invoice.recipient_id == ours.pk else invoice.recipient)


def _contracts(ours: Organization, query: str) -> Section:
    rows = Contract.objects.of(ours).filter(contract_list.searched(query))
    rows = rows.select_related("client", "freelancer")
    found, count = first_of(rows.order_by("-created_at", "-pk"), MOST)
    hits = [
        Hit(
            contract.title,
            str(contract.freelancer if contract.client_id == ours.pk else contract.client),
            contract.get_absolute_url(),
            thing=contract,
        )
        for contract in found
    ]
    return Section("Contracts", hits, count, _all("contracts", tab="all", q=query))


def _payments(ours: Organization, query: str) -> Section:
    of_it = Settlement.objects.filter(charge=OuterRef("pk"), title__icontains=query)
    named = Q(ref__iexact=query) | Q(statement__iexact=query) | Q(method__icontains=query)
    rows = Charge.objects.filter(Exists(of_it) | named, client=ours).newest_first()
    found, count = first_of(rows, MOST)
    hits = [
        Hit(
            f"Payment of {charge.begun_at:%-d %B %Y}",
            _joined(charge.method, charge.statement),
            charge.get_absolute_url(),
            charge.amount,
            charge,
        )
        for charge in found
    ]
    return Section("Payments", hits, count)


def _people(ours: Organization, query: str) -> Section:
    """Who belongs to this organization, and whom it works with."""
    members = Membership.objects.live().filter(organization=ours)
    mine = members.filter(user__name__icontains=query).select_related("user")
    seats, count = first_of(mine.order_by("user__name", "pk"), MOST)
    hits = [Hit(str(seat.user), seat.get_role_display(), reverse("organization")) for seat in seats]
    partners, others = _partners(ours, query)
    return Section("People", [*hits, *partners], count + others)


def _partners(ours: Organization, query: str) -> tuple[list[Hit], int]:
    """Return the first of those it has contracts with, and how many there are in all."""
    other = "freelancer" if ours.is_client else "client"
    with_us = Contract.objects.of(ours).filter(**{other: OuterRef("pk")})
    rows = Organization.objects.filter(Exists(with_us), name__icontains=query).exclude(pk=ours.pk)
    found, count = first_of(rows.order_by("name", "pk"), MOST)
    note = f"{other}, see the contracts"
    return [Hit(str(it), note, _all("contracts", tab="all", q=it.name)) for it in found], count


def _joined(*words: str | None) -> str:
    return " · ".join(word for word in words if word)


def _all(name: str, **asked: str) -> str:
    return f"{reverse(name)}?{urlencode(asked)}"
