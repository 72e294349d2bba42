"""The search on top of every page finds whatever the viewer may see, paid or not."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests import given
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


def test_the_search_finds_nothing_of_others() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    given.paid_invoice(client=alice, freelancer=bob, titles=["Posters"])

    page = session_of(given.person("charlie")).get(reverse("search"), {"q": "poster"})

    assert page.context["sections"] == []
    assert "Nothing you can see fits it." in page.content.decode()
