"""Every line of the provider's balance has its entry in our books, and the other way round."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from payments.gateways import current
from payments.gateways.sandbox import ending, paying
from payments.gateways.sandbox.models import SandboxBalanceLine
from payments.models import Charge, ProviderLine, ReconciliationDifference
from payments.queries.provider_lines import sides
from payments.services import escrow, sending
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.compared import compare, open_differences, printed


def business(alice: User, bob: User) -> None:
    """A charge; one that went back; a withdrawal that arrived, one that did not, one returned."""
    given.held_escrow(client=alice, freelancer=bob, at=NOON - 30 * DAY)
    back = given.held_escrow(client=alice, freelancer=bob, at=NOON - 29 * DAY)
    by = SYSTEM("it ended")
    escrow.refund(back.pk, reason="It ended.", by=by, at=NOON - 28 * DAY)
    given.settle(at=NOON - 27 * DAY)
    given.available_earnings(client=alice, freelancer=bob)
    for behavior, last4 in (("pays", "4471"), ("closes", "0009"), ("returns", "0010")):
        bank = given.payout_method(bob, behavior=behavior, last4=last4)
        given.requested_payout(bob, bank, EUR("100.00"))
    given.settle(at=NOON + 12 * DAY)


@pytest.mark.scenario(53)
class TestBothSidesAgree:
    @pytest.mark.django_db
    def test_every_line_has_its_entry(self, alice: User, bob: User) -> None:
        business(alice, bob)
        sending.send_due(at=NOON + 12 * DAY)
        given.settle(at=NOON + 25 * DAY)

        outcome = compare(NOON + 25 * DAY)

        assert outcome.read == SandboxBalanceLine.objects.count() > 8
        assert outcome.found == 0
        assert not ProviderLine.objects.filter(matched_at=None).exists()
        for side in sides(current().name):
            assert side.at_provider == side.in_books, side

    def test_money_on_its_way_to_a_bank_is_no_difference(self, alice: User, bob: User) -> None:
        given.available_earnings(client=alice, freelancer=bob)
        given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))
        sending.send_due(at=NOON + SOON)
        given.settle(at=NOON + 2 * SOON)

        assert compare(NOON + SOON * 8).found == 0

        given.settle(at=NOON + 10 * DAY)
        assert compare(NOON + 10 * DAY).found == 0
        assert not ProviderLine.objects.filter(matched_at=None).exists()

    def test_compared_again_nothing_is_counted_twice(self, alice: User, bob: User) -> None:
        given.held_escrow(client=alice, freelancer=bob)
        compare()
        before = ProviderLine.objects.count()

        assert compare(everything=True).found == 0
        assert ProviderLine.objects.count() == before

    def test_it_prints_a_table_and_says_so(self, alice: User, bob: User) -> None:
        given.held_escrow(client=alice, freelancer=bob)

        said, code = printed()

        assert code == 0
        assert "Both sides agree." in said
        assert "ours" in said
        assert "€1,028.47" in said


def test_what_our_books_have_and_the_provider_has_not(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    kept = SandboxBalanceLine.objects.get()
    facts = {field.name: getattr(kept, field.name) for field in kept._meta.fields}
    kept.delete()

    compare()
    assert open_differences() == [("not_at_provider", "-1028.47")]

    SandboxBalanceLine.objects.create(**facts)
    assert compare(NOON + 2 * DAY).resolved == 1
    difference = ReconciliationDifference.objects.get()
    assert difference.state == "resolved"
    assert difference.changes.get().reason == "both sides agree by now"


def test_two_sums_of_one_thing_differ(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob)
    SandboxBalanceLine.objects.update(fee=3_203)

    compare()

    assert open_differences() == [("other_sum", "-1.00")]


@pytest.mark.scenario(54)
def test_54_a_fee_that_comes_an_hour_late_corrects_the_books(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "BOOKED_AFTER", SOON)
    charge = given.begun_charge(client=alice, freelancer=bob)
    paying.pay(charge.session_id, "4242", at=NOON - SOON / 2)
    given.settle(at=NOON)
    charge.refresh_from_db()

    assert charge.state == "succeeded"
    assert charge.settled_at is None
    assert held("cost:provider") == EUR("0")
    assert held("provider:clearing") == EUR("-1059.50")
    assert compare(NOON + SOON / 2).found == 0

    given.settle(at=NOON + SOON)

    assert held("cost:provider") == EUR("-31.03")
    assert held("provider:clearing") == EUR("0")
    assert compare().found == 0
    assert Charge.objects.get().settled_at == NOON + SOON / 2
    assert_every_law_holds()
