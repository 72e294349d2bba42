"""An approved invoice for which nothing was held: owed, paid on a page, the freelancer's then."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from invoices.models import FeeInvoice, Invoice
from invoices.services import invoicing, owing, silence
from ledger.models import Entry
from payments.models import Charge, Lot, OpenItem
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.books import broken_laws

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    return given.owed_invoice(client=alice, freelancer=bob)


@pytest.fixture
def approved(invoice: Invoice, alice: User) -> Invoice:
    return invoicing.approve(invoice.pk, by=alice, at=NOON + days(1))


def test_approval_makes_it_owed_and_moves_nothing(approved: Invoice) -> None:
    item = approved.open_item
    assert item
    assert (approved.state, approved.number) == ("approved", "BOB-2026-000001")
    assert (item.gross, item.owed) == (EUR("1000.00"), EUR("1060.00"))
    assert approved.due_on == item.due_on == date(2026, 3, 3)
    assert not Entry.objects.exists()
    assert not FeeInvoice.objects.exists()
    assert broken_laws() == []


def test_net_terms_give_it_a_due_date(alice: User, bob: User) -> None:
    invoice = given.owed_invoice(client=alice, freelancer=bob, net_days=30)

    approved = invoicing.approve(invoice.pk, by=alice, at=NOON + days(1))

    assert approved.due_on == date(2026, 4, 2)


def test_paying_makes_it_the_freelancers(approved: Invoice, alice: User) -> None:
    given.pay(owing.pay(approved.pk, by=alice, at=NOON + days(2)), at=NOON + days(2))
    given.jobs_done(at=NOON + days(2))

    paid = Invoice.objects.get()
    assert (paid.state, paid.paid_at) == ("paid", NOON + days(2))
    lot = Lot.objects.get()
    assert (lot.amount, lot.available_at) == (EUR("900.00"), NOON + days(7))
    fees = FeeInvoice.objects.order_by("side").values_list("side", "net", "number")
    assert [(side, net) for side, net, _ in fees] == [("client", 50), ("freelancer", 100)]
    assert all(number for _, _, number in fees)
    assert "€900.00 for “Two days on site” is yours" in "\n".join(
        str(letter.subject) for letter in mail.outbox
    )
    assert broken_laws() == []


def test_two_parts_are_two_lots_and_paid_with_the_second(approved: Invoice, alice: User) -> None:
    for part in ("400.00", "660.00"):
        assert Invoice.objects.get().state == "approved"
        charge = owing.pay(approved.pk, by=alice, at=NOON + days(2), amount=EUR(part))
        given.pay(charge, at=NOON + days(2))

    assert Invoice.objects.get().state == "paid"
    assert sum(Lot.objects.values_list("amount", flat=True)) == 900
    assert FeeInvoice.objects.count() == 4
    assert broken_laws() == []


def test_the_same_news_twice_changes_nothing(approved: Invoice, alice: User) -> None:
    charge = owing.pay(approved.pk, by=alice, at=NOON + days(2))
    for _ in range(2):
        given.pay(charge, at=NOON + days(2))

    assert Lot.objects.count() == 1
    assert FeeInvoice.objects.count() == 2
    assert broken_laws() == []


def test_the_same_form_twice_is_one_payment(approved: Invoice, alice: User) -> None:
    op_id = uuid4()
    first = owing.pay(approved.pk, by=alice, at=NOON + days(2), op_id=op_id)
    again = owing.pay(approved.pk, by=alice, at=NOON + days(2), op_id=op_id)

    assert first == again
    assert Charge.objects.count() == 1


@pytest.mark.parametrize("amount", ["0.00", "1060.01"])
def test_nobody_pays_nothing_or_too_much(approved: Invoice, alice: User, amount: str) -> None:
    with pytest.raises(NotAllowed, match=r"€1,060\.00 is due"):
        owing.pay(approved.pk, by=alice, at=NOON + days(2), amount=EUR(amount))

    assert not Charge.objects.exists()


def test_only_who_pays_for_the_client_pays(approved: Invoice, alice: User, bob: User) -> None:
    approver = given.member(alice, "Ann", role="approver")

    for stranger in (bob, approver):
        with pytest.raises(NotYours):
            owing.pay(approved.pk, by=stranger, at=NOON + days(2))


def test_nothing_is_paid_before_it_is_approved(invoice: Invoice, alice: User) -> None:
    with pytest.raises(NotAllowed, match="Nothing is owed"):
        owing.pay(invoice.pk, by=alice, at=NOON)


def test_silence_sends_it_back_as_of_the_deadline(invoice: Invoice) -> None:
    assert silence.approve_unanswered(at=NOON + days(20)) == []
    assert silence.return_unanswered(at=NOON + days(14) - days(0.01)) == []

    assert silence.return_unanswered(at=NOON + days(20)) == [invoice]
    assert silence.return_unanswered(at=NOON + days(20)) == []

    back = Invoice.objects.get()
    assert (back.state, back.number, back.answer_by) == ("returned", None, None)
    assert back.changes.latest("pk").at == NOON + days(14)
    assert not OpenItem.objects.exists()


@pytest.fixture
def as_alice(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


class TestPages:
    def test_the_client_sees_what_it_costs_and_pays(
        self, approved: Invoice, as_alice: Client
    ) -> None:
        url = f"/invoices/{approved.ref}/payment/"
        page = as_alice.get(url)
        assert "Pay €1,060.00" in page.content.decode()

        form = page.context["form"]
        answer = as_alice.post(url, {"op_id": form["op_id"].value(), "seen_pays": "€1,060.00"})

        assert answer.status_code == 302
        assert Charge.objects.get().amount == EUR("1060.00")

    def test_what_was_seen_is_what_is_paid(self, approved: Invoice, as_alice: Client) -> None:
        url = f"/invoices/{approved.ref}/payment/"
        form = as_alice.get(url).context["form"]

        answer = as_alice.post(url, {"op_id": form["op_id"].value(), "seen_pays": "€60.00"})

        assert answer.status_code == 422
        assert not Charge.objects.exists()
