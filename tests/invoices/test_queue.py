"""A client's approval queue: narrowed, walked through, and decided several at a time."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from billing_site.people.services import organizations
from billing_site.platform import clock
from billing_site.platform.models import SavedFilter
from invoices.models import Invoice
from invoices.services import invoicing
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.queued import ask
from tests.signing_in import session_of

QUEUE = "/invoices/"
LATER = NOON + days(1)


def listed(browser: Client, **filters: str) -> list[str]:
    page = browser.get(QUEUE, filters)
    return [row.invoice.title for row in page.context["list"].rows]


@pytest.fixture(autouse=True)
def _tomorrow() -> Iterator[None]:
    with clock.pinned(LATER):
        yield


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({}, ["Texts", "Logo", "Site"]),
        ({"q": "site"}, ["Site"]),
        ({"freelancer": "dora"}, ["Texts", "Site"]),
        ({"contract": "logo"}, ["Logo"]),
        ({"at_least": "200.01"}, ["Logo", "Site"]),
        ({"at_least": "200", "at_most": "1000,00"}, ["Texts", "Logo"]),
        ({"due": "soon"}, ["Texts"]),
        ({"due": "today"}, []),
        ({"mine": "on", "at_least": "1000"}, ["Logo", "Site"]),
    ],
)
def test_the_address_narrows_the_queue(
    filters: dict[str, str], titles: list[str], three: list[Invoice], alice: User, dora: User
) -> None:
    names = {"dora": given.organization(dora).ref, "logo": three[0].contract.ref}
    asked = {name: names.get(value, value) for name, value in filters.items()}

    assert listed(session_of(alice), **asked) == titles


def test_mine_is_what_i_can_approve_now(three: list[Invoice], alice: User) -> None:
    anna = given.member(alice, "anna", role="approver", limit=EUR("1000.00"))
    viewer = given.member(alice, "vera", role="viewer")
    organizations.want_two_above(
        given.organization(alice).pk, amount=EUR("100.00"), by=given_owner(alice), at=NOON
    )
    invoicing.approve(three[0].pk, by=anna, at=NOON)

    assert listed(session_of(anna), mine="on") == ["Texts"]
    assert listed(session_of(alice), mine="on") == ["Texts", "Logo", "Site"]
    assert listed(session_of(viewer), mine="on") == []
    assert "1 of 2 approvals" in session_of(alice).get(QUEUE).content.decode()


def given_owner(alice: User) -> User:
    """A second owner, so that the rule can be kept."""
    return given.member(alice, "olga", role="owner")


def test_a_filter_that_makes_no_sense_says_so_and_narrows_nothing(
    three: list[Invoice], alice: User
) -> None:
    page = session_of(alice).get(QUEUE, {"at_least": "-5", "contract": "nowhere", "q": "Logo"})

    assert page.context["form"].errors.keys() == {"at_least", "contract"}
    assert [row.invoice.title for row in page.context["list"].rows] == ["Logo"]


def test_next_and_previous_keep_the_filters(three: list[Invoice], alice: User, dora: User) -> None:
    logo, texts, site = three
    browser = session_of(alice)
    asked = {"queue": "on", "at_least": "100"}
    everything = urlencode({"queue": "on", "at_least": "100"})

    page = browser.get(logo.get_absolute_url(), asked).context["page"]
    place = browser.get(logo.get_absolute_url(), asked).context["place"]
    assert (place.number, place.count) == (2, 3)
    assert place.previous_url == f"{texts.get_absolute_url()}?{everything}"
    assert place.next_url == f"{site.get_absolute_url()}?{everything}"
    assert place.queue_url == "/invoices/?at_least=100"
    assert page.invoice == logo

    invoicing.approve(logo.pk, by=alice, at=LATER)
    place = browser.get(logo.get_absolute_url(), asked).context["place"]
    only_dora = {"queue": "on", "freelancer": given.organization(dora).ref}
    hers = browser.get(texts.get_absolute_url(), only_dora).context["place"]
    assert (place.number, place.count) == (0, 2)
    assert place.next_url.startswith(site.get_absolute_url())
    assert (hers.number, hers.count) == (1, 2)
    assert hers.next_url.startswith(site.get_absolute_url())


def test_deciding_leads_back_into_the_queue(three: list[Invoice], alice: User) -> None:
    logo, _, site = three
    browser = session_of(alice)
    page = browser.get(logo.get_absolute_url(), {"queue": "on"})
    form = page.context["form"]
    sent = {name: form[name].value() for name in ["op_id", *form.seen]} | {"accepts": "on"}
    address = reverse("invoice-approval", args=[logo.ref]) + "?queue=on"
    assert f'action="{address}"' in page.content.decode()
    done = browser.post(address, sent, follow=True)

    assert done.redirect_chain == [(f"{logo.get_absolute_url()}?queue=on", 302)]
    assert done.context["place"].next_url.startswith(site.get_absolute_url())


def test_filters_are_kept_under_a_name(three: list[Invoice], alice: User, charlie: User) -> None:
    browser = session_of(alice)
    for query in ("at_least=500&due=week", "at_least=900"):  # the same name means the newer
        kept = browser.post("/invoices/filters/", {"name": "Large ones", "query": query})
        assert kept.url == f"/invoices/?{query}"  # type: ignore[attr-defined]

    page = browser.get(QUEUE).content.decode()
    assert '<a href="/invoices/?at_least=900">Large ones</a>' in page
    assert "Large ones" not in session_of(charlie).get(QUEUE).content.decode()

    removal = f"/invoices/filters/{SavedFilter.objects.get().ref}/removal/"
    assert session_of(charlie).post(removal).status_code == 404
    browser.post(removal)
    assert SavedFilter.objects.count() == 0


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_filter_without_a_name_is_not_kept(name: str, alice: User) -> None:
    session_of(alice).post("/invoices/filters/", {"name": name, "query": "q=a\r\nb"})

    assert SavedFilter.objects.count() == 0


def test_the_queue_asks_the_same_for_one_and_for_more_than_a_page(
    alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = session_of(alice)
    ask(alice, bob, "10.00")
    browser.get(QUEUE)
    with django_assert_num_queries(9):
        browser.get(QUEUE)
    with django_assert_num_queries(9):  # what fits the filters is counted
        browser.get(QUEUE, {"at_least": "5", "mine": "on"})
    for _ in range(29):
        ask(alice, bob, "10.00")
    with django_assert_num_queries(9):
        page = browser.get(QUEUE)
    with django_assert_num_queries(9):
        browser.get(QUEUE, {"at_least": "5", "mine": "on"})
    assert len(page.context["list"].rows) == 25
