"""The pages on which invoices are written by hand, from the choice of a contract to sending."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import Membership, User
from billing_site.platform.models import File
from invoices.forms.written import editor
from invoices.models import Contract, Invoice, InvoiceTemplate
from invoices.models.contract import TaxTreatment
from invoices.queries.invoice_page import invoice_page
from invoices.queries.viewer import viewer_of
from invoices.queries.writing_page import beginnings, billable_contracts
from invoices.queries.written_fields import fields_of
from invoices.services import invoice_templates
from invoices.taxing import Treatment
from tests import given
from tests.given import EUR, NOON
from tests.given_lines import line, sent_invoice, simple, written_invoice
from tests.invoices.written import ROW, data, new
from tests.signing_in import session_of


@pytest.fixture
def bob(db: None) -> User:
    """At home in Austria, where there are rates of 20, 13 and 10 %."""
    return given.person("bob", kind="freelancer", country="AT", vat_id="ATU99990028")


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.active_contract(client=alice, freelancer=bob)


@pytest.fixture
def works(bob: User) -> Client:
    return session_of(bob)


def test_a_contract_is_chosen_first(contract: Contract, works: Client) -> None:
    page = works.get(reverse("invoice-new"))

    assert page.status_code == 200
    assert [each.pk for each in page.context["contracts"]] == [contract.pk]


def test_from_the_form_to_the_client(contract: Contract, works: Client, alice: User) -> None:
    written = works.post(
        new(contract),
        data(
            {"quantity": "12,5", "unit": "hours", "unit_price": "80", "discount": "10 %"},
            {"unit_price": "100.05", "discount": "0.05", "tax": "standard:1300"},
            discount="10.00",
            net_days="14",
            purchase_order="PO-7",
            supplied_from="2026-03-01",
        ),
    )
    invoice = Invoice.objects.get()
    assert written["Location"] == reverse("invoice-submission", args=[invoice.ref])
    assert (invoice.state, invoice.gross, invoice.net_days) == ("draft", EUR("1181.07"), 14)
    assert (invoice.supplied_from, invoice.supplied_to) == (invoice.supplied_from,) * 2

    before = works.get(written["Location"])
    assert before.status_code == 200
    assert "€1,181.07" in before.content.decode()
    form = before.context["form"]
    sent = works.post(
        written["Location"],
        {
            **{name: form[name].value() for name in ("op_id", *form.seen)},
            "message": "As we agreed.",
            "attachments": SimpleUploadedFile("hours.txt", b"Monday: 12.5", "text/plain"),
        },
    )
    assert sent["Location"] == invoice.get_absolute_url()
    assert Invoice.objects.get().state == "submitted"
    assert File.objects.get().name == "hours.txt"
    seen = session_of(alice).get(invoice.get_absolute_url()).content.decode()
    assert "€1,181.07" in seen
    assert "hours.txt" in seen


def test_buttons_without_javascript_add_and_remove_lines(contract: Contract, works: Client) -> None:
    added = works.post(new(contract), data(ROW, ROW) | {"add": "1"})
    assert added.status_code == 200
    assert [row.place for row in added.context["editor"].lines] == [1, 2, 3]
    assert "This field is required" not in added.content.decode()

    removed = works.post(new(contract), data(ROW, {"description": "Kept"}) | {"remove": "1"})
    (left,) = removed.context["editor"].lines
    assert left["description"].value() == "Kept"
    assert not Invoice.objects.exists()


def test_the_live_sums_show_both_sides(contract: Contract, works: Client) -> None:
    cost = reverse("invoice-cost", query={"contract": contract.ref})
    shown = works.post(cost, data(ROW, {"unit_price": "50", "tax": "standard:1300"}))

    text = " ".join(shown.content.decode().split())
    for words in ("VAT 20", "on €100.00", "€20.00", "VAT 13", "€6.50", "pays", "You receive"):
        assert words in text.replace("\N{NO-BREAK SPACE}", " "), words
    assert not Invoice.objects.exists()
    half = works.post(cost, {"l1-description": "Something", "l1-unit_price": "x"})
    assert half.status_code == 200
    assert "Write a line" in half.content.decode()


def test_a_line_is_named_by_the_number_that_it_has_on_the_page(
    contract: Contract, works: Client
) -> None:
    empty = {"description": "", "unit_price": ""}

    answer = works.post(new(contract), data({}, empty, {"unit_price": "much"}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 3: Price, EUR: Write the sum in EUR" in page
    assert "Line 2: " not in page


def test_a_draft_is_changed_and_keeps_what_it_had(alice: User, bob: User, works: Client) -> None:
    invoice = written_invoice(client=alice, freelancer=bob)
    page = works.get(reverse("invoice-lines", args=[invoice.ref]))
    editor = page.context["editor"]
    assert editor.lines[0]["discount"].value() == "10 %"
    assert editor.head["supplied_from"].value() == NOON.date().isoformat()

    changed = works.post(reverse("invoice-lines", args=[invoice.ref]), data(title="One day"))

    assert changed.status_code == 302
    assert Invoice.objects.get().title == "One day"


def test_the_next_one_begins_from_the_last_or_from_a_template(
    alice: User, bob: User, works: Client
) -> None:
    invoice = sent_invoice(client=alice, freelancer=bob)
    kept = works.post(reverse("invoice-template", args=[invoice.ref]), {"name": "Two days"})
    assert kept.status_code == 302
    template = InvoiceTemplate.objects.get()

    for query in ({"like": invoice.ref}, {"template": template.ref}):
        page = works.get(new(invoice.contract, **query))
        editor = page.context["editor"]
        assert editor.head["title"].value() == invoice.title
        assert [row["unit_price"].value() for row in editor.lines] == ["80.00", "33.35"]
        assert editor.head["discount"].value() == "10.00"
        assert not editor.head["supplied_from"].value()
    assert "Two days" in page.content.decode()

    works.post(reverse("invoice-template-removal", args=[template.ref]))
    assert not InvoiceTemplate.objects.exists()


def test_a_template_of_the_same_name_is_replaced(alice: User, bob: User) -> None:
    for title in ("First", "Second"):
        invoice = written_invoice(simple(title=title), client=alice, freelancer=bob)
        invoice_templates.keep(invoice.pk, name="Usual", by=bob, at=NOON)

    assert InvoiceTemplate.objects.get().fields["head"]["title"] == "Second"


@pytest.mark.parametrize("count", [1, 3])
def test_three_lines_at_three_rates_ask_as_much_as_one(
    count: int, alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rates = (2_000, 1_300, 1_000)[:count]
    lines = [line(treatment=Treatment(TaxTreatment.STANDARD, bps, "")) for bps in rates]
    for _ in range(count):
        invoice = written_invoice(simple(lines=lines), client=alice, freelancer=bob)
        invoice_templates.keep(invoice.pk, name=f"Usual {invoice.pk}", by=bob, at=NOON)
    contract = Contract.objects.select_related("client", "freelancer").latest("pk")
    viewer = viewer_of(Membership.objects.of(bob).get(), contract)
    shown = Invoice.objects.select_related("contract__client", "contract__freelancer").get(
        pk=invoice.pk
    )

    with django_assert_num_queries(1):
        assert len(billable_contracts(contract.freelancer)) == count
    with django_assert_num_queries(2):
        assert len(beginnings(contract).templates) == count
    with django_assert_num_queries(3):
        form = editor(
            None, contract=contract, on=NOON.date(), fields=fields_of(shown, with_period=True)
        )
    assert len([row for row in form.lines if row.initial]) == count
    with django_assert_num_queries(5):
        page = invoice_page(shown, viewer, at=NOON)
    assert len(page.lines) == count
