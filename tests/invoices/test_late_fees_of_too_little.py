"""Nobody is late with what we would not take: a rest that is too little costs nothing more."""

from __future__ import annotations

import pytest
from django.db import transaction

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from invoices.models import Invoice
from invoices.queries.late_fees import coming_fee
from invoices.services import late_fees
from payments.services import charging
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.test_late_fees import ONCE, charged, owed

pytestmark = pytest.mark.django_db


def all_paid_but(invoice: Invoice, rest: str, *, by: User) -> Invoice:
    assert invoice.open_item
    part = (invoice.open_item, invoice.open_item.owed - EUR(rest))
    with transaction.atomic():
        charge = charging.begin(payer=invoice.recipient, purposes=[part], by=by, at=NOON + days(1))
    given.pay(charge, at=NOON + days(1))
    given.jobs_done(at=NOON + days(1))
    return Invoice.objects.select_related("open_item").get(pk=invoice.pk)


@pytest.mark.parametrize(("rest", "fees"), [("0.49", []), ("0.50", [("4E+1", "2026-04-09")])])
def test_a_rest_below_the_least_payment_costs_no_fee(
    alice: User, bob: User, rest: str, fees: list[tuple[str, str]]
) -> None:
    invoice = all_paid_but(owed(alice, bob, **ONCE), rest, by=alice)

    assert (coming_fee(invoice) is not None) == bool(fees)
    if not fees:
        with pytest.raises(NotAllowed, match="No late fee is coming"):
            late_fees.waive(invoice.pk, by=bob, at=NOON + days(2))
    late_fees.charge_due(at=NOON + days(400))

    assert charged() == fees
