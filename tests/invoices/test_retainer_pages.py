"""The pages of a retainer: its form with the whole cost, the offer, and its periods."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from billing_site.kernel.periods import midnight
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Contract, Invoice
from invoices.services.retainers import bill_due
from tests import given
from tests.given import EUR, NOON

pytestmark = pytest.mark.django_db
URL = "/contracts/new/retainer/"


@pytest.fixture
def sent(alice: User, bob: User) -> dict[str, str]:
    return {
        "freelancer": bob.email,
        "title": "Advice",
        "currency": "EUR",
        "amount": "3000,00",
        "cadence": "monthly",
        "starts_on": clock.now().date().isoformat(),
    }


def test_from_the_form_to_the_first_period(
    alice: User, bob: User, client: Client, sent: dict[str, str]
) -> None:
    client.force_login(alice)
    form = client.get(URL).context["form"]
    preview = client.post(f"{URL}cost/", sent).content.decode()
    assert "€3,180.00" in preview
    assert "First billed on" in preview
    assert not Contract.objects.exists()

    answer = client.post(URL, {**sent, "op_id": form["op_id"].value()})

    contract = Contract.objects.get()
    assert answer["Location"] == f"/contracts/{contract.ref}/offer/"
    assert (contract.kind, contract.retainer.amount) == ("retainer", EUR("3000.00"))
    for url in (answer["Location"], f"/contracts/{contract.ref}/", "/contracts/?tab=drafts"):
        assert "€3,000.00" in client.get(url).content.decode(), url


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "-5"},
        {"amount": "NaN"},
        {"amount": "1e3"},
        {"amount": "4.99"},
        {"amount": "999999999"},
        {"cadence": "daily"},
        {"starts_on": "1999-01-01"},
        {"starts_on": ""},
        {"ends_on": "1999-01-01"},
        {"currency": "XXX"},
    ],
)
def test_nonsense_is_refused_and_nothing_written(
    alice: User, client: Client, sent: dict[str, str], wrong: dict[str, str]
) -> None:
    client.force_login(alice)
    form = client.get(URL).context["form"]

    answer = client.post(URL, {**sent, **wrong, "op_id": form["op_id"].value()})

    assert answer.status_code == 422
    assert not Contract.objects.exists()


def test_freelancers_offer_none(bob: User, client: Client) -> None:
    client.force_login(bob)
    assert client.get(URL).status_code == 403


@pytest.mark.parametrize("months", [1, 3])
def test_both_sides_see_the_periods_by_the_same_queries(
    alice: User,
    bob: User,
    client: Client,
    months: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    contract = given.retainer(client=alice, freelancer=bob)
    bill_due(at=midnight(date(2026, 3 + months, 1)))
    assert Invoice.objects.count() == months
    for user in (bob, alice):
        client.force_login(user)
        shown = client.get(f"/contracts/{contract.ref}/").content.decode()
        assert "2–31 March 2026" in shown
        assert "30 of 31 days" in shown
    with django_assert_num_queries(17):
        client.get(f"/contracts/{contract.ref}/")


def test_an_offer_says_when_it_is_billed(alice: User, bob: User, client: Client) -> None:
    contract = given.retainer(
        client=alice, freelancer=bob, starts_on=NOON.date() + timedelta(days=9)
    )
    client.force_login(bob)
    shown = client.get(f"/contracts/{contract.ref}/acceptance/").content.decode()
    assert "11–31 March 2026" in shown
    assert "for a whole period" in shown
