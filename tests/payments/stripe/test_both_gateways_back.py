"""Money that goes back, whole or in part, and money of several: the same through both gateways."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.sandbox import onboarding
from payments.gateways.sandbox.models import SandboxOnboarding, SandboxRefund, SandboxTransfer
from payments.models import Escrow, Payee, Payout, PayoutMethod, Refund
from payments.services import credit, earnings, escrow, outbox
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, available, credit_of, held, pending
from tests.payments.stripe.test_both_gateways import named_bank
from tests.payments.test_taking_back import taken_back

pytestmark = pytest.mark.usefixtures("gateway")
THE_END = SYSTEM("the contract ended")


def sent_back() -> tuple[str, list[int]]:
    """What became of the one refund, and what the provider sent back."""
    for at in (NOON + DAY, NOON + 2 * DAY):
        given.settle(at=at)
    amounts = SandboxRefund.objects.values_list("amount", flat=True)
    return Refund.objects.get().state, list(amounts)


@pytest.mark.scenario(13)
def test_a_part_goes_back_and_the_rest_is_released(alice: User, bob: User) -> None:
    of = given.held_escrow(client=alice, freelancer=bob)
    escrow.refund(of.pk, reason="Half of it.", by=THE_END, at=NOON + DAY, gross=EUR("400.00"))
    assert sent_back() == ("succeeded", [423_80]), "With our fee on it, and its tax."

    escrow.release(of.pk, document="INV1", at=NOON + 3 * DAY)

    of.refresh_from_db()
    assert (of.state, held(f"escrow:{of.ref}")) == ("split", EUR("0.00"))
    assert held(f"deferred:client_fee:{of.ref}") == EUR("0.00")
    assert pending(bob) == EUR("528.60")  # 600 less 10 % and its tax
    assert held("provider:clearing") == EUR("0.00")
    assert_every_law_holds()


@pytest.mark.scenario(14)
def test_what_was_released_goes_back_before_it_is_paid_out(alice: User, bob: User) -> None:
    method = named_bank(bob)
    lot = given.released(client=alice, freelancer=bob).lot
    taken_back("200.00", of=lot.document.removeprefix("invoice/"))
    client = given.organization(alice)
    credit.send_back(client, amount=EUR("211.90"), by=alice, at=NOON + SOON)

    assert sent_back() == ("succeeded", [211_90])
    assert (pending(bob), credit_of(alice)) == (EUR("704.80"), EUR("0.00"))
    assert not SandboxTransfer.objects.exists(), "Nothing had been moved, so nothing is moved back."
    earnings.make_available(at=NOON + 7 * DAY)
    given.requested_payout(bob, method, EUR("704.80"), at=NOON + 7 * DAY)
    given.settle(at=NOON + 12 * DAY)
    assert Payout.objects.get().state == "paid"
    assert SandboxTransfer.objects.get().amount == 703_81
    assert available(bob) == held("provider:clearing") == EUR("0.00")
    assert_every_law_holds()


def bank_of(user: User) -> PayoutMethod:
    """As each of several names it."""
    at, organization = NOON - 20 * DAY, given.organization(user)
    with clock.pinned(at):
        assert outbox.open_onboarding(organization, by=user, at=at)
    link = SandboxOnboarding.objects.get(
        account=Payee.objects.get(organization=organization).account
    )
    onboarding.complete(link.pk, bank_name="Example", last4="4471", behavior="pays", at=at)
    given.settle(at=at + SOON)
    return PayoutMethod.objects.get(organization=organization)


@pytest.mark.scenario(10)
def test_several_charges_are_withdrawn_as_one_and_one_charge_as_several(
    alice: User, bob: User
) -> None:
    charlie = given.worker("charlie")
    banks = [(each, bank_of(each)) for each in (bob, charlie)]
    half = given.terms(charlie, price=EUR("500.00"), document="milestone/M2")
    given.paid(given.begin(alice, [given.terms(bob), half]))
    given.paid(given.begin(alice, [given.terms(bob, document="milestone/M3")]))
    for each in Escrow.objects.order_by("pk"):
        escrow.release(each.pk, document=f"INV{each.pk}", at=NOON + DAY)
    assert not SandboxTransfer.objects.exists()
    at = NOON + 8 * DAY
    earnings.make_available(at=at)

    for user, bank in banks:
        given.requested_payout(user, bank, available(user), at=at)
    given.settle(at=at + 5 * DAY)

    assert {each.state for each in Payout.objects.all()} == {"paid"}
    moved = sorted(SandboxTransfer.objects.values_list("amount", flat=True))
    assert moved == [439_51, 1_761_01]  # 881 twice, and half of it, less 0.99 each
    assert available(bob) == available(charlie) == EUR("0.00")
    assert_every_law_holds()
