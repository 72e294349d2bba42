"""The side of every page counts what waits, and calls only those who can do something."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from billing_site.around import Around, around
from billing_site.navigation import Noun, nouns
from billing_site.people.models import Membership, User
from tests import given

pytestmark = pytest.mark.django_db


def side_of(user: User, *, at: str = "/contracts/") -> dict[str, Noun]:
    membership = Membership.objects.of(user).get()
    membership.user = user
    return of(a_request_of(membership, at=at))


def of(request: Any) -> dict[str, Noun]:
    there = around(request.membership.user, request.membership)
    return {noun.label: noun for noun in nouns(request, there)}


def a_request_of(membership: Membership | None, *, at: str = "/contracts/") -> Any:
    request: Any = RequestFactory().get(at)
    request.membership = membership
    return request


def test_those_who_pay_and_those_who_work_have_nouns_of_their_own() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    assert "Payments" in side_of(alice)
    assert "Payments" not in side_of(bob)
    assert "Earnings" in side_of(bob)
    assert "Earnings" not in side_of(alice)


def test_an_offer_waits_for_the_freelancer_and_not_for_the_client() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    given.offered_contract(client=alice, freelancer=bob)
    assert (side_of(bob)["Contracts"].count, side_of(bob)["Contracts"].due) == (1, True)
    assert (side_of(alice)["Contracts"].count, side_of(alice)["Contracts"].due) == (None, False)


def test_a_running_contract_is_counted_and_calls_nobody() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    given.active_contract(client=alice, freelancer=bob)
    for user in (alice, bob):
        assert (side_of(user)["Contracts"].count, side_of(user)["Contracts"].due) == (1, False)


def test_an_invoice_waits_for_whoever_may_answer_it() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    viewer = given.member(alice, "vera", role="viewer")
    given.submitted_invoice(client=alice, freelancer=bob)
    assert (side_of(alice)["Invoices"].count, side_of(alice)["Invoices"].due) == (1, True)
    assert (side_of(viewer)["Invoices"].count, side_of(viewer)["Invoices"].due) == (1, False)
    assert (side_of(bob)["Invoices"].count, side_of(bob)["Invoices"].due) == (None, False)


def test_an_invoice_to_change_waits_for_the_freelancer() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    given.returned_invoice(client=alice, freelancer=bob)
    assert (side_of(bob)["Invoices"].count, side_of(bob)["Invoices"].due) == (1, True)
    assert side_of(alice)["Invoices"].count is None


def test_nobody_else_is_told_of_them() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    charlie = given.person("charlie")
    given.submitted_invoice(client=alice, freelancer=bob)
    assert {noun.count for noun in side_of(charlie).values()} == {None}


def test_one_noun_is_where_the_viewer_is() -> None:
    alice = given.person("alice")
    current = [noun.label for noun in side_of(alice, at="/invoices/A1/").values() if noun.current]
    assert current == ["Invoices"]


def test_who_acts_for_nobody_has_no_nouns() -> None:
    assert nouns(a_request_of(None), Around()) == []


def test_many_cost_as_many_questions_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    for _ in range(3):
        given.submitted_invoice(client=alice, freelancer=bob)
        with django_assert_num_queries(2):  # the membership, and all that is around
            side_of(alice)
