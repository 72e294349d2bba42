"""Goodwill: one person up to a limit, two above it; and staff that keeps held money."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Letter
from disputes.models import Goodwill, Offer, Ticket
from disputes.services import goodwill, negotiating, support
from invoices.services import invoicing, keeping
from ledger.models import Entry
from ledger.queries.balances import balance
from payments.models import Freeze
from tests import given
from tests.disputes.conftest import staff
from tests.factories.people import MembershipFactory
from tests.given import EUR, NOON, days
from tests.given_disputes import opened
from tests.given_world import books
from tests.invoices._race import Deed, race, rounds
from tests.invoices.books import assert_every_law_holds
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
WHY = "Our answer took a week, and you waited for your money."
GIVEN = """\
2026-03-02  Goodwill credit
  cost:goodwill                                25.00 EUR
      client:alice:credit                                    25.00 EUR"""


def with_permission(name: str, codename: str = "give_goodwill") -> User:
    user = staff(name)
    user.user_permissions.add(Permission.objects.get(codename=codename))
    return user


def asked_by(user: User) -> Ticket:
    return support.ask(
        subject="Where is it?", text="A week ago.", about="", by=user, at=NOON, op_id=uuid4()
    )


def give(user: User, amount: str, *, by: User, op_id: UUID | None = None) -> Goodwill:
    ticket = Ticket.objects.first() or asked_by(user)
    client = given.organization(user)
    facts: dict[str, Any] = {"client": client, "amount": EUR(amount), "reason": WHY}
    return goodwill.give(ticket.pk, **facts, by=by, at=NOON, op_id=op_id)


def credit_of(user: User) -> Money:
    return balance(f"client:{given.organization(user).pk}:credit", "EUR")


def test_a_small_credit_is_given_at_once_and_once(alice: User) -> None:
    sam, form = with_permission("sam"), uuid4()
    for _ in range(2):
        give(alice, "25.00", by=sam, op_id=form)

    assert credit_of(alice) == EUR("25.00")
    assert books(alice=given.organization(alice)) == GIVEN
    assert Letter.objects.filter(subject="€25.00 of credit for you").count() == 1
    assert AuditEvent.objects.filter(deed="goodwill.asked").count() == 1
    assert_every_law_holds()


def test_above_the_limit_it_takes_two(alice: User) -> None:
    sam, tom = with_permission("sam"), with_permission("tom")
    waiting = give(alice, "50.01", by=sam)
    assert credit_of(alice) == EUR("0.00")
    with pytest.raises(NotYours, match="somebody else confirms"):
        goodwill.confirm(waiting.pk, reason=WHY, by=sam, at=NOON)
    with pytest.raises(NotYours):
        goodwill.confirm(waiting.pk, reason=WHY, by=staff("una"), at=NOON)
    goodwill.confirm(waiting.pk, reason=WHY, by=tom, at=NOON)
    for again in (goodwill.confirm, goodwill.refuse):
        with pytest.raises(WrongState):
            again(waiting.pk, reason=WHY, by=tom, at=NOON)
    assert credit_of(alice) == EUR("50.01")

    refused = give(alice, "80.00", by=sam)
    goodwill.refuse(refused.pk, reason=WHY, by=tom, at=NOON)
    assert credit_of(alice) == EUR("50.01")


def test_many_small_ones_take_two_as_well(alice: User, bob: User) -> None:
    sam, tom = with_permission("sam"), with_permission("tom")
    give(alice, "30.00", by=sam)
    give(alice, "20.00", by=tom)
    waiting = give(alice, "0.01", by=sam)
    assert credit_of(alice) == EUR("50.00")
    goodwill.confirm(waiting.pk, reason=WHY, by=tom, at=NOON)
    assert credit_of(alice) == EUR("50.01")
    again = goodwill.give(
        Ticket.objects.get().pk,
        client=given.organization(alice),
        amount=EUR("50.00"),
        reason=WHY,
        by=sam,
        at=NOON + days(30),
    )
    assert again.given_at == NOON + days(30)
    assert credit_of(alice) == EUR("100.01")


@pytest.mark.django_db(transaction=True)
def test_eight_who_give_at_once_stay_below_the_limit() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    sam = with_permission("sam")
    tickets, client = [asked_by(alice) for _ in range(8)], given.organization(alice)
    facts: dict[str, Any] = {"client": client, "amount": EUR("20.00"), "reason": WHY}
    race([partial(goodwill.give, each.pk, **facts, by=sam, at=NOON) for each in tickets])
    assert credit_of(alice) == EUR("40.00")
    assert Goodwill.objects.to_confirm().count() == 6
    assert_every_law_holds()


def test_who_gives_nothing_and_who_gets_nothing(alice: User, bob: User) -> None:
    sam, friend = with_permission("sam"), with_permission("fay")
    MembershipFactory.create(user=friend, organization=given.organization(alice))
    for by, words in ((staff("una"), "not for"), (friend, "belongs")):
        with pytest.raises(NotYours, match=words):
            give(alice, "1.00", by=by)
    ticket = Ticket.objects.get()
    for client, amount in (
        (given.organization(bob), "1.00"),
        (given.organization(alice), "5000.01"),
        (given.organization(alice), "0.00"),
    ):
        with pytest.raises(NotAllowed):
            goodwill.give(ticket.pk, client=client, amount=EUR(amount), reason=WHY, by=sam, at=NOON)
    waiting = give(alice, "60.00", by=sam)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE disputes_goodwill SET confirmed_by_id = by_id, given_at = at")
    assert Goodwill.objects.to_confirm().get() == waiting
    assert not Entry.objects.exists()


def test_staff_keeps_money_and_lets_it_go_on(alice: User, bob: User) -> None:
    finn = with_permission("finn", "add_freeze")
    finn.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    chosen = {ACTION_CHECKBOX_NAME: [invoice.escrow_id], "decided": "1", "reason": WHY}
    where = reverse("admin:payments_escrow_changelist")
    with clock.pinned(NOON + days(1)):
        session_of(staff("una")).post(where, {**chosen, "action": "keep"})
        assert not Freeze.objects.exists()
        session_of(finn).post(where, {**chosen, "action": "keep"})
    assert Freeze.objects.get().ended_at is None
    told = Letter.objects.filter(subject__endswith="for “Logo, final files” stays where it is")
    assert sorted(told.values_list("email", flat=True)) == [alice.email, bob.email]
    assert all(WHY in each.text for each in told)
    with pytest.raises(NotAllowed):
        invoicing.approve(invoice.pk, by=alice, at=NOON + days(2))
    until = invoice.answer_by
    with clock.pinned(NOON + days(3)):
        session_of(finn).post(where, {**chosen, "action": "let_go"})
    invoice.refresh_from_db()
    assert until
    assert invoice.answer_by == until + days(2)
    assert AuditEvent.objects.filter(deed__startswith="escrow.").count() == 2
    over = Letter.objects.filter(subject__endswith="for “Logo, final files” goes on")
    assert sorted(over.values_list("email", flat=True)) == [alice.email, bob.email]
    invoicing.approve(invoice.pk, by=alice, at=NOON + days(4))


def test_money_goes_on_below_what_waits_for_it(alice: User, bob: User) -> None:
    finn = with_permission("finn", "add_freeze")
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    assert invoice.escrow_id
    keeping.keep(invoice.escrow_id, reason=WHY, by=finn, at=NOON)
    with CaptureQueriesContext(connection) as asked:
        keeping.let_go(invoice.escrow_id, reason=WHY, by=finn, at=NOON)
    locked = [
        each["sql"].split(" FROM ")[1].split()[0].strip('"')
        for each in asked
        if "FOR NO KEY UPDATE" in each["sql"]
    ]
    assert locked[:4] == [
        "invoices_contract",
        "invoices_milestone",
        "invoices_invoice",
        "payments_escrow",
    ]


@pytest.mark.django_db(transaction=True)
def test_sixteen_confirm_it_once() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    waiting = give(alice, "60.00", by=with_permission("sam"))
    tom = with_permission("tom")
    ended = race([lambda: goodwill.confirm(waiting.pk, reason=WHY, by=tom, at=NOON)] * 16)
    assert ended.count("done") == 1
    assert credit_of(alice) == EUR("60.00")
    assert_every_law_holds()


@pytest.mark.django_db(transaction=True)
def test_a_credit_and_a_settlement_of_the_same_client_at_once() -> None:
    """Neither waits for the other in a circle, and each happens once."""
    case, sam, tom = opened(), with_permission("sam"), with_permission("tom")
    offer, waiting = Offer.objects.get().pk, give(case.alice, "60.00", by=sam)
    deeds: list[Deed] = [
        partial(goodwill.confirm, waiting.pk, reason=WHY, by=tom, at=NOON + days(1)),
        partial(negotiating.accept, offer, by=case.bob, at=NOON + days(1)),
    ]

    for said in rounds(deeds * 8):
        assert said == ["WrongState"] * 14 + ["done"] * 2
        assert credit_of(case.alice) == EUR("60.00")
        assert (case.now().state, case.now().figure) == ("settled", EUR("400.00"))
        assert Entry.objects.filter(kind="refund_from_escrow").count() == 1
    assert_every_law_holds()
