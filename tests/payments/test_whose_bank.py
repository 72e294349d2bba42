"""A bank account whose holder has another name: nothing is paid to it until somebody has looked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter, Notice
from payments.cadence import Rhythm
from payments.models import Payout, PayoutMethod
from payments.services import naming, payees, schedules
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.visiting import text_of
from tests.proven_desk import ProvenDesk
from tests.signing_in import session_of

WHY = "The name of the account is her maiden name."
ADDED = NOON - 2 * DAY


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


@pytest.fixture
def finn(db: None) -> User:
    return UserFactory.create(name="Finn", email="finn@example.org", roles=["finance"])


@pytest.fixture
def doubted(alice: User, bob: User) -> PayoutMethod:
    given.available_earnings(client=alice, freelancer=bob)
    return given.payout_method(bob, at=ADDED, holder="Mallory Thief")


@pytest.mark.parametrize("holder", ["", "BOB", "Bob & Co. GmbH"])
def test_who_is_known_only_waits(bob: User, holder: str) -> None:
    method = given.payout_method(bob, holder=holder)

    assert (method.state, method.holder, method.review_on) == ("named", holder, None)
    assert method.active_from == method.added_at + timedelta(hours=72)


def test_an_agency_is_not_one_of_its_people(bob: User) -> None:
    organization = given.organization(bob)
    organization.kind = "agency"
    organization.name = organization.legal_name = "Dune Works"
    organization.save()

    assert given.payout_method(bob, holder="Bob", last4="0001").is_doubted
    assert not given.payout_method(bob, holder="DUNE WORKS LTD", last4="0002").is_doubted


def test_another_name_waits_for_somebody(bob: User, doubted: PayoutMethod) -> None:
    assert (doubted.state, str(doubted.review_on)) == ("doubted", "2026-03-03")
    letter = Letter.objects.get(key__contains="payout_method_added")
    assert "“Mallory Thief”, has another name than you" in letter.text
    for at in (NOON, NOON + 9 * DAY):
        with pytest.raises(NotAllowed, match="until we have looked whose it is"):
            given.requested_payout(bob, doubted, EUR("5.00"), at=at)
    page = text_of(session_of(bob).get(reverse("payout-methods")))
    assert "being looked at" in page
    assert "We decide by" in page
    assert available(bob) == EUR("881.00")
    assert_every_law_holds()


def test_who_decides_is_told_once(bob: User, finn: User) -> None:
    UserFactory.create(name="Mia", roles=["mediator", "trust", "support"])
    method = given.payout_method(bob, at=ADDED, holder="Mallory Thief")
    given.payout_method(bob, at=ADDED, holder="Bob", last4="0001")

    told = Notice.objects.get(key__endswith="/doubted")
    assert (told.user_id, told.key) == (finn.pk, f"payout_method/{method.ref}/doubted")
    assert told.text.startswith("Decide by 3 March 2026 whose ")
    assert told.text.endswith("its holder is “Mallory Thief”.")
    assert told.url == reverse("admin:payments_payoutmethod_changelist")


def test_a_schedule_pays_nothing_to_it(bob: User, doubted: PayoutMethod) -> None:
    schedule = schedules.choose(
        given.organization(bob),
        rhythm=Rhythm.WEEKLY,
        method=doubted,
        minimum=EUR("0.00"),
        by=bob,
        at=NOON,
    )

    assert schedules.withdraw(schedule.pk, at=NOON + 7 * DAY) is None
    schedule.refresh_from_db()
    assert "until we have looked whose it is" in schedule.skipped


class TestDeciding:
    def test_what_is_accepted_is_paid_once_its_time_is_over(
        self, bob: User, finn: User, doubted: PayoutMethod
    ) -> None:
        naming.accept(doubted.pk, reason=WHY, by=finn, at=NOON)
        with pytest.raises(WrongState, match="since Finn was faster"):
            naming.refuse(doubted.pk, reason=WHY, by=finn, at=NOON)

        with pytest.raises(NotAllowed, match="can be paid to from"):
            given.requested_payout(bob, doubted, EUR("5.00"))
        later = NOON + DAY + timedelta(hours=1)
        assert given.requested_payout(bob, doubted, EUR("5.00"), at=later).state == "requested"
        assert Letter.objects.filter(key__contains="payee_news/accepted").count() == 1
        assert_every_law_holds()

    def test_what_is_refused_is_never_paid(
        self, bob: User, finn: User, doubted: PayoutMethod
    ) -> None:
        naming.refuse(doubted.pk, reason="It is somebody else's.", by=finn, at=NOON)

        with pytest.raises(NotAllowed):
            given.requested_payout(bob, doubted, EUR("5.00"), at=NOON + 9 * DAY)
        assert not Payout.objects.exists()
        assert not PayoutMethod.objects.present().exists()
        page = text_of(session_of(bob).get(reverse("payout-methods")))
        assert "was not accepted on" in page
        assert "It is somebody else" in page
        assert Letter.objects.filter(key__contains="payee_news/refused").count() == 1

    def test_it_is_for_finance_operations(
        self, alice: User, bob: User, doubted: PayoutMethod
    ) -> None:
        for stranger in (alice, bob):
            for decide in (naming.accept, naming.refuse):
                with pytest.raises(NotYours):
                    decide(doubted.pk, reason=WHY, by=stranger, at=NOON)

    def test_what_its_owner_removed_is_decided_no_more(
        self, bob: User, finn: User, doubted: PayoutMethod
    ) -> None:
        payees.remove_method(doubted.pk, by=bob, at=NOON)

        with pytest.raises(NotAllowed, match="was removed on"):
            naming.accept(doubted.pk, reason=WHY, by=finn, at=NOON)

    def test_at_the_desk_it_stands_first_and_a_reason_decides(
        self, bob: User, finn: User, doubted: PayoutMethod
    ) -> None:
        given.payout_method(bob, last4="0001", at=NOON - DAY)
        desk, url = ProvenDesk(finn), reverse("admin:payments_payoutmethod_changelist")

        page = text_of(desk.get(url))
        assert page.index("Mallory Thief") < page.index("0001")
        chosen = {"action": "accept", ACTION_CHECKBOX_NAME: [doubted.pk]}
        assert desk.post(url, {**chosen, "decided": "1", "reason": "?"}).status_code == 422
        desk.proven_post(url, {**chosen, "decided": "1", "reason": WHY})

        doubted.refresh_from_db()
        assert doubted.state == "named"
        assert doubted.changes.get(step="accept").note == WHY


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_three(
    bob: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        given.payout_method(bob, at=ADDED, holder="Mallory Thief", last4=f"000{number}")
    as_bob: Client = session_of(bob)
    as_bob.get(reverse("payout-methods"))

    with django_assert_num_queries(7):
        as_bob.get(reverse("payout-methods"))
