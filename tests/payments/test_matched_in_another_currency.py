"""A transfer that staff match promises no more than one that nobody had to look at."""

from __future__ import annotations

import pytest

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.platform.models import Letter
from payments.models import BankDetails, StrayPayment
from payments.services import unmatched
from tests import given_payments as given
from tests.given_payments import DAY, NOON
from tests.payments.sent_by_bank import sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("named_by_refs")]


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_what_it_names_in_another_currency_is_not_paid_by_it(
    alice: User, bob: User, finn: User, details: BankDetails, currency: str
) -> None:
    """It came before what it names was owed."""
    sent(details, "750.00", "Order I7")
    price = Money("1000.00", currency)
    given.open_item(client=alice, freelancer=bob, price=price, document="invoice/I7")

    unmatched.match(StrayPayment.objects.get().pk, reason="I7.", by=finn, at=NOON + DAY)

    told = Letter.objects.filter(key__contains="/kept").latest("pk")
    says = "names what is to be paid in USD: that is not paid by it" in " ".join(told.text.split())
    assert says == (currency == "USD")
