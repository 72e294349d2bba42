"""What the provider has and our books have not."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.sandbox import dashboard
from payments.models import Payee, ReconciliationDifference
from payments.services import differences
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.compared import TOMORROW, compare, open_differences, printed
from tests.payments.test_decisions import asked
from tests.signing_in import session_of, with_second_factor


@pytest.mark.scenario(53)
class TestStrays:
    """What somebody did at the provider's dashboard, past us."""

    @pytest.fixture
    def strays(self, alice: User, bob: User) -> None:
        charge = given.paid(given.begun_charge(client=alice, freelancer=bob))
        given.payout_method(bob)
        account = Payee.objects.get().account
        dashboard.charge(5_000, "EUR", at=NOON + SOON)
        dashboard.refund(charge.payment_id, 700, at=NOON + SOON)
        dashboard.transfer(account, 300, "EUR", at=NOON + SOON)
        given.settle(at=NOON + 2 * SOON)

    def test_charge_refund_and_transfer_are_found(self, strays: None) -> None:
        compare()

        assert open_differences() == [
            ("not_in_books", "-3.00"),  # left our balance
            ("not_in_books", "-7.00"),
            ("not_in_books", "3.00"),  # and lies at the payee's
            ("not_in_books", "48.25"),  # 50.00 less 1.75
        ]
        assert_every_law_holds()

    def test_they_are_found_once_and_stay_with_their_age(self, strays: None) -> None:
        compare()

        assert compare(NOON + 3 * DAY).found == 0
        assert len(open_differences()) == 4
        said, code = printed(at=NOON + 3 * DAY)
        assert code == 1
        assert "4 open" in said
        assert "open for 2 days" in said

    def test_a_person_says_what_it_was(self, strays: None, finn: User, alice: User) -> None:
        compare()
        first, second = ReconciliationDifference.objects.open_ones()[:2]

        with pytest.raises(NotYours):
            differences.explain(first.pk, reason="It was me, myself.", by=alice, at=TOMORROW)
        differences.explain(first.pk, reason="A test of the terminal.", by=finn, at=TOMORROW)
        differences.resolve(second.pk, reason="Sent back at the provider.", by=finn, at=TOMORROW)
        with pytest.raises(WrongState):
            differences.resolve(first.pk, reason="Once more, please.", by=finn, at=TOMORROW)

        assert compare(NOON + 2 * DAY, everything=True).found == 0
        assert len(open_differences()) == 2
        change = first.changes.get()
        assert (change.became, change.by, change.note) == (
            "explained",
            finn,
            "A test of the terminal.",
        )

    def test_the_desk_decides_with_a_reason(self, strays: None, finn: User) -> None:
        compare()
        with_second_factor(finn)
        difference = ReconciliationDifference.objects.open_ones()[0]
        url = reverse("admin:payments_reconciliationdifference_changelist")
        with clock.pinned(NOON + 3 * DAY):
            desk = session_of(finn)
            assert "2 days" in desk.get(url).content.decode()

            desk.post(url, asked("explain", difference, reason="A test.", decided="1"))

        difference.refresh_from_db()
        assert difference.state == "open"  # in a sentence, please
        with clock.pinned(NOON + 3 * DAY):
            desk.post(
                url,
                asked("explain", difference, reason="A test of the terminal.", decided="1"),
            )
        difference.refresh_from_db()
        assert difference.state == "explained"
