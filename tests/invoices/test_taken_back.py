"""What becomes of work and its documents when a client's bank takes back what paid for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import FeeCreditNote, Invoice
from invoices.services import invoicing
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, Chargeback, Escrow, GatewayEvent, Lot
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_payments import SOON
from tests.invoices.books import assert_every_law_holds
from tests.invoices.test_part_dividing import TUESDAY, approve_part, billed
from tests.payments.given_chargebacks import decided, wanted

pytestmark = pytest.mark.django_db
DAY = days(1)


def paid_by_debit(alice: User, bob: User) -> Invoice:
    """Bob delivered for 1,000, and Alice approved it."""
    milestone = given.funding_milestone(client=alice, freelancer=bob)
    given_payments.paid(given_payments.opened(Charge.objects.get()))
    invoice = invoicing.deliver(
        milestone.pk, message="All of it.", uploads=(), by=bob, at=NOON + DAY
    )
    return invoicing.approve(invoice.pk, by=alice, at=NOON + 2 * DAY)


def said_first(payment: SandboxPayment, at: datetime) -> None:
    """Lost, and a minute later the money is gone."""
    disputing.take_back_debit(payment, at=at)


def closed_first(payment: SandboxPayment, at: datetime) -> None:
    disputing.take_back_debit(payment, at=at, closed_first=True)


def gone_first(payment: SandboxPayment, at: datetime) -> None:
    row = disputing.dispute(payment, at=at, reason="insufficient_funds")
    given_payments.settle(at=at + SOON / 2)
    disputing.close(row, won=False, at=at + SOON / 2)


@pytest.mark.parametrize("returns", [said_first, closed_first, gone_first])
def test_an_invoice_whose_debit_is_returned_is_owed_again(
    alice: User, bob: User, returns: Callable[[SandboxPayment, datetime], None]
) -> None:
    invoice = paid_by_debit(alice, bob)
    assert (invoice.state, invoice.open_item) == ("paid", None)

    returns(SandboxPayment.objects.get(), NOON + 9 * DAY)
    given_payments.settle(at=NOON + 9 * DAY + SOON)

    case = Chargeback.objects.get()
    invoice.refresh_from_db()
    assert (case.state, invoice.state) == ("lost", "approved")
    assert invoice.escrow_id, "It had been held, and was released."
    assert invoice.open_item
    assert invoice.open_item.owed == Charge.objects.get().amount
    assert not GatewayEvent.objects.filter(handled_at=None).exists()
    [letter] = Letter.objects.filter(subject__contains="has taken back")
    assert "so you owe" in letter.text
    assert_every_law_holds()


def test_the_fee_of_a_payment_in_two_parts_is_credited_once(alice: User, bob: User) -> None:
    approve_part(billed(alice, bob), alice)
    assert Lot.objects.get().escrow
    assert Escrow.objects.filter(state="held").exists()
    charge = Charge.objects.get()

    case = wanted(charge, at=TUESDAY + DAY)
    decided(case, won=False, at=TUESDAY + 2 * DAY)

    case.refresh_from_db()
    kinds = sorted(case.parts.values_list("kind", flat=True))
    assert (case.state, kinds) == ("lost", ["held", "released"])
    note = FeeCreditNote.objects.get(fee_invoice__side="client")
    assert note.net == sum((part.client_fee for part in case.parts.all()), EUR("0.00"))
    assert_every_law_holds()


def test_what_is_held_and_not_issued_is_not_owed(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    item = given_payments.open_item(client=alice, freelancer=bob)

    with pytest.raises(IntegrityError, match="is_held_and_owed"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(open_item=item)
