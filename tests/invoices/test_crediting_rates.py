"""Credits of an invoice with several rates: each takes back its own tax, in its own words."""

from __future__ import annotations

import pytest

from billing_site.kernel.money import zero
from billing_site.people.models import User
from invoices.models import CreditNote, Invoice
from invoices.services import crediting
from tests import given, given_lines
from tests.given import EUR, NOON, days
from tests.given_lines import EXEMPT, REDUCED, line, simple
from tests.invoices.books import assert_every_law_holds
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db

# 100.05 at 20 %, 33.35 at 10 %, 50.00 exempt.
THREE_RATES = simple(
    lines=[
        line(price=EUR("100.05")),
        line(price=EUR("33.35"), treatment=REDUCED),
        line(price=EUR("50.00"), treatment=EXEMPT),
    ]
)


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    return given_lines.approved_invoice(THREE_RATES, client=alice, freelancer=bob)


def credit(invoice: Invoice, *amounts: str, by: User, after: int) -> CreditNote:
    lines = invoice.lines.order_by("position")
    return crediting.credit(
        invoice.pk,
        amounts={each.pk: EUR(amount) for each, amount in zip(lines, amounts, strict=True)},
        reason="Less was done",
        by=by,
        at=NOON + days(after),
    )


def test_three_parts_take_back_the_tax_of_the_whole(invoice: Invoice, bob: User) -> None:
    parts = [
        credit(invoice, "33.33", "11.11", "0", by=bob, after=1),
        credit(invoice, "33.33", "11.11", "25.00", by=bob, after=2),
        credit(invoice, "33.39", "11.13", "25.00", by=bob, after=3),
    ]

    nothing = zero("EUR")
    assert sum((part.net for part in parts), nothing) == invoice.net == EUR("183.40")
    assert sum((part.tax for part in parts), nothing) == invoice.tax == EUR("23.35")
    assert sum((part.owed_less for part in parts), nothing) > invoice.gross  # and our fee
    assert Invoice.objects.get(pk=invoice.pk).state == Invoice.State.CREDITED
    given.jobs_done(at=NOON + days(4))
    assert_every_law_holds()


def test_only_what_is_exempt_says_why(invoice: Invoice, bob: User) -> None:
    taxed = credit(invoice, "10.00", "0", "0", by=bob, after=1)
    both = credit(invoice, "10.00", "0", "10.00", by=bob, after=2)

    assert taxed.frozen
    assert both.frozen
    assert [(row["bps"], row["reason"]) for row in taxed.frozen["taxes"]] == [(2_000, "")]
    assert taxed.frozen["texts"] == []
    assert [(row["bps"], row["reason"]) for row in both.frozen["taxes"]] == [
        (2_000, ""),
        (0, EXEMPT.text),
    ]
    assert both.frozen["texts"] == [EXEMPT.text]


def test_a_credit_at_three_rates_is_a_valid_e_invoice(alice: User) -> None:
    bob = given.person("bob", kind="freelancer", country="AT", city="Wien", vat_id="ATU12345675")
    invoice = given_lines.approved_invoice(THREE_RATES, client=alice, freelancer=bob)
    note = credit(invoice, "33.33", "11.11", "25.00", by=bob, after=1)

    given.jobs_done(at=NOON + days(1), drawings=True)

    note = CreditNote.objects.get(pk=note.pk)
    assert note.einvoice
    assert note.einvoice["broken"] == []
    page = session_of(alice).get(f"/invoices/{invoice.ref}/").content.decode()
    data = f"/credit-notes/{note.ref}/data/"
    assert data in page
    answer = session_of(alice).get(data)
    assert answer["Content-Type"] == "application/xml"
    assert note.number
    assert note.number.encode() in answer.content
    assert session_of(given.person("charlie")).get(data).status_code == 404
