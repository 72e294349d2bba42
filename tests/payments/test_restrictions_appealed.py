"""Appeals against restrictions, the pages of them, and what the database refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter, Notice
from payments.models import Restriction
from payments.queries.due import next_due
from payments.services import restricting
from tests import given_payments as given
from tests.factories.people import MembershipFactory, UserFactory
from tests.given_payments import DAY, NOON, SOON
from tests.payments.restricted import LAST_DAY, WHY, restrict
from tests.payments.visiting import text_of
from tests.signing_in import session_of, with_second_factor


@pytest.fixture
def finn(db: None) -> User:
    return UserFactory.create(name="Finn", is_staff=True, is_superuser=True)


@pytest.fixture
def mia(db: None) -> User:
    return UserFactory.create(name="Mia", is_staff=True, is_superuser=True)


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
