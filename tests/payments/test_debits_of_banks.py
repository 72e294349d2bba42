"""An ACH debit that its bank takes back after it had arrived: that is final, and told at once."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from payments.gateways.sandbox.models import SandboxDispute, SandboxRefund
from payments.models import Chargeback, Freeze, GatewayEvent, OpenItem, Refund
from payments.services import credit, escrow
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held, pending

pytestmark = pytest.mark.django_db
WHOLE = EUR("1059.50")
THE_END = SYSTEM("the contract ended")


@pytest.mark.scenario(19, 41)
@pytest.mark.parametrize("is_released", [False, True])
def test_ach_is_taken_back_after_it_was_held_and_after_release(
    alice: User, bob: User, *, is_released: bool
) -> None:
    charge = given.paid(given.begun_charge(client=alice, freelancer=bob), "debit_taken_back")
    given.settle(at=NOON + 4 * DAY)
    of = given.escrow_of(charge)
    assert of.state == "held"
    if is_released:
        escrow.release(of.pk, document="INV1", at=NOON + 5 * DAY)

    for _ in range(2):
        given.settle(at=NOON + 14 * DAY + SOON)

    case, row = Chargeback.objects.get(), SandboxDispute.objects.get()
    assert (case.state, case.charge.way, row.status) == ("lost", "us_bank_account", "lost")
    told = set(GatewayEvent.objects.exclude(handled_at=None).values_list("type", flat=True))
    assert {"charge.dispute.created", "charge.dispute.closed"} <= told
    of.refresh_from_db()
    [part] = case.parts.all()
    if is_released:
        item = OpenItem.objects.get()
        assert (part.kind, item.is_advanced, item.owed) == ("owed", True, WHOLE)
        assert pending(bob) == EUR("881.00"), "The freelancer keeps it."
        assert held(f"client:{case.charge.client_id}:receivable") == -WHOLE
    else:
        assert (part.kind, of.state, of.lost) == ("held", "lost", EUR("1000.00"))
        assert not OpenItem.objects.exists()
    assert held(f"chargeback:{case.ref}") == held("provider:clearing") == EUR("0.00")
    assert held("cost:chargeback") == -case.cost
    assert not Freeze.objects.open().exists()
    assert_every_law_holds()

    at = NOON + 15 * DAY  # The bank has it: it is not sent back as well.
    with pytest.raises(NotAllowed):
        escrow.refund(of.pk, reason="It ended.", by=THE_END, at=at)
    with pytest.raises(NotAllowed):
        credit.send_back(given.organization(alice), amount=EUR("1.00"), by=alice, at=at)
    assert not Refund.objects.exists()
    assert not SandboxRefund.objects.exists()
