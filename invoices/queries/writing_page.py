"""What there is to write invoices for, and to begin them from."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.people.models import Organization
from invoices.models import Contract, Invoice, InvoiceTemplate
from invoices.queries.written_fields import Fields, fields_of

S = Contract.State
# Whoever has agreed may send an invoice, also for what is left to bill after the end.
BILLABLE = (S.ACTIVE, S.PAUSED, S.ENDING, S.ENDED)
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What an invoice on this contract can begin from."""

    templates: list[InvoiceTemplate]
    last: list[Invoice]


def billable_contracts(freelancer: Organization) -> list[Contract]:
    """The contracts that *freelancer* can write invoices on, the newest first."""
    found = Contract.objects.filter(freelancer=freelancer, state__in=BILLABLE)
    return list(found.select_related("client").order_by("-accepted_at", "-pk")[:MOST_SHOWN])


def beginnings(contract: Contract) -> Beginnings:
    templates = InvoiceTemplate.objects.of(contract.freelancer).filter(currency=contract.currency)
    written = Invoice.objects.filter(contract=contract, source=Invoice.Source.LINES)
    return Beginnings(
        templates=list(templates.order_by("name", "pk")),
        last=list(written.order_by("-created_at", "-pk")[:5]),
    )


def fields_to_begin_with(
    freelancer: Organization, *, currency: str, template: str, like: str
) -> Fields | None:
    """What the form holds at first: of the template or invoice with that ref, if it is theirs."""
    if template:
        kept = InvoiceTemplate.objects.of(freelancer).filter(ref=template, currency=currency)
        found = kept.first()
        return dict(found.fields) if found else None
    if like:
        written = Invoice.objects.filter(
            issuer=freelancer, ref=like, currency=currency, source=Invoice.Source.LINES
        )
        model = written.first()
        return fields_of(model, with_period=False) if model else None
    return None
