"""A client's bank asks only, takes a debit back, hears our answer; and is heard twice."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from ledger.queries.journal import journal
from payments.gateways.base import DisputeState, Evidence, InvalidRequest, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxDispute, SandboxPayment
from payments.models import Chargeback, Escrow, Freeze, OpenItem
from payments.services import chargebacks, escrow
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held, pending
from tests.payments.given_chargebacks import decided, taken

pytestmark = pytest.mark.django_db
WHOLE = EUR("1059.50")
LATER = NOON + 20 * DAY


class TestOtherWays:
    @pytest.mark.scenario(38)
    def test_scenario_38_an_inquiry_keeps_nothing_until_it_escalates(
        self, held_escrow: Escrow
    ) -> None:
        case = taken(held_escrow, inquiry=True)
        assert (case.state, case.taken_at) == ("inquiry", None)
        assert not Freeze.objects.open().exists()

        given.settle(at=NOON + 9 * DAY)

        case.refresh_from_db()
        assert (case.state, held(f"chargeback:{case.ref}")) == ("opened", -WHOLE)
        assert Freeze.objects.open().exists()
        given.settle(at=NOON + 17 * DAY)
        case.refresh_from_db()
        assert case.state == "lost", "Nobody answered."
        assert_every_law_holds()

    @pytest.mark.scenario(38)
    def test_scenario_38_an_inquiry_is_closed_and_an_unknown_word_changes_nothing(
        self, held_escrow: Escrow
    ) -> None:
        case = taken(held_escrow, inquiry=True)
        row = SandboxDispute.objects.get(pk=case.dispute_id)
        for status, state in (("pondering", "inquiry"), ("prevented", "closed")):
            row.status = status
            row.save()
            found = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
            assert isinstance(found, DisputeState)
            chargebacks.follow(case.charge_id, found, at=NOON + 2 * DAY)
            case.refresh_from_db()
            assert (case.state, case.said) == (state, status)
        assert "chargeback" not in journal()

    @pytest.mark.scenario(41)
    @pytest.mark.parametrize("closed_first", [True, False])
    def test_scenario_41_a_debit_that_is_taken_back_is_lost_at_once(
        self, held_escrow: Escrow, bob: User, closed_first: bool
    ) -> None:
        escrow.release(held_escrow.pk, document="INV1", at=NOON + DAY)
        payment = SandboxPayment.objects.get()
        disputing.take_back_debit(payment, at=NOON + 2 * DAY, closed_first=closed_first)
        given.settle(at=NOON + 2 * DAY + SOON)

        case, item = Chargeback.objects.get(), OpenItem.objects.get()
        assert (case.state, case.parts.get().kind) == ("lost", "owed")
        assert (item.is_advanced, item.owed) == (True, WHOLE)
        assert pending(bob) == EUR("881.00"), "The freelancer keeps it."
        assert held(f"client:{case.charge.client_id}:receivable") == -WHOLE
        assert_every_law_holds()

    @pytest.mark.scenario(39)
    def test_scenario_39_the_sandbox_hears_one_answer_in_time(self, held_escrow: Escrow) -> None:
        case = taken(held_escrow)
        gateway = SandboxGateway()
        with clock.pinned(NOON + 2 * DAY):
            shown = Evidence({"service_date": "2026-03-02"})
            gateway.submit_evidence(case.dispute_id, shown, submit=True, key="k1")
            with pytest.raises(InvalidRequest, match="once"):
                gateway.submit_evidence(case.dispute_id, shown, submit=True, key="k2")
        given.settle(at=NOON + 6 * DAY)

        case.refresh_from_db()
        assert case.state == "won"

    def test_learning_of_it_again_changes_nothing(self, held_escrow: Escrow) -> None:
        case = decided(taken(held_escrow), won=False, at=NOON + 3 * DAY)
        before = journal()
        state = SandboxGateway().fetch(Kind.DISPUTE, case.dispute_id)
        assert isinstance(state, DisputeState)

        for _ in range(2):
            chargebacks.follow(case.charge_id, state, at=LATER)

        assert journal() == before
        assert case.changes.count() == 2
