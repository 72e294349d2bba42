"""What will not come is given up by two people, and may be paid all the same."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import Invoice, WriteOff
from invoices.services import dunning, invoicing, owing, writing_off
from ledger.models import Entry
from payments.models import Charge, ChargeAttempt, OpenItem
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_world import live
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
LATER = NOON + days(40)


@pytest.fixture
def owed(alice: User, bob: User) -> Invoice:
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    return invoicing.approve(invoice.pk, by=alice, at=NOON)


@pytest.fixture
def berta(bob: User) -> User:
    """She looks after Bob's money."""
    return given.member(bob, "Berta", role="finance")


def ask(invoice: Invoice, *, by: User) -> WriteOff:
    return writing_off.ask(invoice.pk, reason="They are bankrupt", by=by, at=LATER)


def test_one_asks_and_another_confirms(bob: User, berta: User, owed: Invoice) -> None:
    asked = ask(owed, by=bob)
    assert (asked.amount, Invoice.objects.get().state) == (EUR("1060.00"), "approved")

    writing_off.confirm(asked.pk, by=berta, at=LATER)

    assert Invoice.objects.get().state == Invoice.State.WRITTEN_OFF
    assert OpenItem.objects.get().written_off_at == LATER
    assert not Entry.objects.exists()  # nobody had paid anything out
    assert_every_law_holds()


def test_nobody_confirms_their_own(bob: User, berta: User, owed: Invoice) -> None:
    asked = ask(owed, by=bob)

    with pytest.raises(NotYours):
        writing_off.confirm(asked.pk, by=bob, at=LATER)
    assert Invoice.objects.get().state == Invoice.State.APPROVED


def test_no_row_is_confirmed_by_who_asked(bob: User, berta: User, owed: Invoice) -> None:
    asked = ask(owed, by=bob)
    statement = (
        f"UPDATE invoices_writeoff SET state = 'confirmed', answered_by_id = {bob.pk},"
        f" answered_at = now() WHERE id = {asked.pk}"
    )
    with (
        pytest.raises(IntegrityError, match="a_write_off_takes_two_people"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_strangers_clients_and_viewers_do_not_give_it_up(
    alice: User, bob: User, charlie: User, owed: Invoice
) -> None:
    vera = given.member(bob, "Vera", role="viewer")
    for somebody in [alice, charlie, vera]:
        with pytest.raises(NotYours):
            ask(owed, by=somebody)
    asked = ask(owed, by=bob)
    for somebody in [alice, charlie, vera]:
        with pytest.raises(NotYours):
            writing_off.confirm(asked.pk, by=somebody, at=LATER)
    assert Invoice.objects.get().state == Invoice.State.APPROVED


def test_it_is_asked_once_and_may_be_refused(bob: User, berta: User, owed: Invoice) -> None:
    asked = ask(owed, by=bob)
    with pytest.raises(WrongState, match="has been asked already"):
        ask(owed, by=berta)

    writing_off.refuse(asked.pk, by=berta, at=LATER)

    assert Invoice.objects.get().state == Invoice.State.APPROVED
    assert ask(owed, by=berta).state == WriteOff.State.ASKED


def test_what_is_paid_is_not_written_off(
    alice: User, bob: User, berta: User, owed: Invoice
) -> None:
    asked = ask(owed, by=bob)
    given.pay(owing.pay(owed.pk, by=alice, at=LATER), at=LATER)

    with pytest.raises(WrongState):
        writing_off.confirm(asked.pk, by=berta, at=LATER)
    assert Invoice.objects.get().state == Invoice.State.PAID


def test_a_reason_is_needed(bob: User, owed: Invoice) -> None:
    with pytest.raises(NotAllowed, match="Say why"):
        writing_off.ask(owed.pk, reason=" ", by=bob, at=LATER)


def test_it_may_be_paid_after_all(alice: User, bob: User, berta: User, owed: Invoice) -> None:
    writing_off.confirm(ask(owed, by=bob).pk, by=berta, at=LATER)

    given.pay(owing.pay(owed.pk, by=alice, at=LATER + days(1)), at=LATER + days(1))

    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.paid_at) == (Invoice.State.PAID, LATER + days(1))
    assert_every_law_holds()


def test_no_more_letters_go_out(bob: User, berta: User, owed: Invoice) -> None:
    writing_off.confirm(ask(owed, by=bob).pk, by=berta, at=NOON + days(1))

    assert dunning.remind(at=NOON + days(60)) == []


def test_nothing_charges_it_any_more_but_who_is_there_may_pay(
    alice: User, bob: User, berta: User, owed: Invoice
) -> None:
    given_payments.payment_method(alice, "0341")
    live(NOON, NOON + days(2))
    charge = Charge.objects.get()
    assert charge.collection.next_try_at  # it was refused, and waits for its next round
    asked = writing_off.ask(owed.pk, reason="They are bankrupt", by=bob, at=NOON + days(2))
    writing_off.confirm(asked.pk, by=berta, at=NOON + days(2))
    works = given_payments.payment_method(alice, "4242", at=NOON + days(2))
    tries, letters = ChargeAttempt.objects.count(), Letter.objects.count()

    live(NOON + days(2), NOON + days(60))

    assert Charge.objects.get().state == Charge.State.CANCELLED
    assert (ChargeAttempt.objects.count(), Letter.objects.count()) == (tries, letters)

    owing.pay(owed.pk, by=alice, at=NOON + days(60), saved=works)
    live(NOON + days(60), NOON + days(63))
    assert Invoice.objects.get().state == Invoice.State.PAID
    assert_every_law_holds()


@pytest.mark.django_db(transaction=True)
def test_sixteen_confirmations_at_once_are_one() -> None:
    alice = given.person("alice", country="AT")
    bob = given.person("bob", kind="freelancer", country="NO")
    berta = given.member(bob, "Berta", role="finance")
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    asked = ask(invoicing.approve(invoice.pk, by=alice, at=NOON), by=bob)

    outcomes = race([partial(writing_off.confirm, asked.pk, by=berta, at=LATER)] * 16)

    assert outcomes == ["WrongState"] * 15 + ["done"]
    assert WriteOff.objects.get().changes.count() == 1
    assert_every_law_holds()
