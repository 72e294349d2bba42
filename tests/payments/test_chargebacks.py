"""A client's bank wants a payment back: while it is held, after release, after the payout."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from ledger.queries.balances import spendable
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxDispute
from payments.models import Charge, Escrow, Freeze, Lot
from payments.services import chargebacks, credit, earnings, escrow
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held, pending
from tests.payments.given_chargebacks import decided, taken

pytestmark = pytest.mark.django_db
WHOLE = EUR("1059.50")
LATER = NOON + 20 * DAY


def owed_back(bob: User) -> object:
    return held(f"freelancer:{given.organization(bob).pk}:debt")


class TestWhileItIsHeld:
    @pytest.mark.scenario(15)
    def test_scenario_15_a_chargeback_that_is_won_ends_its_freeze(
        self, held_escrow: Escrow
    ) -> None:
        case = taken(held_escrow)
        assert (case.state, case.cost) == ("opened", EUR("15.00"))
        assert held(f"chargeback:{case.ref}") == -WHOLE
        with pytest.raises(NotAllowed, match="the client's bank wants it back"):
            escrow.release(held_escrow.pk, document="INV1", at=NOON + 2 * DAY)

        case = decided(case, won=True, at=NOON + 3 * DAY)
        escrow.release(held_escrow.pk, document="INV1", at=NOON + 4 * DAY)

        assert (case.state, Charge.objects.get().taken_back) == ("won", EUR("0.00"))
        assert not Freeze.objects.open().exists()
        assert held("provider:clearing") == EUR("0.00")
        assert held(f"chargeback:{case.ref}") == EUR("0.00")
        assert held("cost:chargeback") == EUR("-15.00")
        assert_every_law_holds()

    def test_a_decision_that_no_step_leads_to_is_said_aloud(
        self, held_escrow: Escrow, caplog: pytest.LogCaptureFixture
    ) -> None:
        case = decided(taken(held_escrow), won=True, at=NOON + 3 * DAY)
        row = SandboxDispute.objects.get(pk=case.dispute_id)
        row.status = "lost"
        row.save()
        found = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
        assert isinstance(found, DisputeState)

        chargebacks.follow(case.charge_id, found, at=NOON + 4 * DAY)

        case.refresh_from_db()
        assert case.state == "won"
        assert f"{case} is won here and “lost” at the provider" in caplog.text

    @pytest.mark.scenario(37)
    def test_scenario_37_a_chargeback_before_release_takes_what_is_held(
        self, held_escrow: Escrow
    ) -> None:
        case = decided(taken(held_escrow), won=False, at=NOON + 3 * DAY)

        held_escrow.refresh_from_db()
        assert (case.state, held_escrow.state, held_escrow.lost) == ("lost", "lost", EUR("1000.00"))
        assert [(part.kind, part.amount) for part in case.parts.all()] == [("held", WHOLE)]
        assert (case.cost, held("cost:chargeback")) == (EUR("15.00"), EUR("-15.00"))
        assert held(f"escrow:{held_escrow.ref}") == EUR("0.00")
        assert held("provider:clearing") == EUR("0.00")
        assert not Freeze.objects.open().exists()
        assert_every_law_holds()

    @pytest.mark.scenario(36)
    def test_scenario_36_nothing_is_refunded_while_a_bank_decides(
        self, held_escrow: Escrow, alice: User
    ) -> None:
        taken(held_escrow, amount="100.00")
        by = SYSTEM("it ended")

        with pytest.raises(NotAllowed, match="the client's bank wants it back"):
            escrow.refund(held_escrow.pk, reason="It ended.", by=by, at=NOON + 2 * DAY)
        with pytest.raises(NotAllowed):
            credit.send_back(
                given.organization(alice), amount=EUR("1.00"), by=alice, at=NOON + 2 * DAY
            )
        assert Charge.objects.get().refunded == EUR("0.00")

    @pytest.mark.scenario(40)
    def test_scenario_40_parts_and_two_cases_of_one_payment(self, held_escrow: Escrow) -> None:
        first = taken(held_escrow, amount="333.33")
        second = taken(held_escrow, amount="200.00", at=NOON + 2 * DAY)
        assert Freeze.objects.open().count() == 1

        first = decided(first, won=False, at=NOON + 3 * DAY)
        assert Freeze.objects.open().count() == 1, "The other one still keeps it."
        decided(second, won=False, at=NOON + 4 * DAY)

        held_escrow.refresh_from_db()
        assert held_escrow.state == "held"
        kinds = [part.kind for part in first.parts.order_by("pk")]
        assert kinds[0] == "held"
        assert sum((part.amount for part in first.parts.all()), EUR("0.00")) == EUR("333.33")
        assert held(f"escrow:{held_escrow.ref}") == held_escrow.remaining
        assert_every_law_holds()
        escrow.release(held_escrow.pk, document="INV1", at=NOON + 5 * DAY)
        assert held(f"deferred:client_fee:{held_escrow.ref}") == EUR("0.00")
        assert_every_law_holds()


class TestAfterRelease:
    @pytest.mark.scenario(37)
    def test_scenario_37_its_lot_does_not_mature_and_is_lost(
        self, held_escrow: Escrow, bob: User
    ) -> None:
        escrow.release(held_escrow.pk, document="INV1", at=NOON + DAY)
        case = taken(held_escrow, at=NOON + 2 * DAY)
        earnings.make_available(at=LATER)
        assert (pending(bob), available(bob)) == (EUR("881.00"), EUR("0.00"))

        case = decided(case, won=False, at=LATER)

        part = case.parts.get()
        assert (part.kind, part.from_pending, part.from_debt) == (
            "released",
            EUR("881.00"),
            EUR("0.00"),
        )
        assert (pending(bob), owed_back(bob)) == (EUR("0.00"), EUR("0.00"))
        assert held("income:freelancer_fee") == held("income:client_fee") == EUR("0.00")
        assert held("cost:chargeback") == EUR("-15.00")
        assert_every_law_holds()

    def test_won_after_release_it_matures(self, held_escrow: Escrow, bob: User) -> None:
        escrow.release(held_escrow.pk, document="INV1", at=NOON + DAY)
        case = taken(held_escrow, at=NOON + 2 * DAY)
        decided(case, won=True, at=LATER)

        earnings.make_available(at=LATER + DAY)

        assert available(bob) == EUR("881.00")
        assert Lot.objects.get().kept_for is None
        assert_every_law_holds()

    @pytest.mark.scenario(37)
    def test_scenario_37_after_the_payout_the_rest_is_a_debt(self, alice: User, bob: User) -> None:
        made = given.available_earnings(client=alice, freelancer=bob)
        method = given.payout_method(bob)
        given.requested_payout(bob, method, EUR("581.00"))
        given.settle(at=NOON + 3 * DAY)
        of = made.lot.escrow
        assert of is not None

        case = taken(of, at=NOON + 4 * DAY)
        of_bob = f"freelancer:{given.organization(bob).pk}:available"
        assert spendable(of_bob, "EUR") == EUR("0.00"), "It is set aside meanwhile."
        case = decided(case, won=False, at=NOON + 9 * DAY)

        part = case.parts.get()
        assert (part.from_available, part.from_debt) == (EUR("300.00"), EUR("581.00"))
        assert (available(bob), owed_back(bob)) == (EUR("0.00"), EUR("-581.00"))
        assert held("cost:chargeback") == EUR("-15.00")
        assert_every_law_holds()

    def test_what_is_protected_the_platform_bears(self, held_escrow: Escrow, bob: User) -> None:
        made = escrow.release(held_escrow.pk, document="INV1", at=NOON + DAY)
        case = taken(held_escrow, at=NOON + 2 * DAY)
        row = SandboxDispute.objects.get(pk=case.dispute_id)
        disputing.close(row, won=False, at=LATER)
        state = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
        assert isinstance(state, DisputeState)

        chargebacks.follow(case.charge_id, state, protected={made.lot.pk}, at=LATER)

        assert case.parts.get().kind == "borne"
        assert held("cost:protection") == -WHOLE
        assert pending(bob) == EUR("881.00")
        assert_every_law_holds()

    def test_a_loss_that_is_turned_round_gives_everybody_theirs(
        self, held_escrow: Escrow, bob: User
    ) -> None:
        escrow.release(held_escrow.pk, document="INV1", at=NOON + DAY)
        case = decided(taken(held_escrow, at=NOON + 2 * DAY), won=False, at=LATER)

        case = decided(case, won=True, at=LATER + DAY)

        assert (case.state, pending(bob)) == ("won", EUR("881.00")), "As it had been."
        assert_every_law_holds()
        earnings.make_available(at=LATER + 2 * DAY)
        assert available(bob) == EUR("881.00")
        assert held("provider:clearing") == EUR("0.00")
        assert held("income:client_fee") == EUR("50.00")
        assert_every_law_holds()
