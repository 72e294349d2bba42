"""A client sends money by itself: the sum or another, with the right reference or a wrong one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from ledger.models import Entry
from ledger.queries.journal import journal
from payments import gateways
from payments.gateways.base import CashState, Kind, OutcomeUnknown
from payments.gateways.sandbox import faults, paying, wires
from payments.gateways.sandbox.models import SandboxCash, SandboxCustomer, SandboxPayment
from payments.models import (
    BankDetails,
    BankTransfer,
    Charge,
    Escrow,
    GatewayCommand,
    OpenItem,
    Refund,
    StrayPayment,
)
from payments.queries.transfers_page import transfers_page
from payments.services import (
    bank_details,
    bank_transfers,
    charging,
    credit,
    failed_refunds,
    outbox,
    paying_owed,
    refunds,
    unmatched,
)
from payments.services.bank_transfers import DrawIsInDoubt
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
NOTHING = EUR("0.00")


@pytest.fixture(autouse=True)
def _named_by_refs(settings: Any) -> None:
    """Invoices know numbers; here a document is named as payments call it."""
    settings.NAMED_DOCUMENTS = "tests.payments.test_bank_transfers.named"


def told(object_id: str) -> CashState:
    state = gateways.current().fetch(Kind.CASH, object_id)
    assert isinstance(state, CashState)
    return state


def named(client: Any, reference: str) -> list[str]:
    documents = OpenItem.objects.filter(client=client).values_list("document", flat=True)
    return [each for each in documents if each.split("/")[1] in reference.upper()]


@pytest.fixture
def finn(db: None) -> User:
    return UserFactory.create(
        name="Finn", email="finn@example.org", is_staff=True, roles=["finance"]
    )


@pytest.fixture
def details(alice: User) -> BankDetails:
    with clock.pinned(NOON - DAY):
        assert bank_details.learn(given.organization(alice), by=alice, at=NOON - DAY)
    return BankDetails.objects.get()


def credit_of(client: User) -> Money:
    return held(f"client:{given.organization(client).pk}:credit")


def sent(details: BankDetails, amount: str, reference: str, *, at: Any = NOON) -> BankTransfer:
    minor = int(EUR(amount).amount * 100)
    wires.receive(details.customer, minor, "EUR", reference=reference, at=at)
    given.settle(at=at + SOON)
    return BankTransfer.objects.latest("pk")


class TestWhatIsAskedFor:
    """The sum of a payment page, sent from a bank."""

    @pytest.mark.scenario(7)
    def test_the_exact_sum_is_held(self, alice: User, bob: User) -> None:
        charge = given.begun_charge(client=alice, freelancer=bob)
        paying.pay(charge.session_id, "transfer", at=NOON)
        given.settle(at=NOON + SOON)
        charge.refresh_from_db()
        assert (charge.state, Escrow.objects.get().state) == ("processing", "expected")

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
        assert charge.state == "processing"
        assert charge.problem == ("€529.75 has arrived by bank transfer, and €529.75 is missing.")
        assert "provider:clearing" not in journal()

        given.settle(at=NOON + 80 * DAY)

        charge.refresh_from_db()
        assert (charge.state, Escrow.objects.get().state) == ("failed", "dropped")
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
