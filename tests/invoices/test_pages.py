from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Contract, Invoice, Milestone
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


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    return given.submitted_invoice(client=alice, freelancer=bob)


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


def test_a_contract_is_written_and_offered_by_its_pages(alice: User, bob: User) -> None:
    client = session_of(alice)
    page = client.get(reverse("contract-new"))
    sent = {
        "freelancer": bob.email,
        "title": "Landing page",
        "description": "",
        "currency": "EUR",
        "review_days": "14",
        "tax_treatment": "",
        "tax_text": "",
        "op_id": page.context["form"]["op_id"].value(),
        "m1-title": "Draft",
        "m1-price": "1000,00",
        "m1-due_on": "",
        "m1-detail": "",
        "m2-title": "",
        "m2-price": "",
        "m2-due_on": "",
        "m2-detail": "",
    }

    cost = client.post(reverse("contract-cost"), sent).content.decode()
    assert "€1,060.00" in cost
    assert "€900.00" in cost
    assert Contract.objects.count() == 0

    for _ in range(2):
        drafted = client.post(reverse("contract-new"), sent)
        contract = Contract.objects.get()
        assert drafted.url == reverse("contract-offer", args=[contract.ref])  # type: ignore[attr-defined]
    assert Milestone.objects.get().price == given.EUR("1000.00")

    form = client.get(drafted.url).context["form"]  # type: ignore[attr-defined]
    consent = {name: form[name].value() for name in ["op_id", *form.seen]} | {"accepts": "on"}
    assert client.post(drafted.url, consent).status_code == 302  # type: ignore[attr-defined]
    assert Contract.objects.get().state == Contract.State.OFFERED


@pytest.mark.parametrize(
    "price", ["-5", "0", "1e3", "NaN", "∞", "１０", "1,000", "0.001", "9999999999", "4.99", "x"]
)
def test_a_price_that_is_none_is_refused_beside_its_field(
    price: str, alice: User, bob: User
) -> None:
    sent = {
        "freelancer": bob.email,
        "title": "Landing page",
        "currency": "EUR",
        "review_days": "14",
        "op_id": "4f4e3c1e-8a5c-4a39-9f0e-0b5d7d3f0a11",
        "m1-title": "Draft",
        "m1-price": price,
    }
    answer = session_of(alice).post(reverse("contract-new"), sent)

    assert answer.status_code == 422
    assert answer.context["milestones"][0].errors["price"]
    assert Contract.objects.count() == 0


def test_every_wrong_price_of_a_new_contract_is_named_on_top(alice: User) -> None:
    sent = {"m1-title": "Draft", "m1-price": "1,000", "m2-title": "", "m2-price": "-5"}
    html = session_of(alice).post(reverse("contract-new"), sent).content.decode()
    summary = html[html.index("error-summary") : html.index("</ul>", html.index("error-summary"))]
    for words in ("Title: ", "Milestone 1: Price, EUR: “1,000” could", "Milestone 2: Milestone: "):
        assert words in summary
    assert 'href="#id_m1-price"' in summary


def test_who_may_not_offer_hears_why(alice: User, bob: User) -> None:
    refused = session_of(bob).get(reverse("contract-new"))
    assert refused.status_code == 403
    assert "Contracts are offered by clients" in refused.content.decode()
    viewer = given.member(alice, "vera", role="viewer")
    refused = session_of(viewer).get(reverse("contract-new"))
    assert refused.status_code == 403
    assert "an owner can change that" in refused.content.decode()


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
    given.jobs_done(at=NOON)

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
