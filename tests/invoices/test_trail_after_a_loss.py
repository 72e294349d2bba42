"""The trail says who took money back of a release: a bank, or its freelancer by a credit note."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from invoices.models import Invoice
from invoices.queries.money_trail import trail_of
from payments.models import Charge
from payments.services import earnings
from tests.given import EUR, NOON, days
from tests.invoices.test_taken_back import paid_by_debit
from tests.payments.given_chargebacks import decided, wanted

pytestmark = pytest.mark.django_db
DAY = days(1)
LATER = NOON + 20 * DAY


def back(invoice: Invoice, *, for_client: bool) -> list[tuple[str, object]]:
    fresh = Invoice.objects.get(pk=invoice.pk)
    stops = trail_of(fresh, for_client=for_client, at=LATER + 2 * DAY).stops
    return [(it.words, it.amount) for it in stops if "back" in it.words]


def test_what_a_bank_took_is_no_credit_note(alice: User, bob: User) -> None:
    invoice = paid_by_debit(alice, bob)
    earnings.make_available(at=NOON + 8 * DAY)
    case = wanted(Charge.objects.get(), at=NOON + 9 * DAY, amount=EUR("530.00"))
    decided(case, won=False, at=LATER)

    assert back(invoice, for_client=True) == [("Taken back by your bank", EUR("450.00"))]
    assert back(invoice, for_client=False) == [("Taken back by the client's bank", EUR("450.00"))]
    decided(case, won=True, at=LATER + DAY)
    assert back(invoice, for_client=False) == []
