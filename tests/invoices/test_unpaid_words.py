"""What both sides read about the money of what is sent back or withdrawn is what happens to it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice
from invoices.services import invoicing
from payments.models import Escrow
from tests import given, given_payments
from tests.given import NOON, days
from tests.given_world import live

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2026, 3, 10, 12, tzinfo=UTC)  # the day after the week was billed


def held(alice: User, bob: User) -> Invoice:
    return given.submitted_invoice(client=alice, freelancer=bob)


def owed(alice: User, bob: User) -> Invoice:
    return given.owed_invoice(client=alice, freelancer=bob)


def unpaid_week(alice: User, bob: User) -> Invoice:
    contract = given.hourly_contract(client=alice, freelancer=bob)
    given.wrote(contract, by=bob, start=NOON + days(1), minutes=240)
    live(NOON, TUESDAY)
    return Invoice.objects.get()


def paid_week(alice: User, bob: User) -> Invoice:
    given_payments.payment_method(alice)
    return unpaid_week(alice, bob)


RETURNED = {
    held: "The €1,000.00 stay held.",
    owed: "Nothing is held for it, and nothing is charged.",
    unpaid_week: "Nothing is held for it yet, and the charge for it goes on.",
    paid_week: "The €200.00 stay held.",
}
TO_WITHDRAW = {
    held: "The €1,000.00 stay held for the work, to be billed anew.",
    owed: "Alice &amp; Co pays nothing for it.",
    unpaid_week: "Alice &amp; Co pays nothing for it.",
    paid_week: "What is held goes back to Alice &amp; Co, with our fee on it.",
}
WITHDRAWN = {
    held: "You withdrew it. The money stays held for the work.",
    owed: "You withdrew it. Nothing was charged for",
    unpaid_week: "You withdrew it. Nothing was charged for it.",
    paid_week: "You withdrew it. What was held went back.",
}


def page_of(client: Client, user: User, url: str) -> str:
    client.force_login(user)
    with clock.pinned(TUESDAY):
        return " ".join(client.get(url).content.decode().split())


def letters() -> str:
    return "\n".join(str(letter.body) for letter in mail.outbox)


@pytest.mark.parametrize("bill", RETURNED)
def test_asking_for_changes(bill: object, alice: User, bob: User, client: Client) -> None:
    invoice = bill(alice, bob)  # type: ignore[operator]
    said = RETURNED[bill]  # type: ignore[index]
    page = page_of(client, alice, f"/invoices/{invoice.ref}/changes/")
    assert f"{said} The clock stops until Bob" in page

    with clock.pinned(TUESDAY):
        answer = client.post(
            f"/invoices/{invoice.ref}/changes/",
            {"reason": "Not yet.", "op_id": str(uuid4()), "seen_round": "1"},
            follow=True,
        )
    given.jobs_done(at=TUESDAY)

    assert f"Bob &amp; Co has been asked for changes. {said}" in answer.content.decode()
    assert f"{said} When you submit it again" in letters()


@pytest.mark.parametrize("bill", TO_WITHDRAW)
def test_withdrawing(bill: object, alice: User, bob: User, client: Client) -> None:
    invoice = bill(alice, bob)  # type: ignore[operator]
    said = TO_WITHDRAW[bill]  # type: ignore[index]
    assert said in page_of(client, bob, f"/invoices/{invoice.ref}/withdrawal/")

    invoicing.withdraw(invoice.pk, by=bob, at=TUESDAY)
    given.jobs_done(at=TUESDAY)

    assert f"nothing to approve now. {said.replace('&amp;', '&')}" in letters()
    after = page_of(client, bob, f"/invoices/{invoice.ref}/")
    assert WITHDRAWN[bill] in after  # type: ignore[index]
    invoice = Invoice.objects.select_related("escrow").get()
    if bill is paid_week:
        assert invoice.escrow
        assert invoice.escrow.state == Escrow.State.REFUNDED
