from __future__ import annotations

import re
from datetime import timedelta

import pytest

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from payments.gateways import current
from payments.gateways.base import CheckoutState, Kind, Status
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.models import SandboxSession
from payments.models import Charge, GatewayEvent
from payments.services import charging, following
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.charged import escrow_of, payment_of, states_of


@pytest.mark.scenario(1)
def test_a_paid_charge_fills_its_escrow(charge: Charge) -> None:
    assert states_of(charge) == ("begun", "expected")

    charge = given.paid(charge)

    escrow = escrow_of(charge)
    assert states_of(charge) == ("succeeded", "held")
    assert held(f"escrow:{escrow.ref}") == EUR("1000.00")
    assert held(f"deferred:client_fee:{escrow.ref}") == EUR("50.00")
    assert held("tax:vat:DE") == EUR("9.50")
    assert held("provider:clearing") == EUR("0.00")
    assert held("provider:balance") == EUR("-1028.47")  # 1,059.50 less 31.03
    assert held("cost:provider") == EUR("-31.03")
    assert_every_law_holds()


def test_held_money_has_its_deadline_from_the_day_it_came(charge: Charge) -> None:
    given.paid(charge)

    escrow = escrow_of(charge)
    assert escrow.held_at == NOON
    assert escrow.hold_deadline == NOON + 90 * DAY


def test_learning_of_a_payment_again_posts_nothing(charge: Charge) -> None:
    charge = given.paid(charge)
    entries = Entry.objects.count()

    following.payment(charge.pk, payment_of(charge), at=NOON + DAY)

    assert Entry.objects.count() == entries
    assert charge.changes.count() == 2  # submitted, succeeded


@pytest.mark.scenario(10)
def test_one_charge_fills_several_escrows(alice: User, bob: User, charlie: User) -> None:
    two = [given.terms(bob), given.terms(charlie, price=EUR("500.00"), document="milestone/M2")]

    charge = given.paid(given.begin(alice, two))

    assert charge.amount == EUR("1589.25")
    filled = [
        held(f"escrow:{ref}")
        for ref in charge.settlements.order_by("pk").values_list("escrow__ref", flat=True)
    ]
    assert filled == [EUR("1000.00"), EUR("500.00")]
    assert_every_law_holds()


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        ("0002", "Your bank refused the payment. You can try another way to pay."),
        ("9995", "Your bank says that there is not enough money in the account."),
        ("wallet_refused", "Your bank refused the payment. You can try another way to pay."),
    ],
)
@pytest.mark.scenario(16)
def test_a_refused_card_leaves_the_page_open(charge: Charge, outcome: str, problem: str) -> None:
    charge = given.paid(charge, outcome)

    assert states_of(charge) == ("begun", "expected")
    assert charge.problem == problem
    assert not Entry.objects.exists()

    given.paid(charge, "4242", at=NOON + timedelta(hours=2))
    assert states_of(charge) == ("succeeded", "held")


@pytest.mark.scenario(5)
@pytest.mark.parametrize(
    ("outcome", "way"), [("debit", "sepa_debit"), ("debit_taken_back", "us_bank_account")]
)
def test_a_bank_debit_is_held_only_when_it_has_arrived(
    charge: Charge, outcome: str, way: str
) -> None:
    charge = given.paid(charge, outcome)
    assert (states_of(charge), charge.way) == (("processing", "expected"), way)
    assert "checkout.session.completed" in told()
    assert charge.arrives_on == (NOON + 4 * DAY).date()
    assert not Entry.objects.exists()

    given.settle(at=NOON + 4 * DAY - timedelta(seconds=1))
    assert states_of(charge) == ("processing", "expected")

    assert "checkout.session.async_payment_succeeded" not in told()

    given.settle(at=NOON + 4 * DAY)
    assert states_of(charge) == ("succeeded", "held")
    assert "checkout.session.async_payment_succeeded" in told()


def told() -> set[str]:
    """What we have heard of and read."""
    return set(GatewayEvent.objects.exclude(handled_at=None).values_list("type", flat=True))


@pytest.mark.scenario(7)
def test_a_bank_transfer_takes_two_days_after_noon(charge: Charge) -> None:
    given.paid(charge, "transfer")

    given.settle(at=NOON + 2 * DAY)

    assert states_of(charge) == ("succeeded", "held")


@pytest.mark.scenario(19)
def test_a_returned_debit_fails_and_drops_the_escrow(charge: Charge) -> None:
    given.paid(charge, "debit_returned")

    given.settle(at=NOON + 4 * DAY)

    assert states_of(charge) == ("failed", "dropped")
    assert Charge.objects.get().problem.startswith("Your bank says that there is not enough")
    assert not Entry.objects.exists()
    assert_every_law_holds()


def test_a_bank_that_asks_is_answered_on_the_page(charge: Charge) -> None:
    charge = given.paid(charge, "3155")
    assert states_of(charge) == ("action_needed", "expected")

    paying.confirm(charge.session_id, agrees=True, at=NOON + DAY / 2)
    given.settle(at=NOON + DAY)

    assert states_of(charge) == ("succeeded", "held")


def test_refusing_the_banks_question_pays_nothing(charge: Charge) -> None:
    charge = given.paid(charge, "3155")

    paying.confirm(charge.session_id, agrees=False, at=NOON + DAY / 2)
    given.settle(at=NOON + DAY / 2)

    assert states_of(charge) == ("action_needed", "expected")
    assert Charge.objects.get().problem == "You did not confirm the payment with your bank."


@pytest.mark.scenario(18)
@pytest.mark.parametrize("outcome", ["", "3155"])
def test_a_page_that_nobody_used_to_its_end_expires(charge: Charge, outcome: str) -> None:
    """Or whose bank asked something, and nobody answered."""
    if outcome:
        assert given.paid(charge, outcome).state == "action_needed"

    given.settle(at=NOON + DAY)

    assert states_of(charge) == ("cancelled", "dropped")
    assert charge.changes.latest("pk").reason == "its payment page expired"
    assert not Entry.objects.exists()


def test_cancelling_closes_the_page(charge: Charge, alice: User) -> None:
    charging.cancel(charge.pk, by=alice, at=NOON)
    given.settle(at=NOON + timedelta(minutes=1))

    assert states_of(charge) == ("cancelled", "dropped")
    assert SandboxSession.objects.get().status == "expired"
    with pytest.raises(WrongState, match="since Alice was faster"):
        charging.cancel(charge.pk, by=alice, at=NOON)


@pytest.mark.parametrize(
    ("price", "why"),
    [
        (EUR("0.40"), "A payment is €0.50 at least, and this is €0.42. Nothing was charged."),
        (EUR("950000.00"), "One payment is €999,999.99 at most: pay it in parts."),
        (Money(40, "JPY"), "A payment is ¥50 at least, and this is ¥42."),
        (Money("0.150", "KWD"), "A payment is KWD\N{NO-BREAK SPACE}0.200 at least"),
    ],
)
def test_what_cannot_be_moved_is_refused_before_anything_is_begun(
    alice: User, bob: User, price: Money, why: str
) -> None:
    with pytest.raises(NotAllowed, match=re.escape(why)):
        given.begin(alice, [given.terms(bob, price=price)])
    assert not Charge.objects.exists()


def test_paid_money_cannot_be_cancelled(charge: Charge, alice: User) -> None:
    given.paid(charge)

    with pytest.raises(WrongState):
        charging.cancel(charge.pk, by=alice, at=NOON + DAY)

    assert states_of(charge) == ("succeeded", "held")


def test_others_can_neither_begin_nor_cancel(charge: Charge, alice: User, bob: User) -> None:
    with pytest.raises(NotYours):
        charging.begin(payer=given.organization(alice), escrows=[given.terms(bob)], by=bob, at=NOON)
    with pytest.raises(NotYours):
        charging.cancel(charge.pk, by=bob, at=NOON)

    assert Charge.objects.count() == 1
    assert states_of(charge) == ("begun", "expected")


def test_news_of_a_page_says_open_before_anybody_paid(charge: Charge) -> None:
    with clock.pinned(NOON):
        page = current().fetch(Kind.CHECKOUT, charge.session_id)

    assert isinstance(page, CheckoutState)
    assert page.status == Status.OPEN
    assert following.checkout(charge.pk, page, at=NOON).state == "begun"
