"""Many documents at once are numbered without a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import transaction

from billing_site.people.models import NumberPattern
from billing_site.people.services import numbering
from invoices.models import FeeInvoice, Invoice, Milestone
from invoices.services import invoicing, issuing
from invoices.services.numbering import take_number
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import people, race
from tests.invoices.books import broken_laws

THREADS = 16
pytestmark = pytest.mark.django_db(transaction=True)


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
