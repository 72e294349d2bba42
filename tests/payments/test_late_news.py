"""News of what was asked before: the charge waits on, and what is tried meanwhile is paid once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.base import BalanceLine, OutcomeUnknown, PaymentState, Status
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, ChargeAttempt, Collection, GatewayCommand, Refund, StrayPayment
from payments.rates.table import TABLE
from payments.services import collecting, exchange_rates, following, methods, outbox
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.own_currency import PAID, TOTAL, USD, chosen, collected
from tests.payments.test_charged_in_own_currency import DEARER, tried

pytestmark = pytest.mark.django_db
TOMORROW = NOON + DAY


def of_a_page(charge: Charge, status: Status, amount: int, currency: str) -> PaymentState:
    """A payment on a page that was opened before, and of which we hear now."""
    line = BalanceLine("txn_late", "ch_late", "charge", amount, 0, currency, NOON)
    booked = line if status == Status.SUCCEEDED else None
    return PaymentState("pi_late", charge.ref, status, amount, currency, line=booked)


def heard(charge: Charge, *statuses: Status, amount: int = 98_455, currency: str = "EUR") -> Charge:
    for status in statuses:
        news = of_a_page(charge, status, amount, currency)
        following.payment(charge.pk, news, at=TOMORROW + SOON)
    return Charge.objects.get(pk=charge.pk)


class TestAtARateThatIsOver:
    @pytest.fixture
    def charge(self, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> Charge:
        """Refused today; tomorrow the dollar is worth less."""
        given.payment_method(alice, "0341")
        chosen(alice)
        charge = collected(alice, bob)
        given.settle(at=NOON + SOON)
        monkeypatch.setitem(TABLE, "USD", Decimal("1.2"))
        exchange_rates.fetch_when_due(at=TOMORROW)
        return charge

    def assert_one_stray(self) -> None:
        stray = StrayPayment.objects.get()
        assert (stray.amount, stray.why) == (PAID, "It is at a rate that is over")
        assert Refund.objects.get().amount == PAID

    def test_what_was_on_its_way_goes_back_and_the_charge_waits_on(
        self, alice: User, charge: Charge
    ) -> None:
        charge = tried(charge, at=TOMORROW)  # refused again, at the new rate
        assert heard(charge, Status.PROCESSING).state == "processing"

        charge = heard(charge, Status.SUCCEEDED, Status.SUCCEEDED)

        assert (charge.state, charge.payment_id) == ("begun", "")
        assert charge.problem == "It was paid at a rate that is over."
        again = Collection.objects.get().next_try_at
        assert again == NOON + 3 * DAY
        self.assert_one_stray()
        given.payment_method(alice, "4242", at=TOMORROW + 2 * SOON)
        exchange_rates.fetch_when_due(at=again)
        charge = tried(charge, at=again)
        assert (charge.state, charge.charged) == ("succeeded", DEARER)
        assert_every_law_holds()

    @pytest.mark.parametrize("is_answered", [False, True])
    def test_what_is_tried_meanwhile_goes_on_and_nothing_else_is_tried(
        self, alice: User, charge: Charge, is_answered: bool
    ) -> None:
        debit = given.payment_method(alice, "sepa", at=NOON + 2 * SOON)
        methods.make_primary(debit.pk, by=alice, at=NOON + 3 * SOON)
        with clock.pinned(TOMORROW):
            collecting.try_due(at=TOMORROW)
        heard(charge, Status.PROCESSING)
        attempt = ChargeAttempt.objects.latest("pk")
        if is_answered:
            with clock.pinned(TOMORROW):
                outbox.run(attempt.command_id, at=TOMORROW)
            attempt.refresh_from_db()

        charge = heard(charge, Status.SUCCEEDED, Status.SUCCEEDED)

        assert charge.state == ("processing" if is_answered else "begun")
        assert charge.payment_id == attempt.payment_id
        assert ChargeAttempt.objects.get(finished_at=None) == attempt
        self.assert_one_stray()
        given.settle(at=TOMORROW + 8 * DAY)
        charge.refresh_from_db()
        assert (charge.state, charge.charged) == ("succeeded", DEARER)
        assert SandboxPayment.objects.get(status="succeeded").amount == 89_184
        assert_every_law_holds()


def test_what_was_paid_before_they_chose_their_currency_goes_back(alice: User, bob: User) -> None:
    """The page was opened in the contract's currency, and the rate locked after that."""
    given.payment_method(alice, "0341")
    charge = collected(alice, bob)
    given.settle(at=NOON + SOON)
    chosen(alice, at=NOON + 2 * SOON)
    exchange_rates.fetch_when_due(at=TOMORROW)
    charge = tried(charge, at=TOMORROW)
    assert charge.charged == PAID

    charge = heard(charge, Status.SUCCEEDED, Status.SUCCEEDED, amount=105_950, currency="USD")

    assert charge.state == "begun"
    stray = StrayPayment.objects.get()
    assert (stray.amount, stray.why) == (TOTAL, "It is at a rate that is over")
    assert Refund.objects.get().amount == TOTAL
    assert_every_law_holds()


def test_another_sum_than_was_ever_asked_fails_what_is_paid_on_its_own_page(
    alice: User, bob: User
) -> None:
    charge = given.begun_by_quote(client=alice, freelancer=bob, price=USD("1000.00"))

    charge = heard(charge, Status.SUCCEEDED, amount=105_950, currency="USD")

    assert charge.state == "failed"
    assert StrayPayment.objects.get().why == "It is not the sum that was asked"


@pytest.mark.parametrize(
    ("code", "outcome", "state"),
    [("4242", "on_its_way", "processing"), ("0341", "refused", "begun")],
)
def test_a_saved_card_that_is_asked_anew_has_its_answer_noted(
    alice: User, bob: User, code: str, outcome: str, state: str
) -> None:
    given.payment_method(alice, code)
    charge = collected(alice, bob)
    lost: Any = faults.planned("before", "charge_saved", OutcomeUnknown("no answer"))
    with lost:
        given.settle(at=NOON)
    later = NOON + 2 * DAY
    with clock.pinned(later):
        outbox.run_stuck(at=later)
    first, anew = GatewayCommand.objects.filter(kind="charge_saved").order_by("pk")
    assert (first.state, anew.state) == ("refused", "queued")

    for _ in range(2):
        with clock.pinned(later):
            outbox.run(anew.pk, at=later)

    anew.refresh_from_db()
    assert anew.state == ("done" if code == "4242" else "refused")
    attempt = ChargeAttempt.objects.get()
    assert (attempt.command_id, attempt.outcome) == (first.pk, outcome)
    assert Charge.objects.get(pk=charge.pk).state == state
    given.settle(at=later + SOON)
    assert SandboxPayment.objects.filter(status="succeeded").count() == (code == "4242")
    assert_every_law_holds()
