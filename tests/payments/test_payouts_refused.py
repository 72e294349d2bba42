"""The provider would not pay: withdrawals wait, or come back whole, and none goes in circles."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.gateways.base import InsufficientFunds, InvalidRequest, OutcomeUnknown
from payments.gateways.sandbox import balances, faults, onboarding
from payments.gateways.sandbox.models import SandboxAccount, SandboxTransfer
from payments.gateways.stripe.words import LET_GO, REJECTED
from payments.models import Escrow, GatewayCommand, Payee, Payout, PayoutMethod, Refund
from payments.queries.payout_page import payout_page
from payments.services import credit, earnings, escrow, outbox, refusal_words, waiting
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, at_payee, available, credit_of
from tests.payments.collected import collected, settled
from tests.payments.test_taking_back import debt_of, taken_back

pytestmark = pytest.mark.django_db
SENT = NOON + timedelta(hours=1)
PROBLEM = "Details that are asked for are overdue."


@pytest.fixture
def payout(bob: User, method: PayoutMethod) -> Payout:
    return given.requested_payout(bob, method, EUR("100.00"))


@pytest.mark.scenario(9)
def test_money_of_a_bank_debit_cools_before_it_can_be_withdrawn(alice: User, bob: User) -> None:
    given.payment_method(alice, "ach")
    charge = settled(collected(alice, bob), at=NOON + 2 * DAY)
    assert (charge.state, Escrow.objects.get().state) == ("processing", "expected")
    charge = settled(charge, at=NOON + 5 * DAY)
    assert (charge.state, charge.way) == ("succeeded", "us_bank_account")

    made = escrow.release(Escrow.objects.get().pk, document="INV1", at=NOON + 5 * DAY)

    assert charge.finished_at
    assert made.available_at == charge.finished_at + 7 * DAY
    assert made.available_at > NOON + 10 * DAY
    assert earnings.make_available(at=NOON + 10 * DAY) == []
    assert earnings.make_available(at=made.available_at)
    assert available(bob) == EUR("881.00")
    assert_every_law_holds()


@pytest.mark.scenario(30)
def test_a_rule_that_nobody_published_gives_all_of_it_back(bob: User, payout: Payout) -> None:
    rule = InvalidRequest("Payouts to this bank need a day of notice.")
    with faults.planned("before", "payout", rule):
        given.settle(at=SENT)

    payout.refresh_from_db()
    assert (payout.state, payout.problem) == ("failed", refusal_words.NOT_PAID_OUT)
    assert (available(bob), at_payee(bob)) == (EUR("881.00"), EUR("99.01"))
    assert Letter.objects.filter(key__contains="payout_failed").count() == 1
    assert_every_law_holds()


class TestWithoutTransfers:
    @pytest.mark.scenario(11)
    def test_what_was_requested_waits_and_goes_on(
        self, bob: User, method: PayoutMethod, payout: Payout
    ) -> None:
        account = SandboxAccount.objects.get()
        onboarding.restrict(account.pk, PROBLEM, at=NOON)
        given.settle(at=NOON + DAY)

        payout.refresh_from_db()
        assert payout.state == "requested"
        words = payout_page(payout, viewer=bob, today=NOON.date()).what_next
        assert words.startswith(f"It waits: {PROBLEM}")
        assert Letter.objects.filter(key__contains="payee_news/stopped").count() == 1
        with pytest.raises(NotAllowed, match="cannot be paid at present"):
            given.requested_payout(bob, method, EUR("5.00"), at=NOON + DAY)

        onboarding.restrict(account.pk, "", at=NOON + 2 * DAY)
        for days in (2, 3, 7, 9):
            given.settle(at=NOON + days * DAY)

        payout.refresh_from_db()
        assert payout.state == "paid"
        assert payout.finished_at
        assert payout.arrives_on == payout.finished_at.date()
        assert payout.trace.startswith("TRACE")
        assert payout.commands.count() == 2
        assert Letter.objects.filter(key__contains="payee_news/goes_on").count() == 1
        assert_every_law_holds()

    @pytest.mark.scenario(26)
    @pytest.mark.parametrize("problem", [PROBLEM, REJECTED, LET_GO])
    def test_what_the_provider_had_not_told_us_yet_comes_back(
        self, bob: User, method: PayoutMethod, payout: Payout, problem: str
    ) -> None:
        account = SandboxAccount.objects.get()
        onboarding.restrict(account.pk, problem, at=NOON, is_told=False)

        given.settle(at=SENT)

        payout.refresh_from_db()
        assert (payout.state, available(bob)) == ("failed", EUR("881.00"))
        assert at_payee(bob) == EUR("0.00")
        assert not SandboxTransfer.objects.exists()
        assert not Payee.objects.get().is_ready
        with pytest.raises(NotAllowed, match="takes no money now"):
            given.requested_payout(bob, method, EUR("5.00"), at=SENT)
        onboarding.restrict(account.pk, problem, at=SENT)  # Now it tells us, and why.
        given.settle(at=SENT + timedelta(minutes=5))
        assert (Payee.objects.get().is_ready, Payee.objects.get().problem) == (False, problem)
        assert_every_law_holds()


class TestBelowZero:
    @pytest.mark.scenario(32)
    def test_nothing_goes_in_circles_until_somebody_has_looked(
        self, bob: User, finn: User, method: PayoutMethod, payout: Payout
    ) -> None:
        account = SandboxAccount.objects.get()
        balances.write("adjustment", "X1", -5_000, "EUR", at=NOON, account=account)
        for hours in (1, 2, 3, 4, 5, 6):
            given.settle(at=NOON + timedelta(hours=hours))
            with clock.pinned(NOON + timedelta(hours=hours)):
                outbox.run_stuck(at=NOON + timedelta(hours=hours))

        payout.refresh_from_db()
        assert (payout.state, available(bob)) == ("failed", EUR("881.00"))
        assert at_payee(bob) == EUR("99.01")
        with pytest.raises(NotAllowed, match="lacks what we moved there"):
            given.requested_payout(bob, method, EUR("5.00"), at=NOON + DAY)
        asked = GatewayCommand.objects.count()

        payee = Payee.objects.get()
        with pytest.raises(NotYours):
            waiting.resume(payee.pk, reason="It is mine.", by=bob, at=NOON + DAY)
        balances.write("adjustment", "X2", 5_000, "EUR", at=NOON + DAY, account=account)
        waiting.resume(payee.pk, reason="It was topped up.", by=finn, at=NOON + DAY)
        with pytest.raises(NotAllowed, match="is short"):
            waiting.resume(payee.pk, reason="It was topped up.", by=finn, at=NOON + DAY)
        again = given.requested_payout(bob, method, EUR("100.00"), at=NOON + DAY)
        for days in (2, 5):
            given.settle(at=NOON + days * DAY)

        again.refresh_from_db()
        assert (again.state, again.to_transfer) == ("paid", EUR("0.00"))
        assert GatewayCommand.objects.count() == asked + 1
        assert_every_law_holds()


def test_silence_does_not_count_as_want_of_funds(bob: User, payout: Payout) -> None:
    """Two tries without an answer, and one for funds: it is tried once more, an hour later."""
    with faults.planned("before", "payout", OutcomeUnknown("no answer")):
        given.settle(at=SENT)
        tried(SENT + timedelta(hours=3))
    command = GatewayCommand.objects.get(kind="payout")
    assert command.attempts == 2

    with faults.planned("before", "payout", InsufficientFunds("not there")):
        tried(SENT + timedelta(hours=4))
        payout.refresh_from_db()
        assert (payout.state, Payee.objects.get().short_at) == ("sent", None)
        tried(SENT + timedelta(hours=5))

    payout.refresh_from_db()
    assert payout.state == "failed"
    assert available(bob) == EUR("881.00")
    assert_every_law_holds()


def tried(at: datetime) -> None:
    with clock.pinned(at):
        outbox.run_stuck(at=at)


@pytest.mark.scenario(35)
def test_a_refund_after_the_payout_is_the_clients_whatever_can_be_taken_back(
    alice: User, bob: User
) -> None:
    lot = given.available_earnings(client=alice, freelancer=bob).lot
    # What is others' lies there, too: the refund does not wait for funds of ours.
    balances.write("adjustment", "others", 500_000, "EUR", at=NOON)
    given.requested_payout(bob, given.payout_method(bob), EUR("881.00"))
    for days in (1, 3):
        given.settle(at=NOON + days * DAY)
    assert Payout.objects.get().state == "paid"

    taken_back("200.00", of=lot.document.removeprefix("invoice/"), at=NOON + 4 * DAY)
    client = given.organization(alice)
    credit.send_back(client, amount=EUR("211.90"), by=alice, at=NOON + 4 * DAY)
    for days in (4, 5):
        given.settle(at=NOON + days * DAY)

    assert Refund.objects.get().state == "succeeded"
    assert (credit_of(alice), debt_of(bob)) == (EUR("0.00"), EUR("-176.20"))
    assert_every_law_holds()
