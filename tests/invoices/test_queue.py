"""A client's approval queue: narrowed, walked through, and decided several at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
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
from ledger.queries.balances import balance
from tests import given
from tests.given import EUR, NOON, days
from tests.signing_in import session_of

QUEUE = "/invoices/"
SEVERAL = "/invoices/approvals/"
LATER = NOON + days(1)
OP = "4f4e3c1e-8a5c-4a39-9f0e-0b5d7d3f0a11"


def ask(
    client: User, freelancer: User, price: str, *, title: str = "Logo", at: datetime = NOON
) -> Invoice:
    return given.submitted_invoice(
        client=client, freelancer=freelancer, price=EUR(price), titles=[title], at=at
    )


def listed(browser: Client, **filters: str) -> list[str]:
    page = browser.get(QUEUE, filters)
    return [row.invoice.title for row in page.context["list"].rows]


def pending(user: User) -> object:
    return balance(f"freelancer:{given.organization(user).pk}:pending", "EUR")


def seen(*invoices: Invoice, **more: str) -> dict[str, str]:
    rows = {
        f"seen-{each.ref}": f"{int(each.gross.amount * 100)} EUR {each.round}" for each in invoices
    }
    return {**rows, "op_id": OP, "accepts": "on", **more}


@pytest.fixture(autouse=True)
def _tomorrow() -> Iterator[None]:
    with clock.pinned(LATER):
        yield


@pytest.fixture
def dora(db: None) -> User:
    """Another freelancer."""
    return given.person("dora", kind="freelancer", country="NO", city="Oslo")


@pytest.fixture
def three(alice: User, bob: User, dora: User) -> list[Invoice]:
    """The second has the nearest deadline."""
    return [
        ask(alice, bob, "1000.00", title="Logo"),
        ask(alice, dora, "200.00", title="Texts", at=NOON - days(10)),
        ask(alice, dora, "3000.00", title="Site", at=NOON + timedelta(hours=1)),
    ]


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


def test_several_are_seen_together_before_they_are_approved(
    three: list[Invoice], alice: User, bob: User
) -> None:
    page = session_of(alice).get(SEVERAL, {"chosen": [each.ref for each in three]})
    shown = " ".join(page.content.decode().split())

    assert "Approve 3 invoices, €4,200.00 in all" in shown
    assert all(f'name="seen-{each.ref}"' in shown for each in three)
    assert pending(bob) == EUR("0.00")


def test_each_of_several_has_an_outcome_of_its_own(
    three: list[Invoice], alice: User, bob: User, dora: User
) -> None:
    texts, browser = three[1], session_of(alice)
    invoicing.return_(texts.pk, reason="Shorter.", by=alice, at=LATER)

    for _ in range(2):  # Pressing twice does it once, and says the same.
        page = browser.post(SEVERAL, seen(*three))
        outcomes = {each.invoice.title: each for each in page.context["outcomes"]}
        assert [outcomes[each.title].is_agreed for each in three] == [True, False, True]
        assert outcomes["Logo"].words == "Approved as BOB-2026-000001."
        assert "changes asked" in outcomes["Texts"].words

    assert Invoice.objects.filter(state=Invoice.State.PAID).count() == 2
    assert (pending(bob), pending(dora)) == (EUR("900.00"), EUR("2700.00"))


def test_what_was_not_seen_is_refused_row_by_row(
    three: list[Invoice], alice: User, bob: User, dora: User
) -> None:
    logo, texts, _ = three
    sent = seen(logo, texts) | {f"seen-{logo.ref}": "99900 EUR 1"}
    invoicing.return_(texts.pk, reason="Shorter.", by=alice, at=LATER)
    invoicing.submit(texts.pk, message="Shorter.", by=dora, at=LATER)

    page = session_of(alice).post(SEVERAL, sent)

    assert [each.is_agreed for each in page.context["outcomes"]] == [False, False]
    assert all("handed in again" in each.words for each in page.context["outcomes"])
    assert Invoice.objects.filter(state=Invoice.State.PAID).count() == 0


@pytest.mark.parametrize("missing", ["accepts", "op_id"])
def test_without_consent_nothing_is_approved(
    missing: str, three: list[Invoice], alice: User
) -> None:
    sent = {name: value for name, value in seen(*three).items() if name != missing}

    page = session_of(alice).post(SEVERAL, sent)

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {missing}
    assert Invoice.objects.filter(state=Invoice.State.PAID).count() == 0


def test_choosing_nothing_says_so(alice: User) -> None:
    browser = session_of(alice)

    assert "Choose at least one" in browser.get(SEVERAL).content.decode()
    assert browser.post(SEVERAL, seen()).status_code == 422


def test_a_stranger_approves_nothing_of_ours(
    three: list[Invoice], charlie: User, bob: User
) -> None:
    for outsider in (charlie, bob):
        browser = session_of(outsider)
        shown = browser.get(SEVERAL, {"chosen": three[0].ref}).content.decode()
        assert three[0].title not in shown
        # Charlie approves for others, for whom these are not there; Bob approves for nobody.
        assert browser.post(SEVERAL, seen(*three)).status_code == (
            404 if outsider == charlie else 403
        )

    assert Invoice.objects.filter(state=Invoice.State.SUBMITTED).count() == 3


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
