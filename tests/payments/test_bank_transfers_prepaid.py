"""Money that came by bank before anybody asked for it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from billing_site.kernel.transitions import NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from payments.gateways.base import OutcomeUnknown
from payments.gateways.sandbox import faults, wires
from payments.gateways.sandbox.models import SandboxCash, SandboxCustomer
from payments.models import BankDetails, BankTransfer, Charge, GatewayCommand, Refund
from payments.services import bank_transfers, charging, credit, outbox, paying_owed
from payments.services.bank_transfers import DrawIsInDoubt
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, credit_of
from tests.payments.sent_by_bank import sent, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("named_by_refs")]
NOTHING = EUR("0.00")


class TestPrepaid:
    def test_the_account_is_asked_for_once_and_is_the_clients_own(
        self, alice: User, bob: User, details: BankDetails
    ) -> None:
        assert bank_transfers.ask_for_details(details.payer.organization, by=alice, at=NOON) is None
        assert details.number.startswith("DE")
        assert len(details.number) == 22
        with pytest.raises(NotYours):
            bank_transfers.ask_for_details(details.payer.organization, by=bob, at=NOON)
        with (
            pytest.raises(IntegrityError, match="one_account_for_each_currency"),
            transaction.atomic(),
        ):
            BankDetails.objects.create(
                payer=details.payer, currency="EUR", customer="cus_2", number="X", told_at=NOON
            )

    def test_it_pays_the_next_payment_and_can_be_sent_back(
        self, alice: User, bob: User, details: BankDetails
    ) -> None:
        sent(details, "2000.00", details.payer.ref.lower())
        assert credit_of(alice) == EUR("2000.00")

        charge = charging.begin(
            payer=given.organization(alice), escrows=[given.terms(bob)], by=alice, at=NOON + DAY
        )
        given.settle(at=NOON + DAY + SOON)
        assert Charge.objects.get(pk=charge.pk).state == "succeeded"
        assert credit_of(alice) == EUR("940.50")

        client, rest = given.organization(alice), EUR("940.50")
        credit.send_back(client, amount=rest, by=alice, at=NOON + 2 * DAY)
        for at in (NOON + 2 * DAY, NOON + 3 * DAY):
            given.settle(at=at)

        refund = Refund.objects.get()
        assert refund.state == "succeeded"
        assert GatewayCommand.objects.get(kind="refund").params["email"] == "alice@example.org"
        assert_every_law_holds()

    def test_it_pays_what_it_names_then_what_is_due_and_the_rest_is_credit(
        self, alice: User, bob: User, details: BankDetails
    ) -> None:
        due, later, named = (
            given.open_item(client=alice, freelancer=bob, at=at, document=document)
            for at, document in (
                (NOON - DAY, "invoice/I1"),
                (NOON + 20 * DAY, "invoice/I2"),
                (NOON + 30 * DAY, "invoice/I3"),
            )
        )

        sent(details, "1500.00", "our bill i3")

        for item in (due, later, named):
            item.refresh_from_db()
        assert (named.owed, later.owed) == (NOTHING, EUR("1059.50"))
        assert due.owed == EUR("619.00")  # 1,500.00 less 1,059.50 of the one that is named
        assert credit_of(alice) == NOTHING
        assert_every_law_holds()

        paying_owed.pay_by(BankTransfer.objects.get().pk, at=NOON + DAY)
        due.refresh_from_db()
        assert due.owed == EUR("619.00")

    def test_learning_of_it_again_takes_it_once(self, alice: User, details: BankDetails) -> None:
        transfer = sent(details, "100.00", "")
        state = told(f"{details.customer}/{transfer.transaction_id}")

        for _ in range(2):
            assert bank_transfers.follow(state, at=NOON + DAY) is None
        given.settle(at=NOON + 2 * DAY)

        assert credit_of(alice) == EUR("100.00")
        assert Charge.objects.count() == 1

    def test_what_comes_while_one_is_being_taken_is_taken_later(
        self, alice: User, details: BankDetails
    ) -> None:
        """The provider has taken the first one, and we do not know: it counts the second alone."""
        wires.receive(details.customer, 10_000, "EUR", reference="", at=NOON)
        first = SandboxCash.objects.get()
        bank_transfers.follow(told(f"{details.customer}/{first.pk}"), at=NOON)
        lost, command = OutcomeUnknown("no answer"), GatewayCommand.objects.get(kind="draw_cash")
        with clock.pinned(NOON), faults.planned("after", "draw_cash", lost):
            outbox.run(command.pk, at=NOON)
        wires.receive(details.customer, 5_000, "EUR", reference="", at=NOON + SOON)
        second = SandboxCash.objects.filter(kind="funded").exclude(pk=first.pk).get()
        state = told(f"{details.customer}/{second.pk}")

        for _ in range(2):
            with pytest.raises(DrawIsInDoubt):
                bank_transfers.follow(state, at=NOON + SOON)
        assert Charge.objects.count() == 1

        with clock.pinned(NOON + DAY) as later:
            outbox.run_stuck(at=later)
        for _ in range(2):
            bank_transfers.follow(state, at=NOON + DAY)
        given.settle(at=NOON + DAY + SOON)
        assert credit_of(alice) == EUR("150.00")
        assert Charge.objects.count() == 2
        assert_every_law_holds()

    def test_what_went_back_before_we_took_it_is_nothing(
        self, alice: User, details: BankDetails
    ) -> None:
        wires.receive(details.customer, 10_000, "EUR", reference="", at=NOON)
        state = told(f"{details.customer}/{SandboxCash.objects.get().pk}")
        bank_transfers.follow(state, at=NOON)
        payer = SandboxCustomer.objects.get(pk=details.customer)
        wires._write(payer, "return_initiated", -10_000, "EUR", at=NOON)

        given.settle(at=NOON + DAY)

        assert Charge.objects.get().state == "cancelled"
        assert not Entry.objects.exists()
        assert_every_law_holds()
