"""Money that came by bank and is of nobody we know, or for nothing that is owed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform.models import Letter
from payments.gateways.sandbox import wires
from payments.gateways.sandbox.models import SandboxCash, SandboxCustomer
from payments.models import BankDetails, Charge, Refund, StrayPayment
from payments.services import bank_transfers, credit, failed_refunds, refunds, unmatched
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, credit_of, held
from tests.payments.sent_by_bank import sent, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("named_by_refs")]
NOTHING = EUR("0.00")


class TestSuspense:
    @pytest.fixture
    def stray(self, alice: User, details: BankDetails) -> StrayPayment:
        sent(details, "750.00", "Order 4711")
        return StrayPayment.objects.get()

    @pytest.mark.scenario(21)
    def test_a_wrong_reference_is_nobodys_credit(self, alice: User, stray: StrayPayment) -> None:
        assert stray.why == "Its reference “Order 4711” names nothing of this client."
        assert (held("suspense"), credit_of(alice)) == (EUR("750.00"), NOTHING)
        assert "do not know what for" in Letter.objects.latest("pk").subject
        with pytest.raises(NotAllowed, match="Your credit is"):
            credit.send_back(given.organization(alice), amount=EUR("1.00"), by=alice, at=NOON)
        assert_every_law_holds()

    def test_matched_it_is_credit_and_pays_what_is_due(
        self, alice: User, bob: User, finn: User, stray: StrayPayment
    ) -> None:
        item = given.open_item(client=alice, freelancer=bob)

        unmatched.match(stray.pk, reason="They wrote to us.", by=finn, at=NOON + DAY)
        with pytest.raises(NotAllowed, match="found to be its client's before"):
            unmatched.send_back(stray.pk, reason="They wrote to us.", by=finn, at=NOON + DAY)
        given.settle(at=NOON + 2 * DAY)

        item.refresh_from_db()
        assert (held("suspense"), item.owed) == (NOTHING, EUR("309.50"))
        assert_every_law_holds()

    def test_sent_back_it_is_gone_and_no_credit_goes_the_same_way(
        self, alice: User, finn: User, stray: StrayPayment
    ) -> None:
        unmatched.send_back(stray.pk, reason="Nobody knows it.", by=finn, at=NOON + DAY)
        with pytest.raises(NotAllowed, match="sent back before"):
            unmatched.match(stray.pk, reason="Nobody knows it.", by=finn, at=NOON + DAY)
        for at in (NOON + DAY, NOON + 2 * DAY):
            given.settle(at=at)

        charge = Charge.objects.get()
        assert (Refund.objects.get().state, charge.refundable) == ("succeeded", NOTHING)
        assert held("suspense") == held("provider:clearing") == NOTHING
        assert_every_law_holds()

    def test_kept_after_its_refund_failed_it_can_go_back_later(
        self, alice: User, finn: User, stray: StrayPayment
    ) -> None:
        unmatched.send_back(stray.pk, reason="Nobody knows it.", by=finn, at=NOON + DAY)
        refund = Refund.objects.get()
        refunds.refused(refund.pk, problem="It cannot be sent there.", at=NOON + DAY)
        failed_refunds.keep(refund.pk, by=alice, at=NOON + 2 * DAY)
        assert_every_law_holds()

        client = given.organization(alice)
        credit.send_back(client, amount=EUR("750.00"), by=alice, at=NOON + 3 * DAY)

        assert Charge.objects.get().refunded == EUR("750.00")
        assert_every_law_holds()

    def test_only_finance_operations_decide(
        self, alice: User, bob: User, stray: StrayPayment
    ) -> None:
        for deed in (unmatched.match, unmatched.send_back):
            for stranger in (alice, bob):
                with pytest.raises(NotYours):
                    deed(stray.pk, reason="It is mine.", by=stranger, at=NOON)

    @pytest.mark.parametrize(
        ("statement", "name"),
        [
            (
                "UPDATE payments_straypayment SET matched_at = now(), returned_at = now()",
                "a_stray_payment_is_kept_or_goes_back",
            ),
            (
                (
                    "INSERT INTO payments_banktransfer SELECT (json_populate_record(t,"
                    " json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ', 'amount', 0))).*"
                    " FROM payments_banktransfer t"
                ),
                "bank_transfer_is_money",
            ),
            (
                (
                    "INSERT INTO payments_settlement SELECT (json_populate_record(s,"
                    " json_build_object('id', 999999, 'document', 'milestone/1'))).*"
                    " FROM payments_settlement s"
                ),
                "settlement_is_to_one_thing",
            ),
        ],
    )
    def test_what_must_never_be_true(self, stray: StrayPayment, statement: str, name: str) -> None:
        with (
            pytest.raises(IntegrityError, match=name),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_money_of_nobody_that_we_know_waits_with_its_event(alice: User) -> None:
    customer = SandboxCustomer.objects.create(
        id="cus_sbx_stranger", reference="STRANGER", name="S", email="s@e.org", created_at=NOON
    )
    wires.receive(customer.pk, 500, "EUR", reference="", at=NOON)
    row = SandboxCash.objects.get()
    state = told(f"{customer.pk}/{row.pk}")

    with pytest.raises(LookupError, match="no client of ours"):
        bank_transfers.follow(state, at=NOON + timedelta(minutes=1))

    assert not Charge.objects.exists()
