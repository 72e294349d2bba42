"""The search on top of every page finds whatever the viewer may see, paid or not."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from invoices.services import contracts
from invoices.services.contracts import PlannedWork
from tests import given
from tests.factories.people import MembershipFactory, UserFactory
from tests.given import NOON
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3])
def test_the_search_finds_what_is_paid_and_asks_the_same_for_one_and_for_three(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    for _ in range(count):
        given.paid_invoice(client=alice, freelancer=bob, titles=["Posters"])
    browser = session_of(alice)
    browser.get(reverse("search"))

    with django_assert_num_queries(10):
        found = browser.get(reverse("search"), {"q": "poster"}).context["sections"]
    counts = {each.title: each.count for each in found}

    assert counts == {"Invoices": count, "Payments": count}
    people = browser.get(reverse("search"), {"q": "bob"}).context["sections"]
    assert [each.title for each in people] == ["Invoices", "Contracts", "People"]
    tabs = browser.get(reverse("invoices"), {"q": "nothing like it"}).context["list"].tabs
    assert [tab.count for tab in tabs] == [0] * len(tabs)


@pytest.fixture
def pair(db: None) -> list[User]:
    """Alice has two contracts with Bob: one is offered, another says more than its title."""
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    given.offered_contract(client=alice, freelancer=bob)
    posters = contracts.draft(
        client=given.organization(alice),
        freelancer=given.organization(bob),
        title="Posters",
        description="For the tram stops.",
        work=[PlannedWork("Layout", given.PRICE)],
        by=alice,
        at=NOON,
    )
    contracts.offer(posters.pk, by=alice, at=NOON)
    contracts.accept(posters.pk, by=bob, at=NOON)
    return [alice, bob]


@pytest.mark.parametrize("query", ["tram", "POSTERS", "bob", "alice", "nothing like it"])
def test_the_search_and_the_page_of_contracts_find_the_same(query: str, pair: list[User]) -> None:
    for viewer in pair:
        browser = session_of(viewer)
        found = browser.get(reverse("search"), {"q": query}).context["sections"]
        listed = {section.title: section.count for section in found}.get("Contracts", 0)
        asked = {"tab": "all", "q": query}
        page: Any = browser.get(reverse("contracts"), asked).context["list"]
        assert listed == page.page.paginator.count == page.tabs[-1].count
        assert [tab.current for tab in page.tabs] == [False] * 4 + [True]
        assert page.total


def test_tabs_of_contracts_count_what_the_search_finds(pair: list[User]) -> None:
    browser, url = session_of(pair[0]), reverse("contracts")

    def counts(query: str) -> dict[str, int]:
        tabs = browser.get(url, {"q": query}).context["list"].tabs
        return {tab.label: tab.count for tab in tabs}

    assert counts("") == {"Open": 2, "Offers": 1, "Running": 1, "Over": 0, "All": 2}
    assert counts("tram") == {"Open": 1, "Offers": 0, "Running": 1, "Over": 0, "All": 1}
    nothing = browser.get(url, {"q": "nothing like it"})
    assert "No contract fits this tab and search." in nothing.content.decode()


def test_people_are_counted_also_where_they_are_not_shown(pair: list[User]) -> None:
    alice, bob = pair
    for number in range(11):
        colleague = UserFactory.create(name=f"Bobby {number}")
        MembershipFactory.create(organization=given.organization(alice), user=colleague)

    browser = session_of(alice)
    people = browser.get(reverse("search"), {"q": "bob"}).context["sections"][-1]

    assert (people.title, people.count, len(people.hits)) == ("People", 12, 11)
    name = str(given.organization(bob))
    assert people.hits[-1].words == name
    rows = browser.get(people.hits[-1].url).context["list"].rows
    assert [row.other for row in rows] == [name, name]


def test_the_search_finds_nothing_of_others() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    given.paid_invoice(client=alice, freelancer=bob, titles=["Posters"])

    page = session_of(given.person("charlie")).get(reverse("search"), {"q": "poster"})

    assert page.context["sections"] == []
    assert "Nothing you can see fits it." in page.content.decode()
