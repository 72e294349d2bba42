from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice
from tests import given
from tests.given import NOON
from tests.signing_in import session_of

Page = tuple[str, Callable[[Invoice], str]]


def at(name: str, of: Callable[[Invoice], str]) -> Callable[[Invoice], str]:
    return lambda invoice: reverse(name, args=[of(invoice)])


def contract_ref(invoice: Invoice) -> str:
    return invoice.contract.ref


def milestone_ref(invoice: Invoice) -> str:
    assert invoice.milestone
    return invoice.milestone.ref


def invoice_ref(invoice: Invoice) -> str:
    return invoice.ref


ABOUT_ONE = {
    "contract": contract_ref,
    "contract-end": contract_ref,
    "contract-acceptance": contract_ref,
    "contract-offer": contract_ref,
    "contract-refusal": contract_ref,
    "contract-withdrawal": contract_ref,
    "milestone": milestone_ref,
    "milestone-funding": milestone_ref,
    "milestone-delivery": milestone_ref,
    "invoice": invoice_ref,
    "invoice-approval": invoice_ref,
    "invoice-changes": invoice_ref,
    "invoice-withdrawal": invoice_ref,
    "invoice-trail": invoice_ref,
    "invoice-pdf": invoice_ref,
}


@pytest.mark.parametrize("name", ABOUT_ONE)
def test_each_page_is_there_for_both_sides_and_for_nobody_else(
    name: str, invoice: Invoice, alice: User, bob: User, charlie: User
) -> None:
    url = reverse(name, args=[ABOUT_ONE[name](invoice)])

    assert session_of(alice).get(url).status_code == 200
    assert session_of(bob).get(url).status_code == 200
    assert session_of(charlie).get(url).status_code == 404
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("name", ["contracts", "invoices", "contract-new"])
def test_the_lists_are_there(name: str, invoice: Invoice, alice: User, charlie: User) -> None:
    page = session_of(alice).get(reverse(name)).content.decode()
    assert "</html>" in page
    assert "Logo, final files" not in session_of(charlie).get(reverse(name)).content.decode()


@pytest.mark.parametrize(("name", "budget"), [("contracts", 9), ("invoices", 10)])
def test_a_list_asks_the_same_number_of_questions_for_one_row_and_for_three(
    name: str,
    budget: int,
    alice: User,
    bob: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    given.submitted_invoice(client=alice, freelancer=bob)
    client = session_of(alice)
    client.get(reverse(name))
    with django_assert_num_queries(budget):
        client.get(reverse(name))
    for _ in range(2):
        given.submitted_invoice(client=alice, freelancer=bob)
    with django_assert_num_queries(budget):
        client.get(reverse(name))


def test_a_draft_is_the_clients_alone(alice: User, bob: User) -> None:
    draft = given.draft_contract(client=alice, freelancer=bob)

    assert session_of(alice).get(draft.get_absolute_url()).status_code == 200
    assert session_of(bob).get(draft.get_absolute_url()).status_code == 404


def test_approving_by_the_page(invoice: Invoice, alice: User, bob: User) -> None:
    client = session_of(alice)
    shown = client.get(invoice.get_absolute_url())
    form = shown.context["form"]
    sent = {name: form[name].value() for name in ["op_id", *form.seen]} | {"accepts": "on"}

    for _ in range(2):  # Pressing twice does it once.
        answer = client.post(reverse("invoice-approval", args=[invoice.ref]), sent)
        assert answer.status_code == 302

    assert Invoice.objects.get().state == Invoice.State.PAID
    assert Invoice.objects.get().changes.filter(step="approve").count() == 1


def test_a_price_that_was_not_seen_is_not_approved(invoice: Invoice, alice: User) -> None:
    client = session_of(alice)
    form = client.get(invoice.get_absolute_url()).context["form"]
    sent = {name: form[name].value() for name in ["op_id", *form.seen]} | {"accepts": "on"}

    answer = client.post(
        reverse("invoice-approval", args=[invoice.ref]), sent | {"seen_price": "€1.00"}
    )

    assert answer.status_code == 422
    assert "Something changed" in answer.content.decode()
    assert Invoice.objects.get().state == Invoice.State.SUBMITTED


def test_a_genuine_document_says_so_to_anybody(alice: User, bob: User) -> None:
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    url = reverse("verify", args=[invoice.verification_code])

    page = Client().get(url)

    assert page.status_code == 200
    assert "This document is genuine" in page.content.decode()
    assert "€1,000.00" in page.content.decode()
    assert invoice.frozen_sha256 in page.content.decode()
    assert Client().get(reverse("verify", args=["000000000000"])).status_code == 404


def test_the_paid_invoice_is_kept_as_a_file(alice: User, bob: User) -> None:
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    url = reverse("invoice-pdf", args=[invoice.ref])
    client = session_of(alice)

    assert client.get(url).status_code == 202  # It is being drawn.
    given.jobs_done(at=NOON, drawings=True)

    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert client.get(url).content == answer.content


def test_home_says_what_waits_for_each_side(invoice: Invoice, alice: User, bob: User) -> None:
    with clock.pinned(NOON):
        paying = session_of(alice).get(reverse("home")).content.decode()
        working = session_of(bob).get(reverse("home")).content.decode()

    assert "Bob &amp; Co asks for your approval" in paying
    assert "1 invoice waits for your approval" in paying
    assert "Nothing waits for you" in working
    assert "unless Alice &amp; Co answers" in working


def test_home_of_a_newcomer_says_the_first_step(alice: User, bob: User) -> None:
    assert "Offer your first contract" in session_of(alice).get(reverse("home")).content.decode()
    assert "Be ready for the first offer" in session_of(bob).get(reverse("home")).content.decode()


def test_the_queue_shows_the_decision_beside_it(invoice: Invoice, alice: User) -> None:
    client = session_of(alice)
    url = reverse("invoice-approval", args=[invoice.ref])

    queue = client.get(reverse("invoices")).content.decode()
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert f'hx-get="{url}?queue=on"' in queue
    assert "Approve and release €1,000.00" in part
    assert "<html" not in part
    assert "csrfmiddlewaretoken" in part
