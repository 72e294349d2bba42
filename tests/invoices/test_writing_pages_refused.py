"""What somebody writes into an invoice's form and is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from invoices.models import Contract, Invoice, InvoiceTemplate
from invoices.services import invoice_templates, invoicing
from tests import given
from tests.given import NOON
from tests.given_lines import written_invoice
from tests.invoices.written import data, new
from tests.kernel.test_forms import HOSTILE
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


FIELDS = {
    "l1-unit_price": set(),
    "l1-quantity": {"0.001"},  # a quantity has four places
    "l1-discount": {"", " ", "5%"},  # nothing, and a part
    "discount": {"", " ", "5%"},
}


@pytest.mark.parametrize("field", FIELDS)
def test_hostile_amounts_store_nothing(field: str, contract: Contract, works: Client) -> None:
    hostile = [words for words in HOSTILE if words not in FIELDS[field]]
    assert len(hostile) >= 57

    for words in hostile:
        answer = works.post(new(contract), data() | {field: words})
        assert answer.status_code == 422, words
        editor = answer.context["editor"]
        errors = editor.head.errors if field == "discount" else editor.lines[0].errors
        assert field.removeprefix("l1-") in errors, words
        cost = works.post(
            reverse("invoice-cost", query={"contract": contract.ref}), data() | {field: words}
        )
        assert cost.status_code == 200, words

    assert not Invoice.objects.exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (data({"unit_price": "4.99"}), "at least"),
        (data({"unit_price": "999999999", "quantity": "999999.9999"}), "at most"),
        (data({"discount": "100.01"}), "Line 1 takes off more"),
        (data(supplied_from="2026-03-02", supplied_to="2026-03-01"), "ends before it begins"),
        (data({"tax": "standard:1234"}), "Select a valid choice"),
        (data(net_days="1"), "Select a valid choice"),
        ({"title": "Nothing", "net_days": "0", "op_id": str(uuid4())}, "at least one line"),
        (data(discount="100 %"), "at least"),
        (data({"description": "x" * 201}), "at most 200 characters"),
    ],
)
def test_bad_input_comes_back_with_words(
    sent: dict[str, str], words: str, contract: Contract, works: Client
) -> None:
    answer = works.post(new(contract), sent)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Invoice.objects.exists()


def test_strangers_and_the_client_find_nothing_to_write(
    contract: Contract, alice: User, bob: User, charlie: User
) -> None:
    invoice = written_invoice(client=alice, freelancer=bob)
    template = invoice_templates.keep(invoice.pk, name="Usual", by=bob, at=NOON)
    invoicing.submit(invoice.pk, message="Here.", by=bob, at=NOON)

    for somebody in (alice, charlie):
        client = session_of(somebody)
        for page in (new(contract), new(contract, template=template.ref)):
            assert client.get(page).status_code == 403, page
            assert client.post(page, data()).status_code == 403, page
        for name in ("invoice-lines", "invoice-submission", "invoice-template"):
            page = reverse(name, args=[invoice.ref])
            assert client.get(page).status_code == 404, page
            assert client.post(page, data()).status_code == 404, page
        removal = reverse("invoice-template-removal", args=[template.ref])
        assert client.post(removal).status_code == 404
    assert InvoiceTemplate.objects.count() == Invoice.objects.count() == 1


def test_a_sum_that_changed_is_not_sent(alice: User, bob: User, works: Client) -> None:
    invoice = written_invoice(client=alice, freelancer=bob)
    page = reverse("invoice-submission", args=[invoice.ref])
    form = works.get(page).context["form"]
    shown = {name: form[name].value() for name in ("op_id", *form.seen)}
    works.post(reverse("invoice-lines", args=[invoice.ref]), data())

    answer = works.post(page, {**shown, "message": "Here."})

    assert answer.status_code == 422
    assert Invoice.objects.get().state == "draft"
