"""What goes back of a payment in the client's own currency."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import clock
from ledger.queries.journal import journal
from payments.gateways.sandbox.models import SandboxRefund
from payments.models import Charge, Escrow, QuotePart, Refund
from payments.services import credit, escrow, failed_refunds, going_back
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.given_chargebacks import decided, wanted
from tests.payments.own_currency import MARGIN, PAID, TOTAL, USD, fx

pytestmark = pytest.mark.django_db
IT_ENDED = SYSTEM("the contract ended")


@pytest.fixture
def charge(alice: User, bob: User) -> Charge:
    return given.begun_by_quote(client=alice, freelancer=bob, price=USD("1000.00"))


NOTHING = (EUR("0.00"), USD("0.00"), EUR("0.00"))


class TestGoingBack:
    @pytest.fixture
    def escrow_(self, charge: Charge) -> Escrow:
        given.paid(charge)
        return Escrow.objects.get()

    def back(self, escrow_: Escrow, gross: str | None = None, *, after: int = 1) -> Refund:
        made = escrow.refund(
            escrow_.pk, reason="It ended.", by=IT_ENDED, at=NOON + after * DAY,
            gross=USD(gross) if gross else None,
        )  # fmt: skip
        given.settle(at=NOON + after * DAY)  # it is asked for,
        given.settle(at=NOON + after * DAY + SOON)  # and sent
        return made

    def test_all_of_it_is_all_that_was_paid(self, escrow_: Escrow) -> None:
        refund = self.back(escrow_)

        sent = SandboxRefund.objects.get()
        assert sent.amount == 98_455
        assert Refund.objects.get().state == "succeeded"
        assert refund.part.amount == PAID
        assert fx() == NOTHING
        undated = re.sub(r"2026-03-0\d  ", "", journal())
        assert undated.endswith(REFUNDED.format(ref=refund.ref))
        assert_every_law_holds()

    def test_parts_add_up_to_it(self, escrow_: Escrow) -> None:
        for after, gross in enumerate(["333.33", "333.33", None]):
            self.back(escrow_, gross, after=1 + after)
            assert_every_law_holds()

        assert [each.amount for each in SandboxRefund.objects.order_by("created_at")] == [
            32_819, 32_816, 32_820,
        ]  # fmt: skip
        assert fx() == NOTHING

    def test_what_is_less_than_their_coin_is_credit(self, alice: User, bob: User) -> None:
        """A yen is more than half a cent: two of them are one, and nothing else fails for that."""
        yen = Money(100_000, "JPY")
        given.paid(given.begun_by_quote(client=alice, freelancer=bob, price=yen))
        escrow_ = Escrow.objects.get()
        for after in (1, 2):
            escrow.refund(
                escrow_.pk, reason="It ended.", by=IT_ENDED, at=NOON + after * DAY,
                gross=Money(1, "JPY"),
            )  # fmt: skip
        sent, kept = Refund.objects.order_by("pk")

        assert (sent.part.amount, sent.to_credit) == (EUR("0.01"), Money(0, "JPY"))
        assert (kept.state, kept.to_credit) == ("credited", kept.amount)
        assert kept.changes.get().reason == "it is less than a coin of what they paid in"
        assert held(f"client:{given.organization(alice).pk}:credit", "JPY") == kept.amount
        assert_every_law_holds()
        self.back(escrow_, after=3)
        assert_every_law_holds()

    def test_what_a_bank_takes_is_a_coin_at_least(self, alice: User, bob: User) -> None:
        organization = given.organization(alice)
        organization.currency = "JPY"
        organization.save()
        charge = given.begun_by_quote(client=alice, freelancer=bob, price=EUR("1000.00"))
        given.paid(charge)
        charge.refresh_from_db()
        wanted(charge, at=NOON + DAY, amount=Money(1, "JPY"))
        assert going_back.worth(charge, Money(1, "JPY")) == EUR("0.01")

    def test_a_rate_that_moved_since_changes_nothing(self, escrow_: Escrow, settings: Any) -> None:
        settings.CONVERSION_MARGIN_BPS = 500
        assert self.back(escrow_).part.amount == PAID

    def test_what_could_not_be_sent_is_credit_here_and_goes_back_later(
        self, alice: User, bob: User
    ) -> None:
        charge = given.begun_by_quote(client=alice, freelancer=bob, price=USD("1000.00"))
        given.paid(charge, "5126")
        self.back(Escrow.objects.get())
        given.settle(at=NOON + 40 * DAY)
        refund = Refund.objects.get()
        assert refund.state == "failed"
        assert fx() == (EUR("974.70"), -TOTAL, MARGIN)
        assert_every_law_holds()

        failed_refunds.keep(refund.pk, by=alice, at=NOON + 41 * DAY)
        client = given.organization(alice)
        assert held(f"client:{client.pk}:credit", "USD") == TOTAL
        assert_every_law_holds()

        credit.send_back(client, amount=USD("500.00"), by=alice, at=NOON + 42 * DAY)
        part = QuotePart.objects.get(undone_at=None)
        assert (part.amount, part.into) == (EUR("464.63"), USD("500.00"))
        assert_every_law_holds()

    def test_a_bank_takes_all_and_loses(self, charge: Charge, escrow_: Escrow) -> None:
        charge.refresh_from_db()
        case = wanted(charge, at=NOON + DAY)

        assert (case.amount, case.part.amount) == (TOTAL, PAID)
        assert held(f"chargeback:{case.ref}", "USD") == -TOTAL
        assert fx() == NOTHING
        assert_every_law_holds()

        decided(case, won=True, at=NOON + 2 * DAY)
        assert held(f"chargeback:{case.ref}", "USD") == USD("0.00")
        assert fx() == (EUR("974.70"), -TOTAL, MARGIN)
        assert Escrow.objects.get().state == "held"
        assert_every_law_holds()
        self.back(escrow_, after=3)
        assert fx() == NOTHING

    def test_a_bank_takes_all_although_a_part_went_back(
        self, charge: Charge, escrow_: Escrow
    ) -> None:
        """It was faster than our refund, or does not know of it."""
        self.back(escrow_, "333.33")
        charge.refresh_from_db()

        case = wanted(charge, at=NOON + 2 * DAY)

        assert (case.amount, case.part.amount) == (TOTAL, PAID)
        assert held(f"chargeback:{case.ref}", "USD") == -TOTAL
        assert_every_law_holds()

    def test_nothing_is_sent_that_may_come_when_it_likes(self, charge: Charge) -> None:
        """A transfer of next month would be paid at the rate of today."""
        with clock.pinned(NOON):
            page = Browser().get(reverse("sandbox-checkout", args=[charge.session_id]))
        assert "Bank debit" in page.text
        assert "Bank transfer" not in page.text

    def test_a_bank_takes_a_part_and_keeps_it(self, charge: Charge, escrow_: Escrow) -> None:
        charge.refresh_from_db()
        case = wanted(charge, at=NOON + DAY, amount=EUR("100.00"))
        assert case.amount == USD("107.61")  # of 1,059.50, as 100 is of 984.55

        decided(case, won=False, at=NOON + 2 * DAY)
        case.refresh_from_db()
        assert case.state == "lost"
        assert held(f"chargeback:{case.ref}", "USD") == USD("0.00")
        assert_every_law_holds()
        self.back(escrow_, after=3)
        assert_every_law_holds()


REFUNDED = """\
Refund settled
  refund:{ref}                       1,059.50 USD
      provider:clearing                                   1,059.50 USD

Sent back in another currency
  provider:clearing                         1,059.50 USD
      fx:USD                                              1,059.50 USD
  fx:EUR                                      974.70 EUR
  income:fx_margin                              9.85 EUR
      provider:clearing                                     984.55 EUR

Settled by the provider
  provider:clearing                           984.55 EUR
      provider:balance                                      984.55 EUR"""
