"""Questions are found by whom they wait for, by what they are about, and by what was written."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from billing_site.people.models import User
from disputes.models import Ticket
from disputes.services import support
from tests import given
from tests.given import NOON
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
DESK = "admin:disputes_ticket_changelist"


@pytest.fixture
def asked(alice: User, bob: User, mia: User) -> None:
    """Alice asked about an invoice, was asked back, and closed a third one; Bob asked too."""
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    ask(alice, "Tax on it", "Is it 19 %?", about=invoice.ref)
    waits = ask(alice, "Where is it?", "I miss a sum.")
    support.answer(waits.pk, text="Of which month?", asks_back=True, by=mia, at=NOON, op_id=uuid4())
    support.close(ask(alice, "Settled by now", "Nothing.").pk, by=alice, at=NOON)
    ask(bob, "My bank", "I miss a sum as well.")


def ask(by: User, subject: str, text: str, *, about: str = "") -> Ticket:
    return support.ask(subject=subject, text=text, about=about, by=by, at=NOON, op_id=uuid4())


@pytest.mark.parametrize(
    ("address", "found", "counts"),
    [
        ("", ["Where is it?", "Tax on it"], [2, 1, 1, 3]),
        ("tab=yours", ["Where is it?"], [2, 1, 1, 3]),
        ("tab=closed", ["Settled by now"], [2, 1, 1, 3]),
        ("tab=all&kind=invoice", ["Tax on it"], [1, 0, 0, 1]),
        ("kind=other&q=MISS+a+sum", ["Where is it?"], [1, 1, 0, 1]),
        ("q=which+month", ["Where is it?"], [1, 1, 0, 1]),
        ("q=My+bank", [], [0, 0, 0, 0]),
        ("tab=nonsense&kind=nonsense&page=9", ["Where is it?", "Tax on it"], [2, 1, 1, 3]),
    ],
)
@pytest.mark.usefixtures("asked")
def test_the_address_says_which_are_shown(
    alice: User, address: str, found: list[str], counts: list[int]
) -> None:
    page = session_of(alice).get(f"{reverse('support')}?{address}")
    shown = page.context["list"]
    assert [row.ticket.subject for row in shown.rows] == found
    assert [tab.count for tab in shown.tabs] == counts
    assert "Your questions" in page.content.decode()


def test_who_has_asked_nothing_is_shown_no_filters(charlie: User) -> None:
    assert "Your questions" not in session_of(charlie).get(reverse("support")).content.decode()


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", {"Tax on it", "Where is it?", "My bank"}),
        ("waits_for=us", {"Tax on it", "My bank"}),
        ("waits_for=asker", {"Where is it?"}),
        ("waits_for=nobody", set()),
        ("waits_for=closed", {"Settled by now"}),
        ("waits_for=all&about=other", {"Where is it?", "My bank", "Settled by now"}),
        ("about=invoice", {"Tax on it"}),
        ("q=miss+a+sum", {"Where is it?", "My bank"}),
        ("q=settled", {"Settled by now"}),
    ],
)
@pytest.mark.usefixtures("asked")
def test_the_desk_finds_them_by_its_own_words(mia: User, address: str, found: set[str]) -> None:
    listed = session_of(mia).get(f"{reverse(DESK)}?{address}").content.decode()
    assert {each.subject for each in Ticket.objects.all() if each.subject in listed} == found
