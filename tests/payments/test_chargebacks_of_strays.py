"""A bank takes back what nothing had waited for; and other corners of its cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from billing_site.kernel.money import to_minor
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from billing_site.platform.models import Letter
from ledger.models import Entry
from payments.gateways.base import BalanceLine, DisputeState, Kind, PaymentState
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxDispute, SandboxRefund, SandboxSession
from payments.models import Chargeback, ChargebackPart, Freeze, OpenItem, Refund, StrayPayment
from payments.services import chargebacks, charging, failed_refunds, following
from payments.services.chargebacks import OtherSum
from payments.services.stray_chargebacks import RefundIsUnderWay
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.given_chargebacks import decided, taken, wanted, wanted_back

pytestmark = pytest.mark.django_db
WHOLE = EUR("1059.50")


def stray(alice: User, bob: User, code: str = "5126") -> StrayPayment:
    """It came after the payment was called off; what was sent back of it failed, unless told."""
    charge = given.begun_charge(client=alice, freelancer=bob)
    charging.cancel(charge.pk, by=SYSTEM("the contract ended"), at=NOON)
    given.paid(charge, code)
    given.settle(at=NOON + DAY)
    return StrayPayment.objects.get()


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
