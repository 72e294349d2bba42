"""A bank gives back what the client pays meanwhile: it is recovered once, the rest is credit."""

from __future__ import annotations

from collections import Counter

import pytest

from billing_site.people.models import User
from billing_site.workflows import taken_back
from invoices.models import Invoice
from invoices.services import owing, writing_off
from ledger.models import Entry
from ledger.queries.balances import balance
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxDispute, SandboxPayment
from payments.models import Chargeback, OpenItem
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.invoices._race import rounds
from tests.invoices.books import assert_every_law_holds
from tests.invoices.test_staff_write_offs import staff
from tests.invoices.test_taken_back import paid_by_debit

DAY = days(1)
LATER = NOON + 20 * DAY


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("given_up", [True, False])
def test_a_bank_and_a_payment_at_once_bring_it_back_once(
    alice: User, bob: User, *, given_up: bool
) -> None:
    invoice = paid_by_debit(alice, bob)
    disputing.take_back_debit(SandboxPayment.objects.get(), at=NOON + 9 * DAY)
    given_payments.settle(at=NOON + 10 * DAY)
    if given_up:
        asked = writing_off.ask(invoice.pk, reason="Bankrupt", by=staff("Finn"), at=NOON + 11 * DAY)
        writing_off.confirm(asked.pk, by=staff("Mia"), at=NOON + 12 * DAY)
    payment = owing.pay(invoice.pk, by=alice, at=LATER)
    case = Chargeback.objects.get()
    disputing.close(SandboxDispute.objects.get(), won=True, at=LATER)
    state = SandboxGateway().fetch(Kind.DISPUTE, case.dispute_id)
    assert isinstance(state, DisputeState)
    won: DisputeState = state
    client = given.organization(alice)
    deeds = [
        lambda: taken_back.follow(case.charge, won, at=LATER),
        lambda: given.pay(payment, at=LATER),
    ]

    for said in rounds(deeds * 8):
        assert said == ["done"] * 16
        given.jobs_done(at=LATER)
        assert (Invoice.objects.get().state, OpenItem.objects.get().owed) == ("paid", EUR("0.00"))
        assert balance(f"client:{client.pk}:credit", "EUR") == EUR("1060.00")
        assert balance(f"client:{client.pk}:receivable", "EUR") == EUR("0.00")
        assert balance("cost:protection", "EUR") == EUR("0.00")
        kinds = Counter(Entry.objects.values_list("kind", flat=True))
        assert kinds["reinstate_chargeback"] <= 1
        if given_up:
            assert kinds["recover_by_bank"] + kinds["recover_written_off"] == 1
        assert_every_law_holds()
