"""A contract is written and offered in a browser."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing_site.people.models import User
from invoices.models import Contract, Milestone
from tests import given
from tests.signing_in import session_of


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
