"""What must never be true of a written invoice."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from billing_site.kernel.invariants import run_laws
from billing_site.people.models import User
from invoices.models import InvoiceLine, InvoiceTax
from invoices.models.contract import TaxTreatment
from invoices.services import crediting
from invoices.taxing import Treatment
from tests.given import NOON
from tests.given_lines import approved_invoice, line, sent_invoice, simple, written_invoice
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
OUTSIDE = Treatment(TaxTreatment.OUTSIDE, 0, "Nothing to tax.")
TRIED = [
    "UPDATE invoices_invoiceline SET amount = amount + 1",
    "UPDATE invoices_invoiceline SET description = 'Another'",
    "DELETE FROM invoices_invoiceline",
    "UPDATE invoices_invoicetax SET tax = tax + 1",
    "DELETE FROM invoices_invoicetax",
    "UPDATE invoices_invoice SET discount = 5, discount_net = 5",
    "UPDATE invoices_invoice SET prices_include_tax = true",
    "UPDATE invoices_invoice SET net_days = 60",
]


@pytest.mark.parametrize("statement", TRIED)
def test_what_the_client_sees_does_not_change(statement: str, alice: User, bob: User) -> None:
    sent_invoice(client=alice, freelancer=bob)

    with pytest.raises(DatabaseError, match="once it is seen"), transaction.atomic():
        connection.cursor().execute(statement)


IMPOSSIBLE = [
    ("UPDATE invoices_invoiceline SET currency = 'USD'", "line_is_in_its_invoices_currency"),
    ("UPDATE invoices_invoicetax SET currency = 'USD'", "tax_is_in_its_invoices_currency"),
    ("UPDATE invoices_invoice SET currency = 'USD'", "currency"),
    (
        "UPDATE invoices_invoiceline SET amount = -1, discount_share = NULL",
        "line_asks_for_something",
    ),
    ("UPDATE invoices_invoiceline SET discount_share = amount + 1", "discount_on_the_whole_is"),
    ("UPDATE invoices_invoiceline SET quantity = 0", "line_asks_for_something"),
    ("UPDATE invoices_invoiceline SET discount = -1", "discount_of_a_line_is_no_surcharge"),
    (
        "UPDATE invoices_invoiceline SET tax_treatment = 'exempt'",
        "only_standard_lines_have_a_rate",
    ),
    (
        "UPDATE invoices_invoiceline SET amount_with_tax = amount - 1",
        "tax_in_a_price_makes_it_no_less",
    ),
    ("UPDATE invoices_invoicetax SET net = -1", "tax_of_a_rate_is_not_negative"),
    ("UPDATE invoices_invoicetax SET treatment = 'outside'", "only_standard_treatment_is_taxed"),
    (
        "UPDATE invoices_invoicetax SET treatment = 'outside', bps = 0, tax = 0 WHERE bps = 1000",
        "untaxed_lines_say_why",
    ),
    ("UPDATE invoices_invoicetax SET bps = 2000", "a_rate_is_summed_up_once"),
    ("UPDATE invoices_invoice SET discount_net = discount + 1", "discount_of_an_invoice"),
]


@pytest.mark.parametrize(("statement", "sentence"), IMPOSSIBLE)
def test_what_must_never_be_true_is_refused(
    statement: str, sentence: str, alice: User, bob: User
) -> None:
    written_invoice(client=alice, freelancer=bob)

    with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


BROKEN = [
    ("UPDATE invoices_invoiceline SET amount = amount + 1 WHERE position = 1", "less the discount"),
    ("UPDATE invoices_invoicetax SET tax = tax + 1 WHERE bps = 1000", "several rates"),
    (
        "UPDATE invoices_invoicetax SET net = net + CASE bps WHEN 2000 THEN 1 ELSE -1 END",
        "Under each rate",
    ),
]


@pytest.mark.parametrize(("statement", "law"), BROKEN)
def test_the_laws_of_lines_can_be_broken(statement: str, law: str, alice: User, bob: User) -> None:
    written_invoice(client=alice, freelancer=bob)
    connection.cursor().execute(statement)

    broken = [verdict.law.sentence for verdict in run_laws() if not verdict.holds]
    assert any(law in sentence for sentence in broken)


def test_words_of_lines_without_tax_are_kept(alice: User, bob: User) -> None:
    written_invoice(simple(lines=[line(treatment=OUTSIDE)]), client=alice, freelancer=bob)

    assert InvoiceTax.objects.get().text == "Nothing to tax."
    assert InvoiceLine.objects.get().tax_bps == 0


def test_a_discounted_invoice_is_credited_in_full_and_no_more(alice: User, bob: User) -> None:
    invoice = approved_invoice(client=alice, freelancer=bob)

    note = crediting.credit(
        invoice.pk, amounts=crediting.whole(invoice), reason="All wrong.", by=bob, at=NOON
    )

    assert (note.net, note.tax, note.gross) == (invoice.net, invoice.tax, invoice.gross)
    assert crediting.whole(invoice) == {}
    assert_every_law_holds()
