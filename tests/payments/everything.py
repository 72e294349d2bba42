"""Something of everything that payments keeps."""

from __future__ import annotations

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM
from payments.gateways.sandbox import wires
from payments.gateways.sandbox.models import SandboxCustomer
from payments.services import collecting, converting, escrow, restricting
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.given_chargebacks import decided, heard_of, wanted

ENDED = SYSTEM("it ended")


def everything() -> None:
    """A charge that is begun, money held, a lot pending, a refund, a payout, events."""
    alice, bob = given.payer(), given.worker()
    three, at = Money("300.00", "USD"), NOON - 50 * DAY
    dollars = given.begun_by_quote(client=alice, freelancer=bob, price=three, at=at)
    part = given.escrow_of(given.paid(dollars, at=at))
    escrow.refund(part.pk, reason="It ended.", by=ENDED, at=at + DAY, gross=three / 3)
    given.settle(at=at + DAY)
    given.settle(at=at + 2 * DAY)
    lost = given.held_escrow(client=alice, freelancer=bob, at=NOON - 30 * DAY)
    decided(wanted(lost.funded_by, at=NOON - 29 * DAY), won=False, at=NOON - 28 * DAY)
    customer = SandboxCustomer.objects.get(reference=given.organization(alice).ref)
    sent_at = NOON - 27 * DAY
    wires.receive(customer.pk, 75_000, "EUR", reference="Order 4711", at=sent_at)
    given.settle(at=sent_at + SOON)
    given.begun_charge(client=alice, freelancer=bob)
    given.held_escrow(client=alice, freelancer=bob)
    given.released(client=alice, freelancer=bob)
    earned = given.available_earnings(client=alice, freelancer=bob)
    for code in ("4242", "4444"):
        given.payment_method(alice, code)
    given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))
    carol = given.worker("carol", currency="USD")
    given.available_earnings(client=alice, freelancer=carol)
    quote = given.quoted(carol, given.payout_method(carol), EUR("100.00"))
    converting.withdraw(quote.pk, by=carol, at=NOON)
    back = given.held_escrow(client=alice, freelancer=bob)
    given.part_paid(given.open_item(client=alice, freelancer=bob), EUR("500.00"), by=alice)
    restricting.restrict_organization(
        given.organization(bob).pk,
        scopes=["offers"],
        reason="We are looking into it.",
        review_on=NOON.date(),
        by=UserFactory.create(is_staff=True, is_superuser=True),
        at=NOON,
    )
    escrow.refund(back.pk, reason="It ended.", by=ENDED, at=NOON + DAY)
    collecting.collect(
        payer=given.organization(alice),
        escrows=[given.terms(bob, document="week/W1")],
        by=SYSTEM("its week was locked"),
        at=NOON,
    )
    assert earned.lot.escrow, "It was held before it was released."
    heard_of(earned.lot.escrow.funded_by, amount=EUR("100.00"), at=NOON)
