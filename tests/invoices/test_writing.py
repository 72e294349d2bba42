"""Invoices written by hand: lines, discounts and rates, stored and frozen as they add up."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import Organization, User
from invoices.documents import einvoice, paper
from invoices.models import Contract, Invoice
from invoices.models.contract import TaxTreatment
from invoices.pricing import Discount
from invoices.services import contracts, invoicing, silence, writing
from invoices.taxing import Treatment
from invoices.written import WrittenInvoice
from tests import given
from tests.given import EUR, NOON, days
from tests.given_lines import (
    EXEMPT,
    REDUCED,
    TWO_RATES,
    approved_invoice,
    line,
    sent_invoice,
    simple,
    written_invoice,
)
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
OUTSIDE = Treatment(TaxTreatment.OUTSIDE, 0, "Nothing to tax.")


def test_what_was_written_is_stored_by_line_and_rate(alice: User, bob: User) -> None:
    invoice = Invoice.objects.get(pk=written_invoice(client=alice, freelancer=bob).pk)

    assert (invoice.net, invoice.tax, invoice.gross) == (
        EUR("990.00"),
        EUR("188.10"),
        EUR("1178.10"),
    )
    assert (invoice.state, invoice.number, invoice.purchase_order) == ("draft", None, "PO-7")
    assert [
        (row.plain_quantity, row.unit, row.discount_bps, row.discount, row.amount)
        for row in invoice.lines.order_by("position")
    ] == [
        ("12.5", "hours", 1_000, EUR("100.00"), EUR("900.00")),
        ("3", "", 0, EUR("0.05"), EUR("100.00")),
    ]
    assert [
        (tax.bps, tax.discount, tax.net, tax.tax) for tax in invoice.taxes.order_by("-bps")
    ] == [
        (2_000, EUR("9.00"), EUR("891.00"), EUR("178.20")),
        (1_000, EUR("1.00"), EUR("99.00"), EUR("9.90")),
    ]
    assert_every_law_holds()


def test_prices_with_tax_ask_what_was_entered(alice: User, bob: User) -> None:
    written = simple(
        lines=[line("1", EUR("120.00")), line("1", EUR("11.00"), REDUCED)], prices_include_tax=True
    )
    invoice = approved_invoice(written, client=alice, freelancer=bob)

    assert invoice.gross == EUR("131.00")
    assert [row.asked for row in invoice.lines.order_by("position")] == [
        EUR("120.00"),
        EUR("11.00"),
    ]
    assert [row["amount"] for row in invoice.says["lines"]] == ["120.00", "11.00"]
    assert_every_law_holds()


def test_the_document_says_each_rate_and_discount(alice: User, bob: User) -> None:
    invoice = approved_invoice(
        replace(TWO_RATES, lines=[*TWO_RATES.lines, line("1", EUR("50.00"), EXEMPT)]),
        client=alice,
        freelancer=bob,
    )
    said, printed = invoice.says, paper.of(invoice.says)

    assert [(tax["treatment"], tax["bps"], tax["reason"]) for tax in said["taxes"]] == [
        ("standard", 2_000, ""),
        ("standard", 1_000, ""),
        ("exempt", 0, EXEMPT.text),
    ]
    assert said["lines"][0] == {
        "description": "Two days on site",
        "detail": "",
        "quantity": "12.5",
        "unit": "hours",
        "unit_price": "80.00",
        "discount_asked": "100.00",
        "discount_words": "10\N{NO-BREAK SPACE}%",
        "tax": "20\N{NO-BREAK SPACE}%",
        "treatment": "standard",
        "bps": 2_000,
        "amount": "900.00",
        "net": "900.00",
        "net_price": "80.00",
        "discount": "100.00",
    }
    assert printed.texts == [EXEMPT.text]
    assert printed.remark == "Thank you."
    assert printed.about[1:] == ["Purchase order PO-7", "Cost center CC 40", "Project Relaunch"]
    assert printed.lines[0].quantity == "12.5 hours"
    assert printed.lines[0].discount == "−€100.00 (10\N{NO-BREAK SPACE}%)"
    assert [(row.words, row.amount) for row in printed.sums][:2] == [
        ("Lines", "€1,050.00"),
        ("Discount", "−€10.00"),
    ]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (simple(lines=[]), "between one and 50 lines"),
        (simple(lines=[line()] * 51), "between one and 50 lines"),
        (simple(lines=[line("1", EUR("4.99"))]), "at least"),
        (simple(lines=[line("999999", EUR("999999999.00"))]), "at most"),
        (simple(lines=[line(discount=Discount(amount=EUR("100.01")))]), "Line 1 takes off more"),
        (simple(discount=Discount(amount=EUR("100.01"))), "The discount takes off more"),
        (simple(lines=[line("1", Money(100, "USD"))]), "The contract is in EUR"),
        (simple(net_days=90), "payment terms"),
        (simple(lines=[line(), line(treatment=OUTSIDE)]), "an invoice of their own"),
    ],
)
def test_what_is_no_invoice_is_refused(
    written: WrittenInvoice, words: str, alice: User, bob: User
) -> None:
    contract = given.active_contract(client=alice, freelancer=bob)

    with pytest.raises(NotAllowed, match=words):
        writing.write(contract.pk, written, by=bob, at=NOON)

    assert not Invoice.objects.exists()


@pytest.mark.parametrize(
    "written",
    [
        TWO_RATES,
        replace(TWO_RATES, prices_include_tax=True),
        replace(TWO_RATES, lines=[*TWO_RATES.lines, line("1", EUR("50.00"), EXEMPT)]),
        simple(lines=[line("1", EUR("120.00")), line("7.3333", EUR("9.99"), REDUCED)]),
    ],
)
def test_each_is_a_valid_e_invoice(written: WrittenInvoice, alice: User, bob: User) -> None:
    for user, vat_id in ((alice, "ATU99990019"), (bob, "NO974760673MVA")):
        Organization.objects.filter(pk=given.organization(user).pk).update(vat_id=vat_id)
    invoice = approved_invoice(written, client=alice, freelancer=bob)

    _, verdict = einvoice.check(invoice.says, at=NOON)

    assert verdict.broken == []


def test_only_the_freelancer_writes(alice: User, bob: User, charlie: User) -> None:
    contract = given.active_contract(client=alice, freelancer=bob)

    for somebody in (alice, charlie):
        with pytest.raises(NotYours):
            writing.write(contract.pk, simple(), by=somebody, at=NOON)

    assert not Invoice.objects.exists()


def test_an_offer_is_no_agreement_and_an_ended_contract_still_bills(alice: User, bob: User) -> None:
    offered = given.offered_contract(client=alice, freelancer=bob)
    with pytest.raises(NotAllowed, match="has no invoices"):
        writing.write(offered.pk, simple(), by=bob, at=NOON)

    contract = given.active_contract(client=alice, freelancer=bob)
    contracts.end(contract.pk, by=alice, at=NOON)
    assert Contract.objects.get(pk=contract.pk).state == "ended"
    assert writing.write(contract.pk, simple(), by=bob, at=NOON).gross == EUR("120.00")


def test_the_same_form_twice_is_one_invoice(alice: User, bob: User) -> None:
    contract, op_id = given.active_contract(client=alice, freelancer=bob), uuid4()

    once = writing.write(contract.pk, simple(), by=bob, at=NOON, op_id=op_id)
    again = writing.write(contract.pk, simple(), by=bob, at=NOON, op_id=op_id)

    assert once.pk == again.pk
    assert Invoice.objects.count() == 1


def test_a_draft_and_what_came_back_are_rewritten_and_nothing_else(alice: User, bob: User) -> None:
    invoice = written_invoice(client=alice, freelancer=bob)
    writing.rewrite(invoice.pk, simple(title="One day"), by=bob, at=NOON)
    invoice = invoicing.submit(invoice.pk, message="Here.", by=bob, at=NOON)
    assert (invoice.title, invoice.gross, invoice.lines.count()) == ("One day", EUR("120.00"), 1)

    with pytest.raises(NotAllowed, match="cannot be changed"):
        writing.rewrite(invoice.pk, TWO_RATES, by=bob, at=NOON)

    invoicing.return_(invoice.pk, reason="It were two.", by=alice, at=NOON + days(1))
    changed = writing.rewrite(invoice.pk, TWO_RATES, by=bob, at=NOON + days(2))
    assert (changed.gross, changed.taxes.count()) == (EUR("1178.10"), 2)
    assert_every_law_holds()


def test_a_milestones_invoice_is_not_rewritten(alice: User, bob: User) -> None:
    invoice = given.returned_invoice(client=alice, freelancer=bob)

    with pytest.raises(NotAllowed, match="cannot be changed"):
        writing.rewrite(invoice.pk, simple(), by=bob, at=NOON)

    assert invoice.lines.get().amount == EUR("1000.00")


def test_silence_sends_it_back_and_charges_nothing(alice: User, bob: User) -> None:
    invoice = sent_invoice(client=alice, freelancer=bob)

    silence.approve_unanswered(at=NOON + days(15))
    returned = silence.return_unanswered(at=NOON + days(15))

    assert [each.pk for each in returned] == [invoice.pk]
    assert returned[0].open_item_id is None
    assert returned[0].number is None
