"""Some hours of a week are approved, the others go back: two invoices, two escrows, one payment."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Invoice, PartEntry, TimeEntry
from invoices.services import invoicing, part_dividing
from ledger.models import Entry
from payments.models import Escrow, Lot, Refund
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_world import books, live
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2026, 3, 10, 12, tzinfo=UTC)  # the day after the week was billed
THREADS = 16


def billed(alice: User, bob: User) -> Invoice:
    """Four hours at 50 in three entries, paid: 100 minutes, 80 minutes, an hour."""
    given_payments.payment_method(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    for day, minutes in ((1, 100), (1.5, 80), (2, 60)):
        given.wrote(contract, by=bob, start=NOON + days(day), minutes=minutes)
    live(NOON, TUESDAY)
    return Invoice.objects.get()


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    return billed(alice, bob)


def refs() -> list[str]:
    return list(TimeEntry.objects.order_by("pk").values_list("ref", flat=True))


def last_hour() -> list[str]:
    return refs()[-1:]


def approve_part(invoice: Invoice, by: User, **facts: object) -> Invoice:
    usual: dict[str, object] = {"returned": last_hour(), "reason": "Which call?", "at": TUESDAY}
    return part_dividing.approve_part(invoice.pk, by=by, **usual | facts)  # type: ignore[arg-type]


def test_what_is_agreed_is_paid_and_the_rest_waits(
    invoice: Invoice, alice: User, bob: User
) -> None:
    part = approve_part(invoice, alice)

    invoice.refresh_from_db()
    assert (part.state, part.gross, part.part) == ("paid", EUR("150.00"), 2)
    assert [line.description for line in part.lines.all()] == ["3 h at 50.00 an hour"]
    assert (invoice.state, invoice.gross) == ("returned", EUR("50.00"))
    assert [line.description for line in invoice.lines.all()] == ["1 h at 50.00 an hour"]
    assert Lot.objects.get().amount == EUR("135.00")
    whole, own = Escrow.objects.order_by("pk")
    assert (whole.state, whole.remaining, whole.divided) == ("held", EUR("50.00"), EUR("150.00"))
    assert (own.state, own.divided_from, own.hold_deadline) == (
        "released",
        whole,
        whole.hold_deadline,
    )
    assert_every_law_holds()


def test_the_journal_of_it(invoice: Invoice, alice: User, bob: User) -> None:
    part = approve_part(invoice, alice)

    told = books(bob=given.organization(bob), week=invoice.escrow, part=part.escrow)
    assert told.endswith(JOURNAL)


JOURNAL = """\
2026-03-10  Escrow divided
  escrow:week                                 150.00 EUR
  deferred:client_fee:week                      7.50 EUR
      escrow:part                                           150.00 EUR
      deferred:client_fee:part                                7.50 EUR

2026-03-10  Escrow released
  escrow:part                                 150.00 EUR
  deferred:client_fee:part                      7.50 EUR
      freelancer:bob:pending                                135.00 EUR
      income:freelancer_fee                                  15.00 EUR
      income:client_fee                                       7.50 EUR"""


def test_the_rest_is_handed_in_again_and_approved_by_silence(
    invoice: Invoice, alice: User, bob: User
) -> None:
    approve_part(invoice, alice)
    invoicing.submit(invoice.pk, message="The call of Tuesday.", by=bob, at=TUESDAY + days(1))

    live(TUESDAY, TUESDAY + days(7))

    assert set(Invoice.objects.values_list("state", flat=True)) == {"paid"}
    assert sum(lot.amount.amount for lot in Lot.objects.all()) == 180
    assert invoice.week
    invoice.week.refresh_from_db()
    assert invoice.week.state == "closed"
    assert_every_law_holds()


def test_the_rest_is_withdrawn_and_goes_back_with_its_fee(
    invoice: Invoice, alice: User, bob: User
) -> None:
    approve_part(invoice, alice)
    invoicing.withdraw(invoice.pk, by=bob, at=TUESDAY + days(1))

    assert Refund.objects.get().amount == EUR("53.00")  # 50, 5 % for us and 20 % VAT on it
    live(TUESDAY, TUESDAY + days(5))
    assert_every_law_holds()


def test_the_rest_is_divided_once_more(invoice: Invoice, alice: User, bob: User) -> None:
    approve_part(invoice, alice, returned=refs()[1:])
    invoicing.submit(invoice.pk, message="Both calls.", by=bob, at=TUESDAY + days(1))

    third = approve_part(invoice, alice, returned=refs()[2:], at=TUESDAY + days(2))

    assert (third.part, third.gross) == (3, EUR("66.67"))
    assert sum(each.gross.amount for each in Invoice.objects.all()) == 200
    assert_every_law_holds()


def test_the_same_form_twice_divides_once(invoice: Invoice, alice: User) -> None:
    op_id = uuid4()
    parts = [approve_part(invoice, alice, op_id=op_id) for _ in "ab"]

    assert parts[0] == parts[1]
    assert Entry.objects.filter(kind="divide_escrow").count() == 1
    assert Lot.objects.count() == 1
    assert_every_law_holds()


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"returned": []}, NotAllowed),
        ({"reason": " "}, NotAllowed),
        ({"seen": EUR("149.00")}, WrongState),
        ({"at": TUESDAY + days(9)}, WrongState),
    ],
)
def test_it_is_refused(
    invoice: Invoice, alice: User, facts: dict[str, object], refusal: type[NotAllowed]
) -> None:
    with pytest.raises(refusal):
        approve_part(invoice, alice, **facts)
    assert Invoice.objects.count() == 1


def test_it_is_for_the_client_alone(invoice: Invoice, bob: User) -> None:
    with pytest.raises(NotYours):
        approve_part(invoice, bob)


def test_what_is_not_paid_yet_is_not_divided(alice: User, bob: User) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob)
    for day in (1, 2):
        given.wrote(contract, by=bob, start=NOON + days(day), minutes=60)
    live(NOON, TUESDAY)

    with pytest.raises(WrongState, match="waiting for the payment"):
        approve_part(Invoice.objects.get(), alice)


def test_what_a_part_bills_stays(invoice: Invoice, alice: User) -> None:
    approve_part(invoice, alice)
    for statement in (
        "DELETE FROM invoices_partentry",
        "UPDATE invoices_partentry SET entry_id = entry_id + 1",
    ):
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            connection.cursor().execute(statement)
    assert PartEntry.objects.count() == 2


def test_the_page_from_the_tick_to_the_money(invoice: Invoice, alice: User) -> None:
    browser, page = session_of(alice), reverse("invoice-part", args=[invoice.ref])
    with clock.pinned(TUESDAY):
        assert page in browser.get(invoice.get_absolute_url()).content.decode()
        assert browser.get(page).status_code == 200
        ticked = f"{page}?returned={last_hour()[0]}"
        shown = browser.get(ticked)
        assert "€150.00" in shown.content.decode()
        form = {name: str(shown.context["form"][name].value() or "") for name in SENT}
        refused = browser.post(ticked, form)
        assert refused.status_code == 422
        done = browser.post(ticked, form | {"reason": "Which call?"})
    part = Invoice.objects.get(part=2)
    assert (done.status_code, done["Location"]) == (302, part.get_absolute_url())
    assert part.state == "paid"
    with clock.pinned(TUESDAY):
        for each in (invoice, part):
            assert browser.get(each.get_absolute_url()).status_code == 200
            assert browser.get(reverse("invoice-trail", args=[each.ref])).status_code == 200


SENT = ("op_id", "seen_approved", "seen_returned")


@pytest.mark.django_db(transaction=True)
def test_sixteen_parts_at_once_are_one() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    bob = given.person("bob", kind="freelancer", country="NO")
    invoice = billed(alice, bob)
    deeds = [
        partial(approve_part, invoice, alice, returned=[ref])
        for ref in (refs() * THREADS)[:THREADS]
    ]

    assert race(deeds) == ["WrongState"] * (THREADS - 1) + ["done"]

    assert Entry.objects.filter(kind="divide_escrow").count() == 1
    assert Lot.objects.count() == 1
    assert sum(each.gross.amount for each in Invoice.objects.all()) == 200
    assert_every_law_holds()
