"""What a client owes, and payments that they have to finish: found at home and in the list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from billing_site.people.models import Membership, User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import Invoice
from invoices.queries.client_home import client_home
from invoices.queries.home import HomePage
from invoices.services import invoicing, owing
from payments.gateways.base import CheckoutState, Status
from payments.models import Charge, OpenItem, Restriction
from payments.services import following, outbox, restricting
from tests import given
from tests.factories.people import UserFactory
from tests.given import EUR, NOON, days
from tests.signing_in import session_of

LATER = NOON + days(1)


@pytest.fixture
def owed(alice: User, bob: User) -> Invoice:
    invoice = given.owed_invoice(client=alice, freelancer=bob, net_days=14)
    return invoicing.approve(invoice.pk, by=alice, at=NOON)


@pytest.fixture
def finn(db: None) -> User:
    return UserFactory.create(name="Finn", is_staff=True, is_superuser=True)


def home_of(user: User, **more: int) -> HomePage:
    seat = Membership.objects.of(user).select_related("organization").get()
    return client_home(seat, at=LATER, **more)


def begun(invoice: Invoice, by: User) -> Charge:
    charge = owing.pay(invoice.pk, by=by, at=NOON)
    outbox.open_page(charge.pk, at=NOON)
    return Charge.objects.get(pk=charge.pk)


def test_what_is_owed_waits_with_its_sum_and_its_day(owed: Invoice, alice: User) -> None:
    item = OpenItem.objects.get()

    page = home_of(alice)
    with clock.pinned(LATER):
        listed = session_of(alice).get(reverse("invoices"), {"tab": "to-pay"}).context["list"]

    assert page.sentence == "Nothing waits for your approval; 1 payment waits for you."
    first = page.waiting[0]
    assert (first.amount, first.url) == (item.owed, owed.get_absolute_url())
    assert first.badge == f"due {item.due_on:%a} {item.due_on.day} {item.due_on:%b}"
    assert ("Payment due", item.owed) in [(it.words, it.amount) for it in page.dates]
    assert [(row.total, row.at) for row in listed.rows] == [(item.owed, item.due_on)]
    assert {tab.label: tab.count for tab in listed.tabs}["To pay"] == 1


def test_a_payment_to_finish_waits_in_its_place(owed: Invoice, alice: User) -> None:
    charge = begun(owed, alice)
    assert [each.url for each in home_of(alice).waiting][:1] == [charge.get_absolute_url()]
    assert home_of(alice).waiting[0].words == "Pay for “Two days on site”"

    following.payment(charge.pk, given.paid(charge, at=NOON, status=Status.ACTION_NEEDED), at=NOON)

    page = home_of(alice)
    assert page.waiting[0].words == "Confirm the payment for “Two days on site”"
    assert owed.get_absolute_url() not in [each.url for each in page.waiting]
    assert page.stages[0].amount == EUR("0.00")  # nothing is on its way


def test_what_is_on_its_way_is_not_asked_for_again(owed: Invoice, alice: User) -> None:
    charge = begun(owed, alice)
    page = session_of(alice).get(owed.get_absolute_url()).context["page"]
    assert page.stops[-1].words == "You still to pay"

    said = given.paid(charge, at=NOON, status=Status.PROCESSING)
    following.payment(charge.pk, said, at=NOON)

    page = session_of(alice).get(owed.get_absolute_url()).context["page"]
    assert [stop.note for stop in page.stops] == ["on its way"]
    assert home_of(alice).stages[0].amount == charge.amount


def test_a_page_that_expires_is_told_of_once(owed: Invoice, alice: User) -> None:
    charge = begun(owed, alice)
    assert charge.page_expires_at
    gone = CheckoutState(charge.session_id, charge.ref, Status.CANCELLED)
    for _ in range(2):
        following.checkout(charge.pk, gone, at=charge.page_expires_at + timedelta(minutes=1))

    assert Charge.objects.get().state == Charge.State.CANCELLED
    letter = Letter.objects.get(key__contains="payment_expired")
    assert letter.email == alice.email
    assert owed.get_absolute_url() in letter.text


def test_who_is_restricted_is_not_offered_what_is_refused(
    owed: Invoice, alice: User, bob: User, finn: User
) -> None:
    milestone = given.planned_milestone(client=alice, freelancer=bob)
    funding = reverse("milestone-funding", args=[milestone.ref])
    assert funding in [each.url for each in home_of(alice).waiting]

    restricting.restrict_organization(
        given.organization(alice).pk,
        scopes=[Restriction.Scope.FUNDING],
        reason="Something is not paid.",
        review_on=(NOON + days(9)).date(),
        by=finn,
        at=NOON,
    )

    assert funding not in [each.url for each in home_of(alice).waiting]
    with clock.pinned(LATER):
        shown = session_of(alice).get(funding).content.decode()
    assert "Something is not paid." in shown
    assert 'name="op_id"' not in shown


def test_who_cannot_act_is_asked_for_nothing(owed: Invoice, alice: User, bob: User) -> None:
    given.submitted_invoice(client=alice, freelancer=bob)
    given.planned_milestone(client=alice, freelancer=bob)
    given.draft_contract(client=alice, freelancer=bob)

    page = home_of(given.member(alice, "vera", role="viewer"))

    assert (page.waiting, page.waiting_count) == ([], 0)
    assert "approval by Alice" in page.sentence


def test_all_that_waits_can_be_seen(alice: User, bob: User) -> None:
    for _ in range(3):
        given.planned_milestone(client=alice, freelancer=bob)

    assert len(home_of(alice, most=2).waiting) == 2
    assert home_of(alice, most=2).all_words == "All 3"
    assert (len(home_of(alice).waiting), home_of(alice).all_words) == (3, "")
