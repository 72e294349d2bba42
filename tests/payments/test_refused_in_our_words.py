"""What the provider refuses is said as what it means: never in its words, never as silence."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.base import InvalidRequest
from payments.gateways.sandbox import faults
from payments.models import Charge, Payout, Refund
from payments.services import charging, escrow, outbox
from tests import given_payments as given
from tests.given_payments import EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.visiting import text_of
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
THEIRS = "Received unknown parameter: payment_intent_data[statment]"


def refusal(code: str = "parameter_unknown") -> InvalidRequest:
    return InvalidRequest(THEIRS, code=code)


def test_a_page_that_is_refused_is_no_silence(alice: User) -> None:
    with clock.pinned(NOON), faults.planned("before", "start_method_setup", refusal()):
        page = text_of(session_of(alice).post(reverse("method-new"), follow=True))

    assert "does not open this page for you" in page
    assert "try again soon" not in page
    assert THEIRS not in page


def test_a_withdrawal_that_is_refused_says_why(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))
    with faults.planned("before", "payout", refusal("bank_account_unusable")):
        given.settle(at=NOON + 2 * SOON)

    assert Payout.objects.get().problem == (
        "The bank account cannot be paid to any more: add it anew."
    )
    assert_every_law_holds()


def test_a_refund_that_is_refused_says_why(alice: User, bob: User) -> None:
    held = given.held_escrow(client=alice, freelancer=bob)
    with faults.planned("before", "refund", refusal("charge_disputed")):
        escrow.refund(held.pk, reason="The work ended.", by=alice, at=NOON + SOON)
        given.settle(at=NOON + SOON)

    assert Refund.objects.get().problem == "Its bank takes it back already."


def test_a_charge_without_a_page_says_so(alice: User, bob: User) -> None:
    charge = charging.begin(
        payer=given.organization(alice), escrows=[given.terms(bob)], by=alice, at=NOON
    )
    with clock.pinned(NOON), faults.planned("before", "start_checkout", refusal()):
        given.opened(charge)

    assert Charge.objects.get().problem == "Our payment provider could not open a page for it."


def test_where_one_is_paid_is_not_possible(bob: User) -> None:
    not_possible = pytest.raises(NotAllowed, match="does not open this page")
    with clock.pinned(NOON), faults.planned("before", "create_payee", refusal()), not_possible:
        outbox.open_onboarding(given.organization(bob), by=bob, at=NOON)
