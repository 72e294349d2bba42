"""An invoice in dispute: it stands still, then it resumes, or its sum is decided, once."""

from __future__ import annotations

import pytest
from django.db import transaction

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from invoices.models import Invoice, RefundRequest
from invoices.services import contesting, invoicing, refund_requests
from payments.models import Freeze, Lot
from payments.services import freezing
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.books import broken_laws
from tests.invoices.contested import STAFF, decide

pytestmark = pytest.mark.django_db


class TestContesting:
    def test_nobody_approves_or_returns_it(self, contested: Invoice, alice: User) -> None:
        for step in (
            lambda: invoicing.approve(contested.pk, by=alice, at=NOON + days(2)),
            lambda: invoicing.return_(contested.pk, reason="x", by=alice, at=NOON + days(2)),
        ):
            with pytest.raises(WrongState, match="it is in dispute"):
                step()

        assert invoicing.approve_unanswered(at=NOON + days(90)) == []
        assert not Lot.objects.exists()

    def test_either_side_may_and_nobody_else(
        self, invoice: Invoice, bob: User, charlie: User
    ) -> None:
        with pytest.raises(NotYours):
            contesting.contest(invoice.pk, by=charlie, at=NOON)

        assert contesting.contest(invoice.pk, by=bob, at=NOON).state == "contested"

    def test_silence_that_has_decided_is_not_taken_back(
        self, invoice: Invoice, alice: User
    ) -> None:
        with pytest.raises(WrongState, match="The time to answer ended"):
            contesting.contest(invoice.pk, by=alice, at=NOON + days(14))

    def test_what_nothing_is_held_for_is_not_contested(self, alice: User, bob: User) -> None:
        owed = given.owed_invoice(client=alice, freelancer=bob)

        with pytest.raises(NotAllowed, match="Nothing is held"):
            contesting.contest(owed.pk, by=alice, at=NOON + days(1))


class TestResuming:
    def test_its_clock_goes_on_where_it_stood(self, contested: Invoice) -> None:
        invoice = contesting.resume(contested.pk, by=STAFF, at=NOON + days(31))

        assert (invoice.state, invoice.answer_by) == ("submitted", NOON + days(44))
        assert (invoice.contested_at, invoice.contested_from) == (None, "")
        assert invoicing.approve_unanswered(at=NOON + days(43)) == []
        assert len(invoicing.approve_unanswered(at=NOON + days(44))) == 1
        assert broken_laws() == []

    def test_frozen_and_contested_days_count_once(self, contested: Invoice) -> None:
        assert contested.escrow_id
        cause = Freeze.Cause.DISPUTE
        freezing.freeze(contested.escrow_id, cause=cause, reason="x", by=STAFF, at=NOON + days(1))
        freezing.unfreeze(contested.escrow_id, cause=cause, by=STAFF, at=NOON + days(11))

        invoice = contesting.resume(contested.pk, by=STAFF, at=NOON + days(11))

        assert invoice.answer_by == NOON + days(24)

    def test_what_was_returned_is_returned_again(self, alice: User, bob: User) -> None:
        returned = given.returned_invoice(client=alice, freelancer=bob)
        contesting.contest(returned.pk, by=bob, at=NOON + days(1))

        assert contesting.resume(returned.pk, by=STAFF, at=NOON + days(2)).state == "returned"

    def test_what_is_not_contested_does_not_resume(self, invoice: Invoice) -> None:
        with pytest.raises(WrongState):
            contesting.resume(invoice.pk, by=STAFF, at=NOON)


class TestWithoutAnInvoice:
    def test_one_is_made_over_all_of_it(self, alice: User, bob: User) -> None:
        milestone = given.funded_milestone(client=alice, freelancer=bob)
        assert milestone.escrow_id

        invoice = contesting.contest_escrow(milestone.escrow_id, by=alice, at=NOON + days(1))

        assert (invoice.state, invoice.gross) == ("contested", EUR("1000.00"))
        assert invoice.is_of_dispute
        decide(invoice, EUR("250.00"))
        assert Lot.objects.get().gross == EUR("250.00")
        assert broken_laws() == []

    def test_resumed_it_is_the_freelancers_to_deliver(self, alice: User, bob: User) -> None:
        milestone = given.funded_milestone(client=alice, freelancer=bob)
        assert milestone.escrow_id
        invoice = contesting.contest_escrow(milestone.escrow_id, by=alice, at=NOON + days(1))

        resumed = contesting.resume(invoice.pk, by=STAFF, at=NOON + days(2))

        assert resumed.state == "returned"
        invoicing.deliver(milestone.pk, message="Here.", by=bob, at=NOON + days(3))
        assert not Invoice.objects.get().is_of_dispute
        invoicing.approve(invoice.pk, by=alice, at=NOON + days(4))
        assert broken_laws() == []

    def test_the_one_on_it_is_contested(self, invoice: Invoice, bob: User) -> None:
        assert invoice.escrow_id
        contesting.contest_escrow(invoice.escrow_id, by=bob, at=NOON + days(1))

        assert Invoice.objects.get().state == "contested"
        assert not Invoice.objects.get().is_of_dispute

    def test_a_strangers_word_makes_none(self, alice: User, bob: User, charlie: User) -> None:
        milestone = given.funded_milestone(client=alice, freelancer=bob)
        assert milestone.escrow_id

        with pytest.raises(NotYours), transaction.atomic():
            contesting.contest_escrow(milestone.escrow_id, by=charlie, at=NOON)

        assert not Invoice.objects.exists()

    def test_what_was_asked_back_is_in_dispute_with_it(self, alice: User, bob: User) -> None:
        request = given.refund_request(client=alice, freelancer=bob)
        refund_requests.refuse(request.pk, reason="No.", by=bob, at=NOON + days(1))
        assert request.milestone
        assert request.milestone.escrow_id

        invoice = contesting.contest_escrow(
            request.milestone.escrow_id, by=alice, at=NOON + days(2)
        )

        assert RefundRequest.objects.get().state == "disputed"
        decide(invoice, EUR("500.00"))
        assert RefundRequest.objects.get().state == "closed"
        assert broken_laws() == []
