"""A bank takes back what nothing had waited for; and other corners of its cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from billing_site.kernel.money import Money, to_minor
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform.models import Letter, Notice
from ledger.models import Entry
from payments.decisions import GIVE_UP
from payments.gateways.base import BalanceLine, DisputeState, Kind, PaymentState
from payments.gateways.sandbox import disputing, wires
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import (
    SandboxCustomer,
    SandboxDispute,
    SandboxPayment,
    SandboxRefund,
    SandboxSession,
)
from payments.models import (
    Chargeback,
    ChargebackPart,
    Freeze,
    OpenItem,
    Refund,
    StrayPayment,
)
from payments.services import (
    answering,
    chargebacks,
    charging,
    failed_refunds,
    following,
    unmatched,
)
from payments.services.chargebacks import OtherSum
from payments.services.stray_chargebacks import RefundIsUnderWay
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.given_chargebacks import decided, taken, wanted
from tests.payments.test_answering_banks import answers

pytestmark = pytest.mark.django_db
WHOLE = EUR("1059.50")
WHY = "We have nothing to show."


def stray(alice: User, bob: User, code: str = "5126") -> StrayPayment:
    """It came after the payment was called off; what was sent back of it failed, unless told."""
    charge = given.begun_charge(client=alice, freelancer=bob)
    charging.cancel(charge.pk, by=SYSTEM("the contract ended"), at=NOON)
    given.paid(charge, code)
    given.settle(at=NOON + DAY)
    return StrayPayment.objects.get()


def wanted_back(*, at: datetime = NOON + 2 * DAY, amount: int | None = None) -> Chargeback:
    row = disputing.dispute(SandboxPayment.objects.get(), at=at, amount=amount)
    given.settle(at=at + SOON)
    return Chargeback.objects.get(dispute_id=row.pk)


class TestStrays:
    def test_what_was_set_apart_goes_out_with_it(self, alice: User, bob: User) -> None:
        stray(alice, bob)
        case = wanted_back()
        assert (case.stray, case.charge.state) == (StrayPayment.objects.get(), "cancelled")
        for deed in (failed_refunds.retry, failed_refunds.keep):
            with pytest.raises(NotAllowed, match="wants it back"):
                deed(Refund.objects.get().pk, by=alice, at=NOON + 3 * DAY)
        assert_every_law_holds()

        for _ in range(2):
            decided(case, won=False, at=NOON + 4 * DAY)

        refund, part = Refund.objects.get(), ChargebackPart.objects.get()
        assert (part.kind, part.amount, part.refund) == ("stray", WHOLE, refund)
        assert (refund.state, refund.refund_id) == ("succeeded", case.dispute_id)
        assert held(f"refund:{refund.ref}") == held(f"chargeback:{case.ref}") == EUR("0.00")
        assert held("provider:clearing") == EUR("0.00")
        assert Entry.objects.filter(kind="lose_stray").count() == 1
        assert_every_law_holds()

    def test_a_bank_that_leaves_it_leaves_it_to_its_client(self, alice: User, bob: User) -> None:
        stray(alice, bob)
        decided(wanted_back(), won=True, at=NOON + 4 * DAY)

        failed_refunds.keep(Refund.objects.get().pk, by=alice, at=NOON + 5 * DAY)

        assert held(f"client:{given.organization(alice).pk}:credit") == WHOLE
        assert_every_law_holds()

    def test_decided_anew_for_us_it_is_their_credit(self, alice: User, bob: User) -> None:
        stray(alice, bob)
        case = decided(wanted_back(), won=False, at=NOON + 4 * DAY)

        decided(case, won=True, at=NOON + 30 * DAY)

        assert held(f"client:{given.organization(alice).pk}:credit") == WHOLE
        assert_every_law_holds()

    def test_letters_are_about_its_own_sum(self, alice: User, bob: User) -> None:
        charge = given.begun_charge(client=alice, freelancer=bob)
        SandboxSession.objects.update(amount=99_000)
        given.paid(charge, "5126")
        given.settle(at=NOON + DAY)

        case = decided(wanted_back(), won=False, at=NOON + 4 * DAY)
        decided(case, won=True, at=NOON + 30 * DAY)

        opened, lost, again = Letter.objects.filter(key__contains="chargeback_news").order_by("pk")
        assert "€990.00 of your payment of €990.00" in opened.text
        assert "It had been set apart for you, and goes to you this way." in lost.text
        assert "€990.00 is your credit, and pays the next time." in again.text
        assert "1,059.50" not in opened.text + lost.text + again.text

    @pytest.mark.parametrize("kept", [True, False])
    def test_what_is_not_there_any_more_is_owed(
        self, alice: User, bob: User, *, kept: bool
    ) -> None:
        """They have it as credit and from the bank; or a part of it is still set apart."""
        stray(alice, bob)
        if kept:
            failed_refunds.keep(Refund.objects.get().pk, by=alice, at=NOON + DAY)

        decided(wanted_back(amount=None if kept else 50_000), won=False, at=NOON + 4 * DAY)

        assert OpenItem.objects.get().owed == (WHOLE if kept else EUR("500.00"))
        assert ChargebackPart.objects.get().kind == "owed"
        assert_every_law_holds()

    def test_its_end_leaves_what_the_charges_own_case_keeps(self, alice: User, bob: User) -> None:
        """A second payment came, and its bank asks and gives up while the first is wanted."""
        charge = given.held_escrow(client=alice, freelancer=bob).funded_by
        assert charge
        first = SandboxGateway().fetch(Kind.PAYMENT, charge.payment_id)
        assert isinstance(first, PaymentState)
        assert first.line
        line = replace(first.line, line_id="txn_second")
        again = replace(first, payment_id="pi_second", line=line)
        following.payment(charge.pk, again, at=NOON + DAY)
        wanted(charge, at=NOON + DAY)
        about_the_second = DisputeState("du_2", "pi_second", "needs_response", 105_950, "EUR")

        for status in ("needs_response", "won"):
            state = replace(about_the_second, status=status)
            chargebacks.follow(charge.pk, state, at=NOON + 2 * DAY)

        assert Chargeback.objects.get(dispute_id="du_2").state == "won"
        assert Freeze.objects.open().count() == 1
        assert_every_law_holds()

    def test_while_we_send_it_back_the_news_waits(self, alice: User, bob: User) -> None:
        stray(alice, bob)
        case = decided(wanted_back(), won=True, at=NOON + 4 * DAY)
        failed_refunds.retry(Refund.objects.get().pk, by=alice, at=NOON + 5 * DAY)
        row = SandboxDispute.objects.get()
        row.status = "lost"
        row.save()
        shown = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
        assert isinstance(shown, DisputeState)
        other = replace(shown, dispute_id="du_other", given_back=None)

        with pytest.raises(RefundIsUnderWay):
            chargebacks.follow(case.charge_id, other, at=NOON + 5 * DAY)

        assert Chargeback.objects.count() == 1
        assert SandboxRefund.objects.count() >= 1


class TestSuspense:
    """A bank transfer that names nothing of its client's waits; its bank may want it meanwhile."""

    @pytest.fixture
    def waits(self, alice: User, bob: User) -> StrayPayment:
        charge = given.begun_charge(client=alice, freelancer=bob)
        charging.cancel(charge.pk, by=SYSTEM("the contract ended"), at=NOON)
        customer = SandboxCustomer.objects.get().pk
        wires.receive(customer, 75_000, "EUR", reference="Order 4711", at=NOON)
        given.settle(at=NOON + SOON)
        return StrayPayment.objects.get()

    @pytest.fixture
    def finn(self, db: None) -> User:
        return UserFactory.create(
            name="Finn", email="finn@example.org", is_staff=True, roles=["finance"]
        )

    def test_while_its_bank_decides_nobody_else_does(self, waits: StrayPayment, finn: User) -> None:
        case = wanted_back()
        assert case.stray == waits
        for deed in (unmatched.match, unmatched.send_back):
            with pytest.raises(NotAllowed, match="wants it back"):
                deed(waits.pk, reason="They wrote to us.", by=finn, at=NOON + 3 * DAY)

        for _ in range(2):
            decided(case, won=False, at=NOON + 4 * DAY)

        refund, part = Refund.objects.get(), ChargebackPart.objects.get()
        assert (part.kind, part.refund, refund.state) == ("stray", refund, "succeeded")
        assert not refund.commands.exists(), "The gateway is not asked to send it, too."
        assert held("suspense") == held(f"chargeback:{case.ref}") == EUR("0.00")
        assert held("provider:clearing") == held(f"refund:{refund.ref}") == EUR("0.00")
        kinds = ("return_unmatched", "lose_stray")
        assert [Entry.objects.filter(kind=kind).count() for kind in kinds] == [1, 1]
        with pytest.raises(NotAllowed, match="sent back before"):
            unmatched.match(waits.pk, reason="They wrote.", by=finn, at=NOON + 5 * DAY)
        assert_every_law_holds()

        decided(case, won=True, at=NOON + 30 * DAY)
        assert held(f"client:{waits.charge.client_id}:credit") == EUR("750.00")
        assert_every_law_holds()

    def test_of_a_part_the_rest_stays_where_it_is_and_a_person_decides(
        self, waits: StrayPayment, finn: User
    ) -> None:
        decided(wanted_back(amount=50_000), won=False, at=NOON + 4 * DAY)

        for deed in (unmatched.match, unmatched.send_back):
            with pytest.raises(
                NotAllowed, match=r"taken €500\.00 of it for good.*Return it at the"
            ):
                deed(waits.pk, reason="Nobody knows it.", by=finn, at=NOON + 5 * DAY)

        assert held("suspense") == EUR("750.00")
        assert ChargebackPart.objects.get().kind == "borne"
        assert_every_law_holds()

    def test_found_to_be_its_clients_it_is_as_any_other(
        self, waits: StrayPayment, finn: User
    ) -> None:
        """They have it as credit, for no work of anybody's: what the bank takes too, we bear."""
        unmatched.match(waits.pk, reason="They wrote to us.", by=finn, at=NOON + DAY)

        case = wanted_back()
        assert case.stray is None
        for _ in range(2):
            decided(case, won=False, at=NOON + 4 * DAY)

        assert ChargebackPart.objects.get().kind == "borne"
        assert not OpenItem.objects.exists()
        assert held("cost:protection") == EUR("-750.00")
        waits.charge.refresh_from_db()
        assert waits.charge.taken_back == EUR("750.00")
        assert_every_law_holds()


class TestCorners:
    def shown(self, case: Chargeback, **facts: Any) -> DisputeState:
        state = SandboxGateway().fetch(Kind.DISPUTE, case.dispute_id)
        assert isinstance(state, DisputeState)
        return replace(state, **facts)

    def line(self, name: str, amount: int, cost: int) -> BalanceLine:
        return BalanceLine(name, "du_1", "dispute", amount, cost, "EUR", NOON)

    @pytest.mark.scenario(38)
    def test_prevented_after_the_bank_had_it_comes_back(self, alice: User, bob: User) -> None:
        """At once, with both lines; and what the provider asked for the case it gives back."""
        held_escrow = given.held_escrow(client=alice, freelancer=bob)
        minor = to_minor(WHOLE)
        state = DisputeState(
            "du_1",
            held_escrow.funded_by.payment_id if held_escrow.funded_by else "",
            "prevented",
            minor,
            "EUR",
            taken=self.line("txn_1", -minor, 1_500),
            given_back=self.line("txn_2", minor, -1_500),
        )
        assert held_escrow.funded_by_id

        for _ in range(2):
            chargebacks.follow(held_escrow.funded_by_id, state, at=NOON + DAY)

        case = Chargeback.objects.get()
        assert (case.state, case.settled_at) == ("won", NOON + DAY)
        assert held("cost:chargeback") == EUR("-15.00")
        assert held("provider:clearing") == held(f"chargeback:{case.ref}") == EUR("0.00")
        assert held("cost:provider") == EUR("-31.03") + EUR("15.00")
        assert_every_law_holds()

    def test_a_question_that_is_over_takes_nothing(self, alice: User, bob: User) -> None:
        case = taken(given.held_escrow(client=alice, freelancer=bob), inquiry=True)
        closed = self.shown(case, status="warning_closed")
        chargebacks.follow(case.charge_id, closed, at=NOON + 2 * DAY)

        late = replace(closed, taken=self.line("txn_9", -to_minor(WHOLE), 0))
        with pytest.raises(OtherSum, match="only a question"):
            chargebacks.follow(case.charge_id, late, at=NOON + 3 * DAY)

        assert_every_law_holds()


class TestGivingUp:
    @pytest.fixture
    def case(self, alice: User, bob: User) -> Chargeback:
        return taken(given.held_escrow(client=alice, freelancer=bob))

    def test_above_a_limit_it_takes_two(self, case: Chargeback) -> None:
        finn, fay = (
            answers(UserFactory.create(name=name, email=f"{name}@example.org", is_staff=True))
            for name in ("Finn", "Fay")
        )
        at = NOON + 2 * DAY

        asked = answering.accept(case.pk, reason=WHY, by=finn, at=at)
        assert GIVE_UP.says(asked).startswith("nothing has moved. It waits for a second person")
        with pytest.raises(NotYours, match="takes two people"):
            answering.accept(case.pk, reason=WHY, by=finn, at=at)
        given.settle(at=at + SOON)
        case.refresh_from_db()
        assert (case.state, case.submitted_at) == ("opened", None)
        assert Notice.objects.filter(user_id=fay.pk, text__contains="a second one decides").exists()

        given_up = answering.accept(case.pk, reason=WHY, by=fay, at=at + SOON)
        assert GIVE_UP.says(given_up).startswith("it is given up")
        given.settle(at=at + 2 * SOON)
        case.refresh_from_db()
        assert (case.state, case.submitted_by) == ("lost", fay)
        assert_every_law_holds()

    def test_the_database_asks_for_two(self, case: Chargeback) -> None:
        one = UserFactory.create(name="Finn", is_staff=True, roles=["finance"])
        found = Chargeback.objects.filter(pk=case.pk)
        wrong: list[dict[str, Any]] = [{}, {"give_up_asked_by": one}]
        for asked in wrong:
            with (
                pytest.raises(DatabaseError, match="above_a_limit_two_people_give_a_case_up"),
                transaction.atomic(),
            ):
                found.update(given_up_at=NOON, submitted_by=one, **asked)

    @pytest.mark.parametrize(
        ("currency", "alone", "two"),
        [("EUR", "1000", "1000.01"), ("JPY", "100000", "100001"), ("KWD", "300", "300.001")],
    )
    def test_the_limit_is_about_as_much_in_each_currency(
        self, db: None, currency: str, alone: str, two: str
    ) -> None:
        name = "above_a_limit_two_people_give_a_case_up"
        [limit] = [it for it in Chargeback._meta.constraints if it.name == name]
        small, large = (
            Chargeback(currency=currency, amount=Money(sum_, currency), given_up_at=NOON)
            for sum_ in (alone, two)
        )

        assert (small.takes_two, large.takes_two) == (False, True)
        limit.validate(Chargeback, small)
        with pytest.raises(ValidationError):
            limit.validate(Chargeback, large)
