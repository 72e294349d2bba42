"""While money is frozen nobody's time to answer runs, and approving is refused in words."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from invoices.models import Contract, Invoice, Milestone, RefundRequest
from invoices.services import (
    clocks,
    contesting,
    ending,
    hold_deadlines,
    invoicing,
    refund_requests,
    refund_silence,
    reminding,
)
from payments.models import Freeze, Refund
from payments.services import freezing
from tests import given
from tests.factories.people import UserFactory
from tests.given import NOON, days
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
BANK = SYSTEM("the client's bank asks for it back")


def freeze(escrow_id: int | None, *, at: datetime) -> None:
    assert escrow_id
    freezing.freeze(escrow_id, cause=Freeze.Cause.CHARGEBACK, reason="Bank", by=BANK, at=at)


def unfreeze(escrow_id: int | None, *, at: datetime) -> None:
    assert escrow_id
    freezing.unfreeze(escrow_id, cause=Freeze.Cause.CHARGEBACK, by=BANK, at=at)


def test_approval_is_refused_in_words(invoice: Invoice, alice: User) -> None:
    freeze(invoice.escrow_id, at=NOON)

    with pytest.raises(NotAllowed, match="stays where it is: the client's bank wants it back"):
        invoicing.approve(invoice.pk, by=alice, at=NOON + days(1))

    assert Invoice.objects.get().state == "submitted"
    assert Invoice.objects.get().number is None


def test_silence_waits_and_gives_the_days_back(invoice: Invoice) -> None:
    assert invoice.escrow_id
    freeze(invoice.escrow_id, at=NOON + days(3))
    assert invoicing.approve_unanswered(at=NOON + days(15)) == []
    assert reminding.remind(at=NOON + days(13)) == []

    unfreeze(invoice.escrow_id, at=NOON + days(23))
    for _ in range(2):
        clocks.go_on(invoice.escrow_id, at=NOON + days(23))

    assert Invoice.objects.get().answer_by == NOON + days(34)
    assert invoicing.approve_unanswered(at=NOON + days(33)) == []
    assert len(invoicing.approve_unanswered(at=NOON + days(35))) == 1
    assert Invoice.objects.get().approved_at == NOON + days(34)


def test_the_sweep_gives_back_what_nobody_gave_back(invoice: Invoice) -> None:
    freeze(invoice.escrow_id, at=NOON + days(3))
    unfreeze(invoice.escrow_id, at=NOON + days(5))

    assert invoicing.approve_unanswered(at=NOON + days(14)) == []
    assert len(invoicing.approve_unanswered(at=NOON + days(16))) == 1
    assert Invoice.objects.get().approved_at == NOON + days(16)


def test_what_came_after_the_time_was_over_gives_nothing_back(invoice: Invoice) -> None:
    freeze(invoice.escrow_id, at=NOON + days(15))
    unfreeze(invoice.escrow_id, at=NOON + days(20))

    assert len(invoicing.approve_unanswered(at=NOON + days(21))) == 1
    assert Invoice.objects.get().approved_at == NOON + days(14)


def test_a_second_freeze_moves_it_again(invoice: Invoice) -> None:
    assert invoice.escrow_id
    for began, ended in [(1, 3), (4, 5)]:
        freeze(invoice.escrow_id, at=NOON + days(began))
        unfreeze(invoice.escrow_id, at=NOON + days(ended))
        clocks.go_on(invoice.escrow_id, at=NOON + days(ended))

    assert Invoice.objects.get().answer_by == NOON + days(17)


class TestMoneyAskedBack:
    @pytest.fixture
    def request_(self, alice: User, bob: User) -> RefundRequest:
        return given.refund_request(client=alice, freelancer=bob)

    def test_it_is_not_granted_and_its_clock_stands(
        self, request_: RefundRequest, bob: User
    ) -> None:
        assert request_.milestone
        held = request_.milestone.escrow_id
        freeze(held, at=NOON + days(1))
        with pytest.raises(NotAllowed, match="stays where it is"):
            refund_requests.grant(request_.pk, by=bob, at=NOON + days(2))
        assert refund_silence.remind(at=NOON + days(6)) == []
        assert refund_silence.answer_unanswered(at=NOON + days(8)) == []

        unfreeze(held, at=NOON + days(9))
        assert refund_silence.answer_unanswered(at=NOON + days(14)) == []
        assert RefundRequest.objects.get().answer_by == NOON + days(15)
        assert len(refund_silence.answer_unanswered(at=NOON + days(15))) == 1
        assert RefundRequest.objects.get().answered_at == NOON + days(15)

    @pytest.mark.parametrize(
        "moved",
        [
            "answer_by = answer_by + interval '1 day'",
            "answer_by = answer_by - interval '1 day', stood_to = now()",
        ],
    )
    def test_its_time_moves_by_what_a_freeze_took_only(
        self, request_: RefundRequest, moved: str
    ) -> None:
        with (
            pytest.raises(IntegrityError, match="does not change"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE invoices_refundrequest SET {moved}")


def test_frozen_money_is_held_past_its_deadline_and_staff_are_told(alice: User, bob: User) -> None:
    UserFactory.create(roles=["mediator"])
    milestone = given.funded_milestone(client=alice, freelancer=bob)
    freeze(milestone.escrow_id, at=NOON + days(1))

    assert hold_deadlines.return_expired(at=NOON + days(86)) == []

    assert not Refund.objects.exists()
    assert Milestone.objects.get().state == "funded"


def test_a_contract_that_ends_leaves_frozen_money_alone(alice: User, bob: User) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob)
    freeze(milestone.escrow_id, at=NOON)

    ending.end(milestone.contract_id, by=bob, at=NOON + days(1))
    given.jobs_done(at=NOON + days(1))

    assert Contract.objects.get().state == "ending"
    assert Milestone.objects.get().state == "funded"
    assert not Refund.objects.exists()


class TestPages:
    def test_the_invoice_says_why_it_cannot_be_approved(
        self, invoice: Invoice, alice: User, bob: User
    ) -> None:
        freeze(invoice.escrow_id, at=NOON)

        theirs = session_of(alice).get(invoice.get_absolute_url()).content.decode()
        ours = session_of(bob).get(invoice.get_absolute_url()).content.decode()

        for page in (theirs, ours):
            assert "the client&#x27;s bank wants it back" in page
            assert "time to answer does not run" in page
        assert "Approve and release" not in theirs

    def test_an_invoice_in_dispute_is_in_a_list_of_its_own(
        self, invoice: Invoice, alice: User, bob: User
    ) -> None:
        contesting.contest(invoice.pk, by=bob, at=NOON)

        for user in (alice, bob):
            listed = session_of(user).get("/invoices/?tab=contested").content.decode()
            shown = session_of(user).get(invoice.get_absolute_url()).content.decode()
            assert invoice.get_absolute_url() in listed
            assert "is in dispute: nothing is paid" in shown

    def test_a_disputed_request_says_so(self, alice: User, bob: User) -> None:
        request = given.refund_request(client=alice, freelancer=bob)
        assert request.milestone
        assert request.milestone.escrow_id
        contesting.contest_escrow(request.milestone.escrow_id, by=alice, at=NOON + days(1))

        page = session_of(bob).get(request.get_absolute_url()).content.decode()

        assert "The money stays held until the dispute says" in page
