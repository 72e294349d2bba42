"""The platform's word for money that came, is held, or went: written once, with the money."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from billing_site.kernel.money import zero
from billing_site.people.models import User
from billing_site.platform import files
from invoices.models import Receipt
from invoices.queries.payout_parts import parts_of
from invoices.services import receipts
from payments.models import Charge, Payout
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.invoices.books import broken_laws
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def text_of(receipt: Receipt) -> str:
    assert receipt.pdf is not None
    pages = PdfReader(io.BytesIO(files.open(receipt.pdf))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_payment_and_what_is_held_have_receipts(alice: User, bob: User) -> None:
    given.funded_milestone(client=alice, freelancer=bob)
    given.jobs_done(at=NOON, drawings=True)

    payment, deposit = Receipt.objects.select_related("pdf").order_by("pk")
    assert (payment.number, payment.amount) == ("CSN-R-2026-000001", EUR("1060.00"))
    assert (deposit.number, deposit.amount) == ("CSN-D-2026-000001", EUR("1000.00"))
    assert broken_laws() == []
    for said in ("Payment receipt CSN-R-2026-000001", "€1,060.00", "1000.00 held for the work"):
        assert said in text_of(payment), said
    for said in ("Deposit receipt", "not a tax invoice", "Held for Bob & Co", "€1,000.00"):
        assert said in text_of(deposit), said
    for receipt in (payment, deposit):
        assert receipt.einvoice is None
        assert "Unit price" not in text_of(receipt)
        assert "credit note" not in text_of(receipt)


def test_news_that_comes_again_writes_nothing_again(alice: User, bob: User) -> None:
    given.funded_milestone(client=alice, freelancer=bob)
    charge = Charge.objects.get()

    assert receipts.write_for_charge(charge, at=NOON) == []
    assert Receipt.objects.count() == 2
    first = Receipt.objects.order_by("pk")[0]
    assert receipts.number(first.pk).number == receipts.number(first.pk).number
    assert broken_laws() == []


def test_a_payment_that_failed_has_no_receipt(alice: User, bob: User) -> None:
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    given.refuse(Charge.objects.get(settlements__escrow=milestone.escrow_id))

    assert not Receipt.objects.exists()


@pytest.fixture
def payout(alice: User, bob: User) -> Payout:
    """Of two releases of 881 euros, 1,200 are withdrawn."""
    for _ in range(2):
        given_payments.available_earnings(client=alice, freelancer=bob)
    method = given_payments.payout_method(bob)
    asked = given_payments.requested_payout(bob, method, EUR("1200.00"))
    given_payments.settle(at=NOON + timedelta(days=1))
    return Payout.objects.get(pk=asked.pk)


def test_a_payout_says_which_earnings_it_brings(payout: Payout) -> None:
    advice = Receipt.objects.select_related("pdf").get(kind="payout")

    assert advice.number == "CSN-P-2026-000001"
    assert [line["amount"] for line in advice.says["lines"]] == ["881.00", "319.00"]
    assert "in part" in advice.says["lines"][1]["detail"]
    text = text_of(advice)
    for said in ("Payout advice", "€1,200.00", "€0.99", "€1,199.01", payout.payout_id):
        assert said in text, said
    assert receipts.write_for_payout(payout.pk) == []


def test_an_advice_says_the_fee_of_what_was_paid_at_once(payout: Payout, bob: User) -> None:
    card = given_payments.payout_method(bob, is_card=True, last4="5556")
    speed = Payout.Speed.INSTANT
    fast = given_payments.requested_payout(bob, card, EUR("300.00"), at=NOON + days(2), speed=speed)
    given_payments.settle(at=NOON + days(2))

    advice = Receipt.objects.get(payout=fast)

    assert advice.frozen
    amounts = [each["amount"] for each in advice.frozen["figures"]]
    assert amounts == ["300.00", "3.00", "297.00"]


def test_the_next_payout_goes_on_where_the_last_one_ended(payout: Payout, bob: User) -> None:
    second = given_payments.requested_payout(bob, payout.method, EUR("562.00"), at=NOON + days(2))

    (rest,) = parts_of(second)
    assert rest.amount == EUR("562.00")
    assert not rest.is_whole


def test_the_parts_of_a_payout_are_all_of_it(payout: Payout) -> None:
    assert sum((part.amount for part in parts_of(payout)), zero("EUR")) == payout.amount


def test_who_received_it_finds_it_and_nobody_else(alice: User, bob: User) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob)
    charge = Charge.objects.get()
    address = f"/payments/{charge.ref}/receipt/"
    assert session_of(alice).get(address).status_code == 202
    given.jobs_done(at=NOON, drawings=True)

    assert address in session_of(alice).get(charge.get_absolute_url()).content.decode()
    page = session_of(alice).get(milestone.get_absolute_url()).content.decode()
    assert "CSN-R-2026-000001" in page
    assert "CSN-D-2026-000001" in page
    assert session_of(alice).get(address)["Content-Type"] == "application/pdf"
    assert "CSN-" not in session_of(bob).get(milestone.get_absolute_url()).content.decode()
    for stranger in (bob, given.person("charlie")):
        assert session_of(stranger).get(address).status_code == 404
        for receipt in Receipt.objects.all():
            assert session_of(stranger).get(receipt.get_absolute_url()).status_code == 404


def test_a_receipt_can_be_checked_by_its_code(alice: User, bob: User) -> None:
    given.funded_milestone(client=alice, freelancer=bob)
    given.jobs_done(at=NOON, drawings=True)
    receipt = Receipt.objects.get(kind="deposit")

    page = session_of(bob).get(f"/verify/{receipt.verification_code}/").content.decode()
    assert "CSN-D-2026-000001" in page
    assert "€1,000.00" in page


CHANGES = [
    "UPDATE invoices_receipt SET amount = 1",
    "UPDATE invoices_receipt SET number = 'X'",
    "UPDATE invoices_receipt SET pdf_id = NULL",
    "UPDATE invoices_receipt SET place = place + 9",
    "DELETE FROM invoices_receipt",
    "UPDATE invoices_receipt SET escrow_id = NULL WHERE kind = 'deposit'",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_receipt_stays_as_it_was_issued(change: str, alice: User, bob: User) -> None:
    given.funded_milestone(client=alice, freelancer=bob)
    given.jobs_done(at=NOON, drawings=True)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
