"""What the page of every posting shows, in words, and of whose money."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.people.models import User
from invoices.models import Invoice
from invoices.services.week_billing import bill_weeks
from payments.models import Charge
from tests import given, given_payments
from tests.invoices.test_week_billing import LOCK, work
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def shown(invoice: Invoice, to: User) -> str:
    url = reverse("invoice-trail", args=[invoice.ref])
    return session_of(to).get(url).content.decode()


def test_one_payment_for_several_shows_each_freelancer_their_own(alice: User, bob: User) -> None:
    charlie = given.person("charlie", kind="freelancer", country="NO")
    given_payments.payment_method(alice)
    for worker, hours in ((bob, 3), (charlie, 5)):
        work(given.hourly_contract(client=alice, freelancer=worker), worker, hours=hours)
    bill_weeks(at=LOCK)
    given_payments.settle(at=LOCK + timedelta(hours=2))
    assert Charge.objects.get().settlements.filter(settled_at__isnull=False).count() == 2

    mine, theirs = Invoice.objects.order_by("pk")

    for reader, own, other in ((bob, mine, theirs), (charlie, theirs, mine)):
        assert own.escrow
        assert other.escrow
        page = shown(own, reader)
        assert f"escrow:{own.escrow.ref}" in page
        assert show(own.gross) in page
        assert other.escrow.ref not in page
        assert show(other.gross) not in page
    assert show(mine.gross) not in shown(theirs, alice)
