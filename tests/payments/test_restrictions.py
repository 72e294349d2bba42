"""What somebody may not do for a while: with a reason, one appeal to somebody else, and an end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Letter, Notice
from payments.models import Restriction
from payments.queries.due import next_due
from payments.services import restricting, sending
from tests import given_payments as given
from tests.factories.people import MembershipFactory, UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.test_pages import text_of
from tests.signing_in import session_of, with_second_factor

WHY = "The name of the bank account is another one."
LAST_DAY = (NOON + 14 * DAY).date()


@pytest.fixture
def finn(db: None) -> User:
    return UserFactory.create(name="Finn", is_staff=True, is_superuser=True)


@pytest.fixture
def mia(db: None) -> User:
    return UserFactory.create(name="Mia", is_staff=True, is_superuser=True)


@pytest.fixture
def restriction(bob: User, finn: User) -> Restriction:
    return restrict(bob, finn)


def restrict(subject: User, by: User, *scopes: str, alone: bool = False) -> Restriction:
    facts: dict[str, Any] = {
        "scopes": scopes or ("payouts",),
        "reason": WHY,
        "review_on": LAST_DAY,
        "by": by,
        "at": NOON,
    }
    if alone:
        return restricting.restrict_user(subject.pk, **facts)
    return restricting.restrict_organization(given.organization(subject).pk, **facts)


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


class TestAnAppeal:
    @pytest.fixture
    def appealed(self, restriction: Restriction, bob: User, mia: User) -> Restriction:
        words = "It is my name before I married."
        return restricting.appeal(restriction.pk, words=words, by=bob, at=NOON + DAY)

    def test_it_stays_in_force_and_has_a_day(
        self, appealed: Restriction, bob: User, mia: User
    ) -> None:
        assert (appealed.state, str(appealed.answer_by)) == ("appealed", "2026-03-10")
        assert appealed.is_standing
        letter = Letter.objects.get(key__contains="/appealed/")
        assert letter.email == bob.email
        assert "answers by 10 March 2026" in letter.text
        asked = Notice.objects.filter(key=f"restriction/{appealed.ref}/asked")
        assert list(asked.values_list("user_id", flat=True)) == [mia.pk]  # and not who has set it

    def test_somebody_else_decides(self, appealed: Restriction, finn: User, mia: User) -> None:
        for decide in (restricting.keep, restricting.lift):
            with pytest.raises(NotYours):
                decide(appealed.pk, reason="I was right.", by=finn, at=NOON + DAY)

        kept = restricting.keep(appealed.pk, reason="No paper shows it.", by=mia, at=NOON + DAY)
        assert (kept.state, kept.decided_by, kept.decision) == ("active", mia, "No paper shows it.")
        assert "No paper shows it." in Letter.objects.get(key__contains="/kept/").text

        lifted = restricting.lift(appealed.pk, reason="It does now.", by=mia, at=NOON + 2 * DAY)
        assert lifted.state == "lifted"
        with pytest.raises(WrongState, match="since Mia was faster"):
            restricting.lift(appealed.pk, reason="Again.", by=mia, at=NOON + 2 * DAY)

    def test_nobody_who_ever_belonged_there_decides(
        self, appealed: Restriction, bob: User, mia: User
    ) -> None:
        seat = {"organization": given.organization(bob), "user": mia}
        MembershipFactory.create(**seat, since=NOON - DAY, ended_at=NOON)
        for decide in (restricting.keep, restricting.lift):
            with pytest.raises(NotYours):
                decide(appealed.pk, reason="They are nice.", by=mia, at=NOON + DAY)

    def test_nobody_who_ever_belonged_with_the_person_decides(
        self, bob: User, finn: User, mia: User
    ) -> None:
        alone = restrict(bob, finn, alone=True)
        restricting.appeal(alone.pk, words="Unfair.", by=bob, at=NOON)
        seat = {"organization": given.organization(bob), "user": mia}
        assert Restriction.objects.get().may_decide(mia)
        MembershipFactory.create(**seat, since=NOON - DAY, ended_at=NOON)
        for decide in (restricting.keep, restricting.lift):
            with pytest.raises(NotYours):
                decide(alone.pk, reason="They are nice.", by=mia, at=NOON + DAY)

    def test_once(self, appealed: Restriction, bob: User, mia: User) -> None:
        restricting.keep(appealed.pk, reason="No paper shows it.", by=mia, at=NOON + DAY)
        with pytest.raises(WrongState, match="was appealed on 3 March 2026 already"):
            restricting.appeal(appealed.pk, words="And yet.", by=bob, at=NOON + 2 * DAY)

    def test_silence_of_ours_ends_it(self, appealed: Restriction) -> None:
        answered_by = datetime(2026, 3, 11, tzinfo=UTC)
        assert appealed.ends_at == next_due(after=NOON + DAY) == answered_by

        assert restricting.expire_due(at=answered_by - SOON) == []
        [ended] = restricting.expire_due(at=answered_by + SOON)

        assert (ended.state, ended.ended_at) == ("expired", answered_by)
        letter = Letter.objects.get(key__contains="/ended/")
        assert "Nobody of ours answered the appeal in time." in letter.text

    def test_only_by_whom_it_restricts(self, restriction: Restriction, charlie: User) -> None:
        with pytest.raises(NotYours):
            restricting.appeal(restriction.pk, words="Unfair.", by=charlie, at=NOON)


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


class TestPages:
    @pytest.fixture(autouse=True)
    def _noon(self) -> Any:
        with clock.pinned(NOON + SOON):
            yield

    def signed_in(self, user: User) -> Client:
        with_second_factor(user)
        return session_of(user)

    def test_every_page_says_so_and_leads_to_the_appeal(
        self, restriction: Restriction, bob: User, charlie: User
    ) -> None:
        as_bob = self.signed_in(bob)
        url = restriction.get_absolute_url()
        for page in (reverse("earnings"), reverse("payouts")):
            shown = text_of(as_bob.get(page))
            assert WHY in shown
            assert url in shown
        assert self.signed_in(charlie).get(url).status_code == 404

        page = text_of(as_bob.get(url))
        for words in ("withdraw", WHY, "Ask for a second look", "Ends by itself"):
            assert words in page
        appeal = reverse("restriction-appeal", args=[restriction.ref])
        assert as_bob.post(appeal, {"words": "no"}).status_code == 422
        assert as_bob.post(appeal, {"words": "It is my former name."})["Location"] == url
        assert as_bob.post(appeal, {"words": "It is my former name."}).status_code == 422
        assert "It is my former name." in text_of(as_bob.get(url))
        assert Restriction.objects.get().state == "appealed"

    def test_the_desk_restricts_and_lifts(self, bob: User, finn: User) -> None:
        desk, organization = self.signed_in(finn), given.organization(bob)
        sent = {
            "action": "restrict",
            ACTION_CHECKBOX_NAME: [organization.pk],
            "decided": "1",
            "reason": WHY,
            "scopes": ["payouts", "offers"],
            "review_on": str(LAST_DAY),
        }
        organizations = reverse("admin:people_organization_changelist")
        assert desk.post(organizations, {**sent, "scopes": []}).status_code == 422
        assert desk.post(organizations, sent).status_code == 302
        assert Restriction.objects.get().scopes == ["offers", "payouts"]

        lift = {**sent, "action": "lift", ACTION_CHECKBOX_NAME: [Restriction.objects.get().pk]}
        assert desk.post(reverse("admin:payments_restriction_changelist"), lift).status_code == 302
        assert Restriction.objects.get().state == "lifted"
        assert WHY not in text_of(self.signed_in(bob).get(reverse("payouts")))
