"""What somebody may not do for a while: with a reason, one appeal to somebody else, and an end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform.models import AuditEvent, Letter
from payments.models import Restriction
from payments.queries.due import next_due
from payments.services import restricting, sending
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.restricted import LAST_DAY, WHY, restrict


@pytest.fixture
def finn(db: None) -> User:
    return UserFactory.create(name="Finn", is_staff=True, is_superuser=True)


def test_it_is_told_with_its_reason_and_its_end(restriction: Restriction, bob: User) -> None:
    letter = Letter.objects.get()
    assert letter.email == bob.email
    for words in (WHY, "- withdraw", "It ends by itself after 16 March 2026"):
        assert words in letter.text
    assert AuditEvent.objects.get(deed="restriction.set").facts == {"scopes": ["payouts"]}


@pytest.mark.parametrize("alone", [True, False])
def test_nothing_is_withdrawn_while_it_is_in_force(
    alice: User, bob: User, finn: User, *, alone: bool
) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    method = given.payout_method(bob)
    before = given.requested_payout(bob, method, EUR("50.00"))
    restriction = restrict(bob, finn, alone=alone)

    with pytest.raises(NotAllowed, match=f"cannot withdraw now: {WHY}"):
        given.requested_payout(bob, method, EUR("100.00"))
    if not alone:  # What is the organization's waits; a person's own restriction is on their deeds.
        assert sending.send_due(at=NOON + SOON) == []

    restricting.lift(restriction.pk, reason="The bank has confirmed it.", by=finn, at=NOON + SOON)
    assert given.requested_payout(bob, method, EUR("100.00"), at=NOON + SOON).state == "requested"
    restrict(given.worker("dora"), finn)  # which is nobody else's business
    assert before in sending.send_due(at=NOON + 3 * SOON)
    assert_every_law_holds()


@pytest.mark.parametrize("by_itself", [True, False])
def test_what_waited_for_the_end_of_it_says_when_it_arrives(
    alice: User, bob: User, finn: User, *, by_itself: bool
) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    waiting = given.requested_payout(bob, given.payout_method(bob), EUR("50.00"))
    restriction, promised = restrict(bob, finn), waiting.arrives_on
    ends = restriction.ends_at if by_itself else NOON + 5 * DAY
    assert ends

    if by_itself:
        restricting.expire_due(at=ends + SOON)
    else:
        other = restrict(bob, finn)
        restricting.lift(other.pk, reason="Set twice.", by=finn, at=NOON + 4 * DAY)
        waiting.refresh_from_db()
        assert waiting.arrives_on == promised, "The first one is in force."
        restricting.lift(restriction.pk, reason="It is well.", by=finn, at=ends)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.send_at) == ("requested", ends)
    assert waiting.arrives_on > ends.date() > promised
    assert sending.send_due(at=ends) == [waiting]


def test_another_scope_stops_nothing_else(alice: User, bob: User, finn: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    restrict(bob, finn, "offers", "hours", "funding")
    given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))
    assert available(bob) == EUR("781.00")


def test_it_ends_by_itself_as_of_the_end_of_its_day(restriction: Restriction, bob: User) -> None:
    ends = restriction.ends_at
    assert ends
    assert next_due(after=NOON) == ends
    assert restricting.expire_due(at=ends - timedelta(seconds=1)) == []

    assert restricting.expire_due(at=ends + 3 * DAY) == [restriction]
    assert restricting.expire_due(at=ends + 3 * DAY) == []

    over = Restriction.objects.get()
    assert (over.state, over.ended_at) == ("expired", ends)
    assert Letter.objects.filter(subject="Bob & Co can do everything again").count() == 1


def test_what_another_one_forbids_is_not_said_to_be_open(
    bob: User, finn: User, restriction: Restriction
) -> None:
    both = restrict(bob, finn, "payouts", "offers")
    again = restrict(bob, finn, "offers")

    for each in (again, both, restriction):
        restricting.lift(each.pk, reason="It is settled.", by=finn, at=NOON + SOON)

    none, some, all_ = Letter.objects.filter(key__contains="/ended/").order_by("pk")
    assert none.subject == "One reason less why Bob & Co cannot do everything"
    assert "Another reason stands" in none.text
    assert some.subject == "Some of what Bob & Co could not do is open again"
    assert "make or accept new offers" in some.text
    assert "withdraw" not in some.text
    assert all_.subject == "Bob & Co can do everything again"


@pytest.fixture
def people(alice: User, bob: User, finn: User) -> dict[str, User]:
    clerk = UserFactory.create(is_staff=True, roles=["finance"])  # who may not restrict anybody
    return {"alice": alice, "bob": bob, "clerk": clerk, "finn": finn}


@pytest.mark.parametrize(
    ("whom", "who", "scope", "review_on"),
    [
        ("bob", "bob", "payouts", LAST_DAY),
        ("bob", "clerk", "payouts", LAST_DAY),
        ("bob", "finn", "payouts", (NOON - DAY).date()),
        ("alice", "finn", "hours", LAST_DAY),
    ],
)
def test_only_who_may_restrict_does_and_for_days_to_come(
    people: dict[str, User], *, whom: str, who: str, scope: str, review_on: Any
) -> None:
    with pytest.raises(NotAllowed):
        restricting.restrict_organization(
            given.organization(people[whom]).pk,
            scopes=[scope],
            reason=WHY,
            review_on=review_on,
            by=people[who],
            at=NOON,
        )
    assert not Restriction.objects.exists()


ILLEGAL = {
    "a_restriction_is_of_one_subject": "'user_id', set_by_id",
    "a_restriction_has_known_scopes": "'scopes', array['login']",
    "a_restriction_has_a_known_cause": "'cause', 'whim'",
    "who_does_not_pay_is_paid_all_the_same": "'cause', 'unpaid', 'set_by_id', null",
    "a_restriction_says_why": "'reason', ''",
    "an_appeal_has_words_and_a_day": "'appealed_at', set_at",
    "an_appeal_is_decided_by_somebody_else": "'appealed_at', set_at, 'appeal_words', 'No.',"
    " 'answer_by', review_on, 'decided_by_id', set_by_id",
    "a_restriction_that_ended_says_when": "'ended_at', set_at",
    "hours_lose_protection_by_what_is_unpaid_alone": "'hours_since', set_at",
    "hours_are_protected_again_once_it_is_over": "'hours_back_at', set_at",
}


@pytest.mark.parametrize("name", ILLEGAL)
def test_the_database_refuses(restriction: Restriction, name: str) -> None:
    with (
        pytest.raises(DatabaseError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO payments_restriction SELECT (json_populate_record(r, json_build_object("
            f"'id', 999999, 'ref', 'ZZZZZZZZZZZZ', {ILLEGAL[name]}))).* FROM payments_restriction r"
        )


@pytest.mark.parametrize(
    "change",
    [
        "cause = 'unpaid', set_by_id = NULL",
        "reason = 'Another.'",
        "review_on = review_on + 1",
        "scopes = array['offers', 'payouts']",
        "state = 'nowhere'",
    ],
)
def test_what_was_said_stays_and_steps_are_legal(restriction: Restriction, change: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE payments_restriction SET {change}")


@pytest.mark.parametrize(
    "change",
    [
        "scopes = array['offers']",
        "hours_since = hours_since + interval '1 hour'",
        "hours_since = NULL",
    ],
)
def test_what_is_unpaid_restricts_more_and_never_less(alice: User, change: str) -> None:
    Restriction.objects.create(**unpaid(alice), hours_since=NOON)
    with (
        pytest.raises(DatabaseError, match="is final"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE payments_restriction SET {change}")


def test_an_organization_is_restricted_once_for_what_it_owes(alice: User) -> None:
    Restriction.objects.create(**unpaid(alice))
    with pytest.raises(DatabaseError, match="restricted_once_for_what"), transaction.atomic():
        Restriction.objects.create(**unpaid(alice))


def unpaid(client: User) -> dict[str, Any]:
    return {
        "organization": given.organization(client),
        "cause": "unpaid",
        "scopes": ["hours", "offers"],
        "reason": WHY,
        "set_at": NOON,
        "review_on": LAST_DAY,
    }
