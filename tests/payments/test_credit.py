"""A client's credit is shown, and sent back to where it was paid from."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from ledger.queries.journal import journal
from payments.models import Charge, Refund
from payments.services import credit
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, credit_of, held
from tests.payments.credited import with_credit
from tests.payments.test_taking_back import taken_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def credited(alice: User, bob: User) -> User:
    """Alice has EUR 211.90 in credit, of a payment of EUR 1,059.50."""
    return with_credit(alice, bob)


def send_back(client: User, amount: str, **facts: object) -> list[Refund]:
    return credit.send_back(
        given.organization(client),
        amount=EUR(amount),
        by=client,
        at=NOON + DAY,
        **facts,  # type: ignore[arg-type]  # op_id
    )


def test_it_goes_back_to_the_payment_it_came_from(credited: User) -> None:
    (refund,) = send_back(credited, "211.90")
    given.settle(at=NOON + 2 * DAY)

    assert refund.charge == Charge.objects.get()
    assert Refund.objects.get().state == Refund.State.SUCCEEDED
    assert credit_of(credited) == held(f"refund:{refund.ref}") == EUR("0.00")
    assert Charge.objects.get().refunded == EUR("211.90")
    assert_every_law_holds()


def test_an_accountant_reads_it_in_one_entry(credited: User) -> None:
    (refund,) = send_back(credited, "200.00")

    code = f"client:{given.organization(credited).pk}:credit"
    assert journal().endswith(f"""\
2026-03-03  Credit sent back
{"  " + code:<42}    200.00 EUR
{"      refund:" + refund.ref:<56}    200.00 EUR""")
    assert credit_of(credited) == EUR("11.90")


def test_a_large_credit_goes_back_to_several_payments(alice: User, bob: User) -> None:
    lots = [
        (price, given.released(client=alice, freelancer=bob, price=EUR(price)))
        for price in ("100.00", "300.00")
    ]
    for number, (price, made) in enumerate(lots):
        taken_back(price, of=made.lot.document.removeprefix("invoice/"), note=f"N{number}")

    parts = send_back(alice, "400.00")

    assert sorted(each.amount for each in parts) == [EUR("82.15"), EUR("317.85")]
    assert credit_of(alice) == EUR("23.80")
    assert_every_law_holds()


def test_the_same_form_twice_sends_it_once(credited: User) -> None:
    op_id = uuid4()
    send_back(credited, "100.00", op_id=op_id)
    send_back(credited, "100.00", op_id=op_id)

    assert Refund.objects.count() == 1
    assert credit_of(credited) == EUR("111.90")


def test_no_more_than_there_is(credited: User) -> None:
    with pytest.raises(NotAllowed, match=r"Your credit is €211\.90"):
        send_back(credited, "211.91")
    assert not Refund.objects.exists()


def test_only_who_pays_has_it_sent_back(credited: User, bob: User) -> None:
    for somebody in [bob, given.worker("charlie")]:
        with pytest.raises(NotYours):
            credit.send_back(given.organization(credited), amount=EUR("1.00"), by=somebody, at=NOON)
    assert credit_of(credited) == EUR("211.90")


def test_the_pages_show_it_and_ask(credited: User, client: Client) -> None:
    client.force_login(credited)

    assert "€211.90" in client.get(reverse("payments")).content.decode()
    page = reverse("credit-return", args=["EUR"])
    op_id = str(uuid4())
    refused = client.post(page, {"amount": "300", "op_id": op_id})
    assert refused.status_code == 422
    assert "Your credit is €211.90." in refused.content.decode()
    assert client.post(page, {"amount": "211.90", "op_id": op_id}).status_code == 302
    assert credit_of(credited) == EUR("0.00")
    assert "You have no credit" in client.get(page).content.decode()
    assert client.get(reverse("credit-return", args=["XXX"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_send_it_back_once() -> None:
    from tests.invoices._race import race

    alice, bob = given.payer(), given.worker()
    lot = given.released(client=alice, freelancer=bob).lot
    taken_back("200.00", of=lot.document.removeprefix("invoice/"))

    outcomes = race([partial(send_back, alice, "200.00")] * 16)

    assert outcomes == ["NotAllowed"] * 15 + ["done"]
    assert credit_of(alice) == EUR("11.90")
    assert_every_law_holds()
