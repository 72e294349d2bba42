"""A late bill is paid in parts: what that costs is said first, and what is left then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice
from invoices.services import invoicing, owing
from payments.models import Charge
from tests import given
from tests.given import EUR, NOON, days
from tests.payments.visiting import fields_of, text_of
from tests.signing_in import session_of

LATER = NOON + days(2)


@pytest.fixture(autouse=True)
def later(db: None) -> Iterator[None]:
    with clock.pinned(LATER):
        yield


@pytest.fixture
def owed(alice: User, bob: User) -> Invoice:
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    return invoicing.approve(invoice.pk, by=alice, at=NOON + days(1))


@pytest.fixture
def as_alice(alice: User) -> Client:
    return session_of(alice)


def url(invoice: Invoice, part: str = "") -> str:
    here = reverse("invoice-payment", args=[invoice.ref])
    return f"{here}?part={part}" if part else here


def test_two_parts_on_the_page_pay_it(as_alice: Client, owed: Invoice) -> None:
    assert "How much you pay now" in text_of(as_alice.get(url(owed)))
    page = as_alice.get(url(owed, "400"))
    said = text_of(page)
    for words in ("You pay €400.00 of it now. €660.00 stays to be paid.", "Pay €400.00"):
        assert words in said
    assert "Pay €1,060.00" not in said

    for _ in range(2):  # pressed twice
        assert as_alice.post(url(owed, "400"), fields_of(page)).status_code == 302
    charge = Charge.objects.get()
    assert charge.amount == EUR("400.00")
    given.pay(charge, at=LATER)

    page = as_alice.get(url(owed))
    assert "€660.00 is due" in text_of(page)
    assert as_alice.post(url(owed), fields_of(page)).status_code == 302
    given.pay(Charge.objects.latest("pk"), at=LATER)
    assert Invoice.objects.get().state == "paid"


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("1059.80", "That leaves €0.20, and a payment is €0.50 at least"),
        ("0.20", "A payment is €0.50 at least, and this is €0.20"),
        ("1060.01", "€1,060.00 is due, and no more."),
        ("-5", "without a minus"),
    ],
)
def test_no_part_leaves_what_nobody_can_pay(
    as_alice: Client, alice: User, owed: Invoice, part: str, says: str
) -> None:
    page = as_alice.get(url(owed, part))

    assert page.status_code == 422
    assert says in text_of(page)
    if not part.startswith("-"):
        with pytest.raises(NotAllowed, match="Nothing was charged"):
            owing.pay(owed.pk, by=alice, at=LATER, amount=EUR(part))
    assert not Charge.objects.exists()


def test_what_was_seen_is_what_is_paid(as_alice: Client, owed: Invoice) -> None:
    """The consent names the sum: another one in the address is refused."""
    page = as_alice.get(url(owed, "400"))

    answer = as_alice.post(url(owed, "900"), fields_of(page))

    assert answer.status_code == 422
    assert "Something changed" in text_of(answer)
    assert not Charge.objects.exists()
