"""What the platform paid in a client's stead is given up at the desk, by two of its people."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter, Notice
from invoices.models import Invoice, WriteOff
from invoices.services import invoicing, writing_off
from ledger.models import Entry
from tests import given
from tests.factories.people import UserFactory
from tests.given import EUR, NOON
from tests.given_world import live
from tests.invoices._race import race
from tests.invoices.advanced import SATURDAY, owes, protected_week
from tests.invoices.books import assert_every_law_holds
from tests.payments.visiting import text_of
from tests.signing_in import session_of, with_second_factor

pytestmark = pytest.mark.django_db

INVOICES, WRITE_OFFS = "admin:invoices_invoice_changelist", "admin:invoices_writeoff_changelist"
WHY = "The client is bankrupt, and its account is closed."


def staff(name: str, *, may_write_off: bool = True) -> User:
    user: User = UserFactory.create(name=name, is_staff=True)
    if may_write_off:
        user.user_permissions.add(Permission.objects.get(codename="change_writeoff"))
    with_second_factor(user)
    return user


@pytest.fixture
def advanced(alice: User, bob: User) -> Invoice:
    protected_week(alice, bob)
    live(NOON, SATURDAY)
    return Invoice.objects.get()


@pytest.fixture(autouse=True)
def _saturday() -> Any:
    with clock.pinned(SATURDAY):
        yield


def decide(desk: Client, where: str, action: str, row: int, reason: str = WHY) -> str:
    facts = {"action": action, ACTION_CHECKBOX_NAME: [row], "decided": "1", "reason": reason}
    return text_of(desk.post(reverse(where), facts, follow=True))


def test_one_asks_and_another_one_confirms(advanced: Invoice, alice: User) -> None:
    finn, mia = staff("Finn"), staff("Mia")
    decide(session_of(finn), INVOICES, "write_off", advanced.pk)

    asked = WriteOff.objects.get()
    assert (asked.asked_by, asked.amount, asked.reason) == (finn, EUR("212.00"), WHY)
    assert not Entry.objects.filter(kind="write_off_receivable").exists()
    assert Notice.objects.filter(user_id=mia.pk, text__contains="Write off").count() == 1
    assert not Letter.objects.filter(key__contains="write_off").exists()

    said = decide(session_of(finn), WRITE_OFFS, "confirm", asked.pk)
    assert WriteOff.objects.get().state == "asked", said
    for _ in range(2):
        decide(session_of(mia), WRITE_OFFS, "confirm", asked.pk)

    asked.refresh_from_db()
    advanced.refresh_from_db()
    assert (asked.state, asked.answered_by, advanced.state) == ("confirmed", mia, "written_off")
    assert Entry.objects.filter(kind="write_off_receivable").count() == 1
    assert owes(alice) == EUR("0.00")
    assert_every_law_holds()


def test_the_second_may_keep_asking(advanced: Invoice, alice: User) -> None:
    decide(session_of(staff("Finn")), INVOICES, "write_off", advanced.pk)
    decide(session_of(staff("Mia")), WRITE_OFFS, "refuse", WriteOff.objects.get().pk)

    assert WriteOff.objects.get().state == "refused"
    assert WriteOff.objects.get().changes.get().note == WHY
    assert owes(alice) == EUR("212.00")


def test_it_wants_a_reason_and_the_right_to_decide(advanced: Invoice) -> None:
    decide(session_of(staff("Finn")), INVOICES, "write_off", advanced.pk, reason="No.")
    said = decide(
        session_of(staff("Otto", may_write_off=False)), INVOICES, "write_off", advanced.pk
    )

    assert "It is not for Otto to write" in said
    assert not WriteOff.objects.exists()


def test_what_is_owed_to_a_freelancer_is_not_ours_to_give_up(alice: User, bob: User) -> None:
    theirs = given.owed_invoice(client=alice, freelancer=bob, at=SATURDAY)
    invoicing.approve(theirs.pk, by=alice, at=SATURDAY)

    said = decide(session_of(staff("Finn")), INVOICES, "write_off", theirs.pk)

    assert "It is not for Finn to write" in said
    assert not WriteOff.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sixteen_of_staff_at_once_write_it_off_once() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    bob = given.person("bob", kind="freelancer", country="NO")
    protected_week(alice, bob)
    live(NOON, SATURDAY)
    finn, invoice = staff("Finn"), Invoice.objects.get()
    asked = writing_off.ask(invoice.pk, reason=WHY, by=finn, at=SATURDAY)
    others = [staff(f"Staff {number}") for number in range(16)]

    outcomes = race(
        [partial(writing_off.confirm, asked.pk, by=each, at=SATURDAY) for each in others]
    )

    assert outcomes == ["WrongState"] * 15 + ["done"]
    assert Entry.objects.filter(kind="write_off_receivable").count() == 1
    assert owes(alice) == EUR("0.00")
    assert_every_law_holds()
