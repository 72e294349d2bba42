"""Invoices written by hand, to test with."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from billing_site.kernel.money import Money
from billing_site.people.models import User
from invoices.models import Invoice
from invoices.models.contract import TaxTreatment
from invoices.pricing import Discount
from invoices.services import invoicing, writing
from invoices.taxing import Treatment
from invoices.written import WrittenInvoice, WrittenLine
from tests import given
from tests.given import EUR, NOON

STANDARD = Treatment(TaxTreatment.STANDARD, 2_000, "")
REDUCED = Treatment(TaxTreatment.STANDARD, 1_000, "")
EXEMPT = Treatment(TaxTreatment.EXEMPT, 0, "Exempt: § 6 Abs. 1 Z 11 UStG.")


def line(
    quantity: str = "1",
    price: Money = EUR("100.00"),  # noqa: B008 - it does not change
    treatment: Treatment = STANDARD,
    **facts: Any,
) -> WrittenLine:
    return WrittenLine("Two days on site", Decimal(quantity), price, treatment, **facts)


def simple(**facts: Any) -> WrittenInvoice:
    """One line of 100 at 20 %, unless *facts* say otherwise."""
    return replace(WrittenInvoice(title="A day", lines=[line()]), **facts)


# 900 and 100 less 10 make 891 at 20 % and 99 at 10 %.
TWO_RATES = WrittenInvoice(
    title="Two days on site",
    lines=[
        line("12.5", EUR("80.00"), unit="hours", discount=Discount(bps=1_000)),
        line("3", EUR("33.35"), REDUCED, discount=Discount(amount=EUR("0.05"))),
    ],
    discount=Discount(amount=EUR("10.00")),
    purchase_order="PO-7",
    cost_center="CC 40",
    project="Relaunch",
    note="Thank you.",
    supplied_from=NOON.date(),
    supplied_to=NOON.date(),
)


def written_invoice(
    written: WrittenInvoice = TWO_RATES, *, client: User, freelancer: User, **facts: Any
) -> Invoice:
    """A draft on a contract of its own."""
    contract = given.active_contract(client=client, freelancer=freelancer, **facts)
    at = facts.get("at", NOON)
    return writing.write(contract.pk, written, by=freelancer, at=at)


def sent_invoice(
    written: WrittenInvoice = TWO_RATES, *, client: User, freelancer: User, **facts: Any
) -> Invoice:
    invoice = written_invoice(written, client=client, freelancer=freelancer, **facts)
    at = facts.get("at", NOON)
    return invoicing.submit(invoice.pk, message="As we agreed.", by=freelancer, at=at)


def approved_invoice(
    written: WrittenInvoice = TWO_RATES, *, client: User, freelancer: User, **facts: Any
) -> Invoice:
    invoice = sent_invoice(written, client=client, freelancer=freelancer, **facts)
    return invoicing.approve(invoice.pk, by=client, at=facts.get("at", NOON))
