"""A refund leaves our balance when it is made: that is no difference, arrive when or if it may."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from payments.gateways.sandbox import asking
from payments.models import ProviderLine, ReconciliationDifference, Refund
from payments.services import escrow
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.compared import compare

THE_END = SYSTEM("the contract ended")


@pytest.mark.parametrize(("code", "state"), [("4242", "succeeded"), ("5126", "failed")])
def test_it_is_no_difference_while_nobody_knows_nor_afterwards(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, code: str, state: str
) -> None:
    """A bank debit may take days to go back: its line is there from the first."""
    monkeypatch.setattr(asking, "REFUND_TAKES", 5 * DAY)
    of = given.escrow_of(given.paid(given.begun_charge(client=alice, freelancer=bob), code))
    escrow.refund(of.pk, reason="The work ended.", by=THE_END, at=NOON)
    given.settle(at=NOON + SOON)

    for days in (1, 2):
        assert compare(NOON + days * DAY).found == 0
    assert Refund.objects.get().state == "sent"
    lines = ProviderLine.objects.filter(source_id=Refund.objects.get().refund_id)
    assert [(each.kind, each.matched_at) for each in lines] == [("refund", None)]
    assert not ReconciliationDifference.objects.exists()

    given.settle(at=NOON + 6 * DAY)
    assert compare(NOON + 7 * DAY).found == 0

    assert Refund.objects.get().state == state
    assert lines.all().count() == (2 if state == "failed" else 1)
    assert not lines.filter(matched_at=None).exists()
    assert held("provider:clearing").amount == 0
    assert_every_law_holds()
