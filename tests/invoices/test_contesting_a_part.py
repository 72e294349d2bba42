"""Some hours of a week are decided apart: their own invoice, their own money, nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.kernel.money import zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import FeeCreditNote, Invoice, TimeEntry, Week
from invoices.services import contesting, contesting_parts, invoicing, week_billing
from ledger.models import Entry
from payments.models import Escrow, Lot, Refund
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.invoices._race import race
from tests.invoices.books import broken_laws

pytestmark = pytest.mark.django_db
STAFF = SYSTEM("the mediator decided")
MONDAY = NOON - timedelta(hours=3)
LOCKED = NOON + days(7)
PAID = LOCKED + timedelta(hours=3)
FRIDAY = LOCKED + days(5)


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    return billed(alice, bob)


def billed(alice: User, bob: User) -> Invoice:
    """Two mornings of four hours, written by hand and charged: 400, and our fees."""
    given_payments.payment_method(alice, at=MONDAY - days(1))
    contract = given.hourly_contract(client=alice, freelancer=bob, at=MONDAY - days(1))
    for day in (0, 1):
        given.wrote(contract, by=bob, start=MONDAY + days(day), minutes=240)
    with clock.pinned(LOCKED):
        week_billing.bill_weeks(at=LOCKED)
    given_payments.settle(at=PAID)
    invoice = Invoice.objects.select_related("escrow").get()
    assert invoice.escrow
    assert invoice.escrow.state == "held"
    return invoice


def first_morning() -> list[str]:
    return [TimeEntry.objects.order_by("pk").values_list("ref", flat=True)[0]]


def contest(invoice: Invoice, by: User) -> Invoice:
    return contesting_parts.contest_part(invoice.pk, hours=first_morning(), by=by, at=PAID)


def test_the_part_has_its_hours_and_its_money(invoice: Invoice, alice: User) -> None:
    contested = contest(invoice, alice)

    rest = Invoice.objects.exclude(pk=invoice.pk).get()
    assert (contested.pk, contested.state, contested.gross) == (
        invoice.pk,
        "contested",
        EUR("200.00"),
    )
    assert (rest.state, rest.gross) == ("submitted", EUR("200.00"))
    assert contested.answer_by == rest.answer_by == invoice.answer_by
    assert {it.remaining for it in Escrow.objects.all()} == {EUR("200.00")}
    assert broken_laws() == []


def test_resumed_it_waits_as_before(invoice: Invoice, alice: User) -> None:
    contest(invoice, alice)

    resumed = contesting.resume(invoice.pk, by=STAFF, at=PAID + days(1))

    assert invoice.answer_by
    assert resumed.state == "submitted"
    assert resumed.answer_by == invoice.answer_by + days(1)


def test_the_rest_goes_on_and_the_part_is_decided(invoice: Invoice, alice: User) -> None:
    part = contest(invoice, alice)
    rest = Invoice.objects.exclude(pk=part.pk).get()

    invoicing.approve(rest.pk, by=alice, at=PAID + days(1))
    assert Week.objects.get().state == "locked"
    contesting.decide(part.pk, gross_to_freelancer=EUR("50.00"), by=STAFF, at=PAID + days(9))

    assert sum((lot.gross for lot in Lot.objects.all()), zero("EUR")) == EUR("250.00")
    assert Refund.objects.get().amount == EUR("150.00") + FeeCreditNote.objects.get().gross
    assert {it.state for it in Escrow.objects.all()} == {"released", "split"}
    assert Week.objects.get().state == "closed"
    given.jobs_done(at=PAID + days(9))
    assert broken_laws() == []


def test_silence_approves_the_rest_only(invoice: Invoice, alice: User) -> None:
    contest(invoice, alice)

    assert len(invoicing.approve_unanswered(at=FRIDAY)) == 1
    assert {it.state for it in Invoice.objects.all()} == {"paid", "contested"}
    assert broken_laws() == []


def test_a_whole_is_no_part(invoice: Invoice, alice: User) -> None:
    for chosen in (list(TimeEntry.objects.values_list("ref", flat=True)), []):
        with pytest.raises(NotAllowed, match="Choose some"):
            contesting_parts.contest_part(invoice.pk, hours=chosen, by=alice, at=PAID)

    assert Invoice.objects.count() == 1
    assert Invoice.objects.get().state == "submitted"


def test_a_milestone_has_no_parts(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)

    with pytest.raises(NotAllowed, match="has no parts"):
        contesting_parts.contest_part(invoice.pk, hours=["x"], by=alice, at=NOON + days(1))


def test_a_stranger_contests_nothing(invoice: Invoice, charlie: User) -> None:
    with pytest.raises(NotYours):
        contest(invoice, charlie)

    assert not Entry.objects.filter(kind="divide_escrow").exists()


@pytest.mark.django_db(transaction=True)
def test_sixteen_divisions_divide_once() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    bob = given.person("bob", kind="freelancer", country="NO", city="Oslo", postal_code="0181")
    invoice = billed(alice, bob)

    ended = race([lambda: contest(invoice, alice)] * 16)

    assert ended.count("done") == 1
    assert Escrow.objects.count() == Invoice.objects.count() == 2
    assert broken_laws() == []
