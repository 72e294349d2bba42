"""Sixteen at once, each beside a control without the lock, which has to go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import transaction

from billing_site.kernel.invariants import laws
from billing_site.kernel.money import Money
from billing_site.kernel.transitions import WrongState
from billing_site.people.models import NumberPattern, User
from billing_site.people.services import numbering
from invoices.models import FeeInvoice, Invoice, Milestone, RefundRequest
from invoices.services import invoicing, issuing, refund_requests, refund_silence, silence
from invoices.services.numbering import take_number
from ledger.queries.balances import balance
from payments.models import Escrow, Refund
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import race, rounds
from tests.outrunning import outrun

THREADS = 16
pytestmark = pytest.mark.django_db(transaction=True)


def people() -> tuple[User, User]:
    alice = given.person("alice", country="AT")
    return alice, given.person("bob", kind="freelancer", country="NO")


def pending(user: User) -> Money:
    return balance(f"freelancer:{given.organization(user).pk}:pending", "EUR")


def broken_laws() -> list[str]:
    return [law.sentence for law in laws() if law.name.startswith("invoices.") and law.check()]


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


def test_sixteen_approvals_of_one_issuer_are_numbered_without_a_gap() -> None:
    alice, bob = people()
    invoices = [
        given.submitted_invoice(client=alice, freelancer=bob, price=EUR("10.00"))
        for _ in range(THREADS)
    ]
    deeds = [partial(invoicing.approve, each.pk, by=alice, at=NOON + days(1)) for each in invoices]

    assert race(deeds) == ["done"] * THREADS
    numbers = Invoice.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"BOB-2026-{place:06d}" for place in range(1, THREADS + 1)]

    fees = list(FeeInvoice.objects.values_list("pk", flat=True))
    race([partial(issuing.number_fee_invoice, pk) for pk in fees[:THREADS]] * 2)
    given_out = FeeInvoice.objects.exclude(number=None).order_by("number")
    in_order = given_out.values_list("number", flat=True)
    assert list(in_order) == [f"CSN-2026-{place:06d}" for place in range(1, THREADS + 1)]
    assert broken_laws() == []


def test_sixteen_documents_of_two_kinds_at_once_stand_in_two_series() -> None:
    _, bob = people()
    issuer = given.organization(bob)
    taken = []

    @transaction.atomic
    def issue(kind: NumberPattern.Kind) -> None:
        taken.append(take_number(kind, issuer=issuer, on=NOON.date()).text)

    kinds = list(NumberPattern.Kind) * (THREADS // 2)
    assert race([partial(issue, kind) for kind in kinds]) == ["done"] * THREADS
    assert sorted(taken) == [
        *(f"BOB-2026-{place:06d}" for place in range(1, THREADS // 2 + 1)),
        *(f"BOB-CN-2026-{place:06d}" for place in range(1, THREADS // 2 + 1)),
    ]


def test_numbers_taken_while_the_pattern_changes_are_all_different() -> None:
    _, bob = people()
    issuer = given.organization(bob)
    taken = []

    @transaction.atomic
    def issue() -> None:
        taken.append(take_number(NumberPattern.Kind.INVOICE, issuer=issuer, on=NOON.date()))

    change = partial(
        numbering.arrange,
        issuer.pk,
        NumberPattern.Kind.INVOICE,
        pattern="{code}-{year}-{number:06}",
        restarts=False,
        by=bob,
        at=NOON,
    )
    assert race([issue] * (THREADS - 1) + [change]) == ["done"] * THREADS
    written = sorted(number.text for number in taken)
    assert written == [f"BOB-2026-{place:06d}" for place in range(1, THREADS)]


@contextmanager
def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same services on rows that nobody holds, all read before anybody writes."""
    everybody = Barrier(THREADS)

    def read_only(model: type[Invoice | Milestone]) -> Callable[..., object]:
        def look(_self: object, pk: int) -> object:
            found = model.objects.select_related(
                *(("contract", "milestone", "issuer", "recipient") if model is Invoice else ())
            ).get(pk=pk)
            if model is Invoice:
                with suppress(BrokenBarrierError):
                    everybody.wait(timeout=10)
            return found

        return look

    with monkeypatch.context() as patch:
        from invoices.models import Contract

        patch.setattr(type(Invoice.objects.all()), "lock", read_only(Invoice))
        patch.setattr(type(Milestone.objects.all()), "lock", read_only(Milestone))
        patch.setattr(
            type(Contract.objects.all()),
            "lock",
            lambda _self, pk: Contract.objects.select_related("client", "freelancer").get(pk=pk),
        )
        yield


def test_the_control_without_the_lock_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Returned sixteen times, because everybody looked before anybody wrote."""
    alice, bob = people()
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    return_ = partial(invoicing.return_, invoice.pk, reason="Darker.", by=alice, at=NOON + days(1))
    with without_the_lock(monkeypatch):
        outcomes = race([return_] * THREADS)

    assert outcomes.count("done") > 1
    assert Invoice.objects.get().changes.filter(step="return_").count() > 1


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
