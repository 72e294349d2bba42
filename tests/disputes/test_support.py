"""Questions to our staff: asked, answered, asked back, closed, and seen by nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from disputes.models import Ticket, TicketMessage
from disputes.services import support
from disputes.services.opening import open_dispute
from tests import given, given_disputes
from tests.factories.people import UserFactory
from tests.given import EUR, NOON, days
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
FORM = UUID(int=1)


def asked(by: User, *, about: str = "", subject: str = "Where is it?") -> Ticket:
    return support.ask(
        subject=subject, text="I miss a sum.", about=about, by=by, at=NOON, op_id=uuid4()
    )


def test_a_question_goes_to_and_fro_until_it_is_settled(alice: User, mia: User) -> None:
    ticket = asked(alice)
    assert ticket.state == "open"
    ticket = support.answer(
        ticket.pk, text="Which one?", asks_back=True, by=mia, at=NOON + days(1), op_id=uuid4()
    )
    assert ticket.state == "waiting"
    ticket = support.reply(ticket.pk, text="March.", by=alice, at=NOON + days(2), op_id=uuid4())
    assert ticket.state == "open"
    ticket = support.answer(ticket.pk, text="Here.", by=mia, at=NOON + days(3), op_id=uuid4())
    assert ticket.state == "answered"
    assert support.close(ticket.pk, by=alice, at=NOON + days(4)).state == "closed"

    said = ticket.messages.order_by("at").values_list("text", "is_from_staff")
    assert list(said) == [
        ("I miss a sum.", False),
        ("Which one?", True),
        ("March.", False),
        ("Here.", True),
    ]
    letters = Letter.objects.filter(about_ref=ticket.ref).order_by("written_at")
    assert [letter.subject for letter in letters] == [
        "A question back: Where is it?",
        "Our answer: Where is it?",
    ]
    assert {letter.email for letter in letters} == {alice.email}


def test_pressing_twice_asks_and_answers_once(alice: User, mia: User) -> None:
    words: dict[str, Any] = {"subject": "Twice", "text": "Once.", "by": alice, "at": NOON}
    first, second = (support.ask(**words, op_id=FORM) for _ in range(2))
    assert first == second
    for _ in range(2):
        support.answer(first.pk, text="Yes.", by=mia, at=NOON, op_id=FORM)
    assert TicketMessage.objects.count() == 2
    with pytest.raises(WrongState, match="was faster"):
        support.answer(first.pk, text="No.", by=mia, at=NOON, op_id=uuid4())


def test_nobody_answers_themselves_and_nobody_else_goes_on(
    alice: User, charlie: User, mia: User
) -> None:
    ticket, own = asked(alice), asked(mia)
    for by, one in [(charlie, ticket), (mia, own)]:
        with pytest.raises(NotYours):
            support.answer(one.pk, text="Yes.", by=by, at=NOON, op_id=uuid4())
    with pytest.raises(NotAllowed, match="somebody else"):
        support.reply(ticket.pk, text="Me too.", by=charlie, at=NOON, op_id=uuid4())
    with pytest.raises(NotYours):
        support.close(ticket.pk, by=charlie, at=NOON)
    support.close(ticket.pk, by=mia, at=NOON)
    with pytest.raises(WrongState):
        support.reply(ticket.pk, text="Still.", by=alice, at=NOON, op_id=uuid4())
    assert Letter.objects.get().subject == "Closed: Where is it?"


def test_it_is_about_what_the_person_can_see_and_nothing_else(
    alice: User, bob: User, charlie: User
) -> None:
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    assert asked(alice, about=invoice.ref).invoice == invoice
    assert invoice.number
    assert asked(bob, about=invoice.number).invoice == invoice
    with pytest.raises(NotAllowed, match="You have no invoice"):
        asked(charlie, about=invoice.ref)
    assert not Ticket.objects.filter(asked_by=charlie).exists()


def test_it_is_about_a_case_of_the_person(alice: User, bob: User, charlie: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    assert invoice.escrow_id
    claim = given_disputes.claim(EUR("400.00"))
    case = open_dispute(invoice.escrow_id, claim, by=alice, at=NOON)

    ticket = asked(bob, about=case.ref)

    page = session_of(bob).get(ticket.get_absolute_url()).content.decode()
    assert f"The case about “{invoice.title}”" in page
    assert f"/disputes/{case.ref}/" in page
    with pytest.raises(NotAllowed, match="You have no invoice, payout or case"):
        asked(charlie, about=case.ref)


def test_ten_open_questions_are_enough(alice: User) -> None:
    tickets = [asked(alice, subject=f"Question {number}") for number in range(10)]
    with pytest.raises(NotAllowed, match="ten open questions"):
        asked(alice)
    support.close(tickets[0].pk, by=alice, at=NOON)
    asked(alice)


@pytest.mark.parametrize(
    "words",
    [
        "UPDATE disputes_ticketmessage SET text = 'Other words'",
        "DELETE FROM disputes_ticketmessage",
        "UPDATE disputes_ticket SET state = 'nonsense'",
        "UPDATE disputes_ticket SET subject = ''",
        "UPDATE disputes_ticket SET state = 'open', asked_by_id = NULL",
    ],
)
def test_in_sql_what_was_said_stays(alice: User, words: str) -> None:
    asked(alice)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words)


def test_in_sql_a_question_is_about_one_thing(alice: User, bob: User) -> None:
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    ticket = asked(alice, about=invoice.ref)
    about_one = pytest.raises(DatabaseError, match="about_one_thing_at_most")
    with about_one, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE disputes_ticket SET payout_id = 1 WHERE id = %s", [ticket.pk])


def test_the_pages_ask_reply_and_close(alice: User, charlie: User) -> None:
    browser = session_of(alice)
    words = {"subject": "Where?", "text": "Where is it?", "op_id": str(uuid4())}
    assert browser.post(reverse("support"), {**words, "text": ""}).status_code == 422
    assert browser.post(reverse("support"), {**words, "about": "NOTHING"}).status_code == 422
    assert browser.post(reverse("support"), words).status_code == 302
    ticket = Ticket.objects.get()
    assert "Where?" in browser.get(reverse("support")).content.decode()
    page = reverse("ticket", args=[ticket.ref])
    reply = {"text": "Still there?", "op_id": str(uuid4())}
    assert browser.post(f"{page}messages/", reply).status_code == 302
    assert "Still there?" in browser.get(page).content.decode()
    assert session_of(charlie).get(page).status_code == 404
    assert browser.post(f"{page}closing/").status_code == 302
    refused = browser.post(f"{page}messages/", {**reply, "op_id": str(uuid4())})
    assert refused.status_code == 422
    assert "Nothing was sent" in refused.content.decode()


def test_who_acts_for_nobody_yet_may_ask(db: None) -> None:
    newcomer = UserFactory.create(name="Nora", email="nora@example.org")
    assert session_of(newcomer).get(reverse("support")).status_code == 200


def test_the_desk_answers(alice: User, mia: User) -> None:
    ticket, desk = asked(alice), session_of(mia)
    listed = desk.get(reverse("admin:disputes_ticket_changelist")).content.decode()
    page = reverse("admin:disputes_ticket_thread", args=[ticket.ref])
    assert page in listed
    assert desk.post(page, {"text": "", "op_id": str(uuid4())}).status_code == 422
    sent = desk.post(page, {"text": "It is there.", "op_id": str(uuid4())})
    assert sent.status_code == 302
    assert Ticket.objects.get().state == "answered"
    assert "It is there." in desk.get(page).content.decode()
    assert session_of(alice).get(page).status_code in {302, 403, 404}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_of_the_database(
    alice: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        asked(alice, subject=f"Question {number}")
    browser = session_of(alice)
    browser.get(reverse("support"))
    with django_assert_num_queries(8):
        browser.get(reverse("support"))
