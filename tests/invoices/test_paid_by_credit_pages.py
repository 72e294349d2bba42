"""The button that pays says what is charged: what the client's credit leaves of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.services import crediting, invoicing
from payments.models import Charge
from tests import given
from tests.given import EUR, NOON, days
from tests.payments.visiting import fields_of, text_of
from tests.signing_in import session_of

LATER = NOON + days(2)
Page = Callable[[User, User, str], str]


@pytest.fixture(autouse=True)
def later(db: None) -> Iterator[None]:
    with clock.pinned(LATER):
        yield


@pytest.fixture
def as_alice(alice: User, bob: User) -> Client:
    """Alice has EUR 212.00 in credit, of an invoice that was credited in part."""
    paid = given.paid_invoice(client=alice, freelancer=bob)
    left_out = {paid.lines.get().pk: EUR("200.00")}
    crediting.credit(paid.pk, amounts=left_out, reason="Two icons less", by=bob, at=LATER)
    return session_of(alice)


def funding(alice: User, bob: User, price: str) -> str:
    milestone = given.planned_milestone(client=alice, freelancer=bob, price=EUR(price))
    return reverse("milestone-funding", args=[milestone.ref])


def payment(alice: User, bob: User, price: str) -> str:
    invoice = given.owed_invoice(client=alice, freelancer=bob, price=EUR(price))
    invoicing.approve(invoice.pk, by=alice, at=LATER)
    return reverse("invoice-payment", args=[invoice.ref])


@pytest.mark.parametrize(("page", "verb"), [(funding, "Go on and pay"), (payment, "Pay")])
@pytest.mark.parametrize(
    ("price", "says"),
    [("1000.00", "{} €848.00"), ("200.00", "Pay with your credit"), ("200.10", "{} €0.50")],
)
def test_the_button_says_what_is_charged(
    *, page: Page, verb: str, price: str, says: str, as_alice: Client, alice: User, bob: User
) -> None:
    url = page(alice, bob, price)
    shown = as_alice.get(url)

    assert says.format(verb) in text_of(shown)
    assert f"{verb} €1,060.00" not in text_of(shown)
    assert f"{verb} €212" not in text_of(shown)
    assert as_alice.post(url, fields_of(shown)).status_code == 302
    charge = Charge.objects.latest("pk")
    asked = says.partition("€")[2] or "0.00"
    assert charge.asked == EUR(asked)


@pytest.mark.parametrize(("page", "verb"), [(funding, "Go on and pay"), (payment, "Pay")])
def test_without_credit_it_is_all_of_it(page: Page, verb: str, alice: User, bob: User) -> None:
    url = page(alice, bob, "1000.00")

    assert f"{verb} €1,060.00" in text_of(session_of(alice).get(url))
