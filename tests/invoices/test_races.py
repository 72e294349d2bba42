"""Sixteen at once, each beside a control without the lock, which has to go wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction

from billing_site.kernel.transitions import WrongState
from billing_site.people.models import NumberPattern
from invoices.models import Invoice, RefundRequest
from invoices.services import invoicing, refund_requests, refund_silence, silence
from invoices.services.numbering import take_number
from payments.models import Escrow, Refund
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import people, race, rounds
from tests.invoices.books import broken_laws, pending
from tests.outrunning import outrun

THREADS = 16
pytestmark = pytest.mark.django_db(transaction=True)


def test_sixteen_approvals_at_once_pay_once() -> None:
    alice, bob = people()
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    approve = partial(invoicing.approve, invoice.pk, by=alice, at=NOON + days(1))

    assert race([approve] * THREADS) == ["WrongState"] * (THREADS - 1) + ["done"]
    assert pending(bob) == EUR("900.00")
    assert Invoice.objects.get().changes.filter(step="approve").count() == 1
    assert broken_laws() == []


def test_approvals_and_requests_for_changes_at_once_have_one_outcome() -> None:
    alice, bob = people()
    approver = given.member(alice, "Anna", role="approver")
    for _ in range(3):
        invoice = given.submitted_invoice(client=alice, freelancer=bob)
        before = pending(bob)
        approve = partial(invoicing.approve, invoice.pk, by=alice, at=NOON + days(1))
        return_ = partial(
            invoicing.return_, invoice.pk, reason="Darker.", by=approver, at=NOON + days(1)
        )

        assert race([approve, return_] * (THREADS // 2)) == (
            ["WrongState"] * (THREADS - 1) + ["done"]
        )
        invoice = Invoice.objects.get(pk=invoice.pk)
        paid = EUR("900.00") if invoice.state == Invoice.State.PAID else EUR("0.00")
        assert pending(bob) == before + paid
        assert invoice.changes.filter(step__in=["approve", "return_"]).count() == 1
    assert broken_laws() == []


def test_answers_to_a_request_for_held_money_at_once_have_one_outcome() -> None:
    alice, bob = people()
    request = given.refund_request(client=alice, freelancer=bob)
    at, over = NOON + days(1), NOON + days(7)
    assert request.milestone_id
    deeds: list[Callable[[], object]] = [
        partial(refund_requests.grant, request.pk, by=bob, at=at),
        partial(refund_requests.refuse, request.pk, reason="No.", by=bob, at=at),
        partial(refund_requests.pay_in_full, request.milestone_id, by=alice, at=at),
        partial(refund_silence.answer_unanswered, at=over),
    ]

    for answers in rounds(deeds * (THREADS // 4)):
        state = RefundRequest.objects.get().state
        sums = {"granted": EUR("360.00"), "withdrawn": EUR("900.00"), "refused": EUR("0.00")}
        if state == "refused":  # then the client may still pay in full, and did or did not
            sums["refused"] = pending(bob)
        assert pending(bob) == sums[state]
        assert pending(bob) in {EUR("0.00"), EUR("360.00"), EUR("900.00")}
        # The sweep answers for nobody aloud; each of its four runs is done.
        assert answers.count("done") >= 4
        answered = request.changes.count()
        assert answered == 1
        assert Refund.objects.count() == (state == "granted")
        assert Invoice.objects.filter(state="paid").count() == (pending(bob) > EUR("0.00"))
        assert broken_laws() == []


def test_who_holds_the_money_may_take_a_number_while_somebody_settles() -> None:
    """A bank takes of held money and issues papers: the number of an invoice comes after it."""
    alice, bob = people()
    request = given.refund_request(client=alice, freelancer=bob)
    holds = partial(Escrow.objects.lock, Escrow.objects.get().pk)
    issues = partial(
        take_number, NumberPattern.Kind.INVOICE, issuer=given.organization(bob), on=NOON.date()
    )
    grants = partial(refund_requests.grant, request.pk, by=bob, at=NOON + days(1))

    assert outrun(holds, grants, then=issues) == "done"
    assert pending(bob) == EUR("360.00")


def test_sixteen_sweeps_at_once_grant_once() -> None:
    alice, bob = people()
    given.refund_request(client=alice, freelancer=bob)

    for _ in rounds([partial(refund_silence.answer_unanswered, at=NOON + days(8))] * THREADS):
        assert pending(bob) == EUR("360.00")
        assert Refund.objects.count() == 1
        assert RefundRequest.objects.get().changes.filter(step="lapse").count() == 1
        assert broken_laws() == []


def test_the_same_form_sent_sixteen_times_at_once_is_one_approval() -> None:
    from uuid import uuid4

    alice, bob = people()
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    approve = partial(invoicing.approve, invoice.pk, by=alice, at=NOON + days(1), op_id=uuid4())

    assert race([approve] * THREADS) == ["done"] * THREADS
    assert pending(bob) == EUR("900.00")


def test_a_loser_is_told_who_was_faster() -> None:
    alice, bob = people()
    anna = given.member(alice, "Anna", role="approver")
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    invoicing.approve(invoice.pk, by=anna, at=NOON + days(1))

    with pytest.raises(WrongState, match=r"Anna was faster: BOB-2026-000001 was approved on Tue 3"):
        invoicing.approve(invoice.pk, by=alice, at=NOON + days(1))


def test_the_sweep_and_an_approver_at_once_pay_once() -> None:
    alice, bob = people()
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    deadline = NOON + days(14)
    by_hand = partial(invoicing.approve, invoice.pk, by=alice, at=deadline)
    by_silence = partial(silence.approve_unanswered, at=deadline)

    for _ in rounds([by_hand, by_silence] * (THREADS // 2)):
        assert pending(bob) == EUR("900.00")
        with transaction.atomic():
            assert Invoice.objects.lock(invoice.pk).approved_at == deadline
        assert broken_laws() == []
