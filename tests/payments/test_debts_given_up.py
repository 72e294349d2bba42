"""A debt that nobody pays is seen with its age, and given up by two people of finance."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from billing_site.desk_queue import open_work
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Letter, Notice
from ledger.models import Entry
from payments.models import Debt, DebtWriteOff
from payments.services import debt_write_offs, earnings
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.invoices._race import rounds
from tests.payments.books import assert_every_law_holds, available, held
from tests.payments.test_debts import earned, owes
from tests.payments.test_taking_back import debt_of, taken_back
from tests.payments.visiting import text_of
from tests.proven_desk import ProvenDesk, chosen

pytestmark = pytest.mark.django_db
WHY = "They have left, and answer no letters."
LATER = NOON + 100 * DAY


def asked(finn: User) -> DebtWriteOff:
    return debt_write_offs.ask(Debt.objects.get().pk, reason=WHY, by=finn, at=LATER)


def test_two_give_it_up_and_it_is_our_loss(alice: User, bob: User, finn: User, fay: User) -> None:
    owes(alice, bob)
    it = asked(finn)
    assert (debt_of(bob), it.standing) == (EUR("-792.90"), "waits for a second person")

    with pytest.raises(NotYours, match="another one confirms"):
        debt_write_offs.confirm(it.pk, reason=WHY, by=finn, at=LATER)
    debt_write_offs.confirm(it.pk, reason=WHY, by=fay, at=LATER)
    with pytest.raises(WrongState, match="Fay was faster: it is written off"):
        debt_write_offs.confirm(it.pk, reason=WHY, by=fay, at=LATER)

    assert (debt_of(bob), held("cost:debt")) == (EUR("0.00"), EUR("-792.90"))
    assert Entry.objects.get(kind="write_off_debt").key == f"debt_write_off/{it.ref}"
    assert not Debt.objects.exists()
    letter = Letter.objects.get(key__contains="debt_given_up")
    assert letter.subject == "You owe us €792.90 no more"
    assert "You owe nothing any more." in letter.text
    earned(alice, bob)
    earnings.make_available(at=NOON + 10 * DAY)
    assert available(bob) == EUR("881.00")  # nothing is kept of it
    assert_every_law_holds()


def test_no_more_is_given_up_than_is_still_owed_nor_than_was_asked(
    alice: User, bob: User, finn: User, fay: User
) -> None:
    owes(alice, bob, "400.00")
    it = asked(finn)
    earned(alice, bob)
    earnings.make_available(at=NOON + 10 * DAY)

    debt_write_offs.confirm(it.pk, reason=WHY, by=fay, at=LATER)

    given_up = DebtWriteOff.objects.get()
    assert (given_up.amount, given_up.given_up) == (EUR("352.40"), EUR("132.15"))
    assert debt_of(bob) == EUR("0.00")
    assert_every_law_holds()


def test_what_came_to_be_owed_since_stays_owed(
    alice: User, bob: User, finn: User, fay: User
) -> None:
    lot = given.available_earnings(client=alice, freelancer=bob).lot
    given.requested_payout(bob, given.payout_method(bob), EUR("881.00"))
    invoice = lot.document.removeprefix("invoice/")
    taken_back("400.00", of=invoice)
    it = asked(finn)
    taken_back("100.00", of=invoice, note="N2")

    debt_write_offs.confirm(it.pk, reason=WHY, by=fay, at=LATER)

    assert debt_of(bob) == EUR("-88.10")
    assert "You still owe €88.10" in Letter.objects.get(key__contains="debt_given_up").text
    assert_every_law_holds()


def test_what_was_paid_or_asked_before_is_refused_in_words(
    alice: User, bob: User, finn: User, fay: User
) -> None:
    owes(alice, bob, "100.00")
    debt, it = Debt.objects.get(), asked(finn)
    with pytest.raises(WrongState, match="asked already"):
        asked(fay)
    with pytest.raises(NotYours):
        debt_write_offs.ask(debt.pk, reason=WHY, by=bob, at=LATER)
    for decide in (debt_write_offs.confirm, debt_write_offs.refuse):
        with pytest.raises(NotYours):
            decide(it.pk, reason=WHY, by=bob, at=LATER)
    earned(alice, bob)
    earnings.make_available(at=NOON + 10 * DAY)

    with pytest.raises(WrongState, match="paid meanwhile"):
        debt_write_offs.confirm(it.pk, reason=WHY, by=fay, at=LATER)
    debt_write_offs.refuse(it.pk, reason=WHY, by=finn, at=LATER)
    with pytest.raises(WrongState, match="Nothing is owed"):
        debt_write_offs.ask(debt.pk, reason=WHY, by=finn, at=LATER)
    assert not Entry.objects.filter(kind="write_off_debt").exists()


def test_no_reason_no_question(alice: User, bob: User, finn: User) -> None:
    owes(alice, bob)
    with pytest.raises(NotAllowed, match="Say why"):
        debt_write_offs.ask(Debt.objects.get().pk, reason=" ", by=finn, at=LATER)


def test_the_desk_shows_it_with_its_age_and_the_second_person_confirms(
    alice: User, bob: User, finn: User, fay: User
) -> None:
    owes(alice, bob)
    fay = User.objects.get(pk=fay.pk)
    with clock.pinned(LATER):
        line = next(each for each in open_work(fay, at=LATER) if each.words.startswith("Debts of"))
        assert (line.count, line.late, line.next_at) == (1, 1, NOON)
        first, second = ProvenDesk(finn), ProvenDesk(fay)
        page = text_of(first.get(line.url))
        assert "€792.90" in page
        assert ">100<" in page
        said = text_of(
            first.post(line.url, chosen("ask", Debt.objects.get(), reason=WHY), follow=True)
        )
        assert "It waits for a second person to confirm it" in said
        assert "They have left" in Notice.objects.get(user_id=fay.pk).text
        words = "Debts to give up, by a second person"
        waits = [
            next(each for each in open_work(it, at=LATER) if each.words == words)
            for it in (finn, fay)
        ]
        assert [each.count for each in waits] == [0, 1]
        it = DebtWriteOff.objects.get()
        url = reverse("admin:payments_debtwriteoff_changelist")
        said = text_of(second.proven_post(url, chosen("confirm", it, reason=WHY)))
        assert "€792.90 is given up" in said
    deeds = AuditEvent.objects.filter(deed__startswith="debt.").order_by("pk")
    assert list(deeds.values_list("deed", flat=True)) == [
        "debt.write_off_asked",
        "debt.written_off",
    ]


def test_it_is_as_old_as_since_nothing_was_owed_last(alice: User, bob: User) -> None:
    owes(alice, bob, "100.00")
    assert Debt.objects.get().since == NOON
    lot = earned(alice, bob)
    earnings.make_available(at=NOON + 10 * DAY)
    assert not Debt.objects.exists()
    given.requested_payout(
        bob, given.payout_method(bob, last4="2"), EUR("770.00"), at=NOON + 11 * DAY
    )
    taken_back("500.00", of=lot.document.removeprefix("invoice/"), note="N2", at=NOON + 12 * DAY)
    assert Debt.objects.get().since == NOON + 12 * DAY


@pytest.fixture
def _given_up_and_asked_anew(alice: User, bob: User, finn: User, fay: User) -> None:
    owes(alice, bob)
    debt_write_offs.confirm(asked(finn).pk, reason=WHY, by=fay, at=LATER)
    taken_back("50.00", of=given_document(bob), note="N2")
    asked(finn)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE payments_debtwriteoff SET decided_by_id = asked_by_id", "is final"),
        ("UPDATE payments_debtwriteoff SET given_up = 1", "is final"),
        ("DELETE FROM payments_debtwriteoff", "is final"),
        ("INSERT {} 0, NULL, NULL, false, 'x'", "one_write_off_of_a_debt_at_a_time"),
        ("INSERT {} 9999, decided_by_id, now(), true, 'x'", "no_more_of_a_debt_is_given_up"),
        ("INSERT {} 1, asked_by_id, now(), true, 'x'", "another_person_gives_up_a_debt"),
        ("INSERT {} 1, decided_by_id, NULL, true, 'x'", "a_decided_debt_says_by_whom"),
        ("INSERT {} 1, decided_by_id, now(), true, ''", "a_debt_is_given_up_for_a_reason"),
    ],
)
@pytest.mark.usefixtures("_given_up_and_asked_anew")
def test_rows_that_cannot_be(statement: str, name: str) -> None:
    columns = (
        "INTO payments_debtwriteoff (ref, freelancer_id, currency, amount, asked_by_id, asked_at,"
        " given_up, decided_by_id, decided_at, is_confirmed, reason) SELECT 'AAAA', freelancer_id,"
        " currency, amount, asked_by_id, asked_at,"
    )
    sql = statement.format(columns)
    if sql.startswith("INSERT"):
        sql += " FROM payments_debtwriteoff WHERE is_confirmed"
    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def given_document(bob: User) -> str:
    lot = given.organization(bob).lots.order_by("pk").first()
    assert lot
    return str(lot.document.removeprefix("invoice/"))


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_who_decide_one_is_obeyed(alice: User, bob: User, finn: User, fay: User) -> None:
    owes(alice, bob)
    it = asked(finn)
    deeds = [
        partial(decide, it.pk, reason=WHY, by=fay, at=LATER + timedelta(seconds=1))
        for decide in (debt_write_offs.confirm, debt_write_offs.refuse)
    ]
    for said in rounds(deeds * 8, times=3):
        assert said == ["WrongState"] * 15 + ["done"]
        gone = EUR("792.90") if DebtWriteOff.objects.get().is_confirmed else EUR("0.00")
        assert debt_of(bob) == gone - EUR("792.90")
        assert held("cost:debt") == -gone
        assert_every_law_holds()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_debt SET currency = 'USD'",
        "DELETE FROM payments_debt",
        "INSERT INTO payments_debt (id, currency) VALUES (1, 'EUR')",
    ],
)
def test_nobody_writes_the_books_through_what_is_read_of_them(
    alice: User, bob: User, statement: str
) -> None:
    owes(alice, bob)
    with (
        pytest.raises(DatabaseError, match="permission denied for table ledger_account"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
