"""The pages of hours: the offer, the timer, the week, and their forms, for both sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Contract, Timer
from tests import given
from tests.given import EUR
from tests.invoices.logged import week
from tests.invoices.march import at
from tests.signing_in import session_of

THURSDAY = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)
SENT = "5f0b0c4e-5f0e-4a43-9a53-0d5a3c1f0b5a"


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.hourly_contract(client=alice, freelancer=bob)


@pytest.fixture(autouse=True)
def _thursday() -> Any:
    with clock.pinned(THURSDAY):
        yield


# The offer.
def test_an_offer_by_the_hour_from_the_form_to_the_first_timer(alice: User, bob: User) -> None:
    client, freelancer = session_of(alice), session_of(bob)
    form = {
        "freelancer": bob.email,
        "title": "Support desk",
        "currency": "EUR",
        "rate": "50.00",
        "limit": "20",
        "op_id": SENT,
    }
    preview = client.post(reverse("contract-new-hourly"), {**form, "preview": "1"})
    assert preview.status_code == 200
    page = preview.content.decode()
    # 20 hours at 50; 5 % of it for us and 20 % VAT on that; 10 % of it from Bob, who is abroad.
    for said in ("€1,000.00", "€50.00", "€10.00", "€1,060.00", "€900.00", "Mon 9 Mar 2026, 12:00"):
        assert said in page, said
    assert "Fri 13 Mar 2026, 23:59 UTC" in page
    assert "Wed 18 Mar 2026, 23:59 UTC" in page

    drafted = client.post(reverse("contract-new-hourly"), form)
    contract = Contract.objects.get()
    offer = reverse("contract-offer", args=[contract.ref])
    assert drafted["Location"] == offer
    shown = client.get(offer)
    assert "up to the weekly limit" in shown.content.decode()
    consent = shown.context["form"]
    seen = {name: consent[name].value() for name in ["op_id", *consent.seen]}
    assert client.post(offer, {**seen, "accepts": "on"}).status_code == 302

    acceptance = reverse("contract-acceptance", args=[contract.ref])
    consent = freelancer.get(acceptance).context["form"]
    seen = {name: consent[name].value() for name in ["op_id", *consent.seen]}
    assert freelancer.post(acceptance, {**seen, "accepts": "on"}).status_code == 302

    timer = reverse("timer")
    started = {"contract": contract.ref, "memo": "Tickets", "activity": "", "op_id": SENT}
    assert freelancer.post(timer, started).status_code == 302
    assert "Your timer runs" in freelancer.get(timer).content.decode()
    assert Timer.objects.get().contract == contract


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("rate", "0.50", "between €1.00 and €10,000.00"),
        ("rate", "fifty", "Write the sum in EUR"),
        ("limit", "169", "less than or equal to 168"),
        ("freelancer", "nobody@example.org", "Nobody works here"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_beside_its_field(
    alice: User, bob: User, field: str, value: str, words: str
) -> None:
    form = {
        "freelancer": bob.email,
        "title": "Support",
        "currency": "EUR",
        "rate": "50",
        "limit": "20",
        "op_id": SENT,
        field: value,
    }
    answer = session_of(alice).post(reverse("contract-new-hourly"), form)

    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert not Contract.objects.exists()


def test_the_limit_and_the_rate_are_changed_by_their_pages(contract: Contract, alice: User) -> None:
    client = session_of(alice)
    for name, facts in (
        ("contract-limit", {"limit": "25"}),
        ("contract-rate", {"rate": "55.00", "when": "monday"}),
    ):
        url = reverse(name, args=[contract.ref])
        form = client.get(url).context["form"]
        sent = {field: form[field].value() for field in ["op_id", *form.seen]} | facts
        assert client.post(url, sent).status_code == 302
        assert (
            client.post(url, {**sent, "seen_limit": "9 h", "seen_rate": "€9.00"}).status_code == 422
        )

    page = client.get(contract.get_absolute_url()).content.decode()
    assert "up to 25 h a week" in page
    assert "€55.00 an hour" in page
    assert contract.limits.count() == contract.rates.count() == 2


# The week.
def test_the_week_is_there_for_both_sides_and_for_nobody_else(
    contract: Contract, alice: User, bob: User, charlie: User
) -> None:
    (entry,) = given.worked(contract, by=bob, start=at(3, 9), minutes=60)
    for url in (week(contract), reverse("time-entry", args=[entry.ref])):
        assert session_of(alice).get(url).status_code == 200
        assert session_of(bob).get(url).status_code == 200
        assert session_of(charlie).get(url).status_code == 404
        assert Client().get(url).status_code == 302
    for monday in ("2026-03-03", "2026-02-30", "1999-01-04"):
        assert session_of(bob).get(f"/contracts/{contract.ref}/weeks/{monday}/").status_code == 404
    fixed = given.active_contract(client=alice, freelancer=bob)
    assert session_of(bob).get(week(fixed)).status_code == 404


def test_a_week_says_what_is_billed_over_the_limit_and_protected(alice: User, bob: User) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob, limit=120)
    given.worked(contract, by=bob, start=at(3, 9), minutes=150)
    page = session_of(alice).get(week(contract)).content.decode()

    for said in ("2 h 30 min", "30 min over<", "€100.00", "No: the client has a payment method"):
        assert said in " ".join(page.split()), said


@pytest.mark.parametrize(("name", "budget"), [("timer", 15), ("week", 13), ("contract", 22)])
def test_pages_ask_the_same_for_one_contract_and_for_three_with_many_entries(
    name: str,
    budget: int,
    alice: User,
    bob: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob)
    given.worked(contract, by=bob, start=at(5, 8), minutes=10)
    client = session_of(bob)
    url = {"timer": reverse("timer"), "week": week(contract)}.get(name, contract.get_absolute_url())
    client.get(url)
    with django_assert_num_queries(budget):
        client.get(url)
    for n in range(2):
        other = given.hourly_contract(client=alice, freelancer=bob, rate=EUR("60.00"))
        given.worked(other, by=bob, start=at(5, 9 + n), minutes=30)
    for n in range(8):
        given.worked(contract, by=bob, start=at(5, 12) + timedelta(minutes=20 * n), minutes=10)
    with django_assert_num_queries(budget):
        client.get(url)
