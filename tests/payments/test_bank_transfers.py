"""A client sends money by itself: the sum or another, with the right reference or a wrong one."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from ledger.queries.journal import journal
from payments.gateways.sandbox import paying, wires
from payments.gateways.sandbox.models import SandboxCash, SandboxPayment
from payments.models import BankDetails, BankTransfer, Escrow
from payments.queries.transfers_page import transfers_page
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, credit_of
from tests.payments.sent_by_bank import sent
from tests.signing_in import session_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("named_by_refs")]
NOTHING = EUR("0.00")


class TestWhatIsAskedFor:
    """The sum of a payment page, sent from a bank."""

    @pytest.mark.scenario(7)
    def test_the_exact_sum_is_held(self, alice: User, bob: User) -> None:
        charge = given.begun_charge(client=alice, freelancer=bob)
        paying.pay(charge.session_id, "transfer", at=NOON)
        given.settle(at=NOON + SOON)
        charge.refresh_from_db()
        assert (charge.state, Escrow.objects.get().state) == ("begun", "expected")

        given.settle(at=NOON + 3 * DAY)

        charge.refresh_from_db()
        assert (charge.state, charge.way) == ("succeeded", "customer_balance")
        assert Escrow.objects.get().state == "held"
        assert not BankTransfer.objects.exists()
        assert_every_law_holds()

    @pytest.mark.scenario(21)
    def test_what_is_too_much_is_the_clients_credit(self, alice: User, bob: User) -> None:
        charge = given.begun_charge(client=alice, freelancer=bob)
        paying.pay(charge.session_id, "transfer_over", at=NOON)
        given.settle(at=NOON + 3 * DAY)

        assert Escrow.objects.get().state == "held"
        assert BankTransfer.objects.get().amount == credit_of(alice) == EUR("50.00")
        assert_every_law_holds()

    @pytest.mark.scenario(21)
    def test_what_is_too_little_waits_and_goes_back_after_75_days(
        self, alice: User, bob: User
    ) -> None:
        charge = given.begun_charge(client=alice, freelancer=bob)
        paying.pay(charge.session_id, "transfer_short", at=NOON)
        given.settle(at=NOON + 3 * DAY)
        charge.refresh_from_db()
        assert charge.state == "begun"
        assert charge.problem == ("€529.75 has arrived by bank transfer, and €529.75 is missing.")
        assert "provider:clearing" not in journal()

        given.settle(at=NOON + 80 * DAY)

        charge.refresh_from_db()
        assert (charge.state, Escrow.objects.get().state) == ("cancelled", "dropped")
        assert credit_of(alice) == NOTHING
        assert SandboxCash.objects.filter(kind="return_initiated").count() == 1
        assert_every_law_holds()

    @pytest.mark.scenario(21)
    def test_the_rest_that_comes_later_pays_it_and_a_second_transfer_is_credit(
        self, alice: User, bob: User, details: BankDetails
    ) -> None:
        charge = given.begun_charge(client=alice, freelancer=bob)
        paying.pay(charge.session_id, "transfer_short", at=NOON)
        given.settle(at=NOON + 3 * DAY)
        payment = SandboxPayment.objects.get()
        wires.receive(payment.customer.pk, 52_975, "EUR", reference="", at=NOON + 4 * DAY)
        given.settle(at=NOON + 4 * DAY + SOON)
        charge.refresh_from_db()
        assert (charge.state, charge.problem) == ("succeeded", "")

        wires.receive(payment.customer.pk, 105_950, "EUR", reference="", at=NOON + 5 * DAY)
        given.settle(at=NOON + 5 * DAY + SOON)

        assert Entry.objects.filter(kind="fund_escrow").count() == 1
        assert credit_of(alice) == EUR("1059.50")
        assert_every_law_holds()


class TestPage:
    @pytest.fixture(autouse=True)
    def _noon(self) -> Any:
        with clock.pinned(NOON):
            yield

    def test_from_no_account_to_one_and_what_was_sent(self, alice: User, bob: User) -> None:
        client = session_of(alice)
        assert "Show where to send it" in client.get(reverse("bank-transfers")).content.decode()

        client.post(reverse("bank-transfers"))
        details = BankDetails.objects.get()
        bank = reverse("sandbox-transfer", args=[details.customer])
        page = client.get(reverse("bank-transfers")).content.decode()
        for said in (bank, details.bank, "BIC, sort code or routing number"):
            assert said in page
        for reference in ("", "Order 4711"):
            client.post(bank, {"currency": "EUR", "amount": "12.50", "reference": reference})
        given.settle(at=NOON + SOON)

        page = client.get(reverse("bank-transfers")).content.decode()
        for said in ("kept as your credit", "being looked at", "€12.50", details.payer.ref):
            assert said in page
        refused = client.post(bank, {"currency": "JPY", "amount": "0.50", "reference": ""})
        assert refused.status_code == 422
        assert session_of(bob).get(reverse("bank-transfers")).status_code == 403

    def test_a_row_costs_no_query(
        self, alice: User, details: BankDetails, django_assert_num_queries: Any
    ) -> None:
        client = given.organization(alice)
        for more in (1, 2):
            for _ in range(more):
                sent(details, "10.00", "Order 4711")
            with django_assert_num_queries(5):
                page = transfers_page(client, may_ask=True, number=None)
        assert [row.words for row in page.rows] == ["being looked at"] * 3
