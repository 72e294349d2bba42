"""Scenario 39: a draft, one answer in time, a late one, giving up, and who is reminded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import AuditEvent, Notice
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxDispute
from payments.models import Chargeback, Escrow, GatewayCommand
from payments.services import answering, chargebacks
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.given_chargebacks import taken

pytestmark = pytest.mark.django_db
WHY = "It was delivered and approved."


@pytest.fixture
def finn(db: None) -> User:
    return answers(
        UserFactory.create(name="Finn", email="finn@example.org", is_staff=True, roles=["finance"])
    )


def answers(user: User) -> User:
    user.user_permissions.add(Permission.objects.get(codename="change_chargeback"))
    return user


@pytest.mark.scenario(39)
def test_scenario_39_drafts_as_often_as_we_like_and_one_answer(
    case: Chargeback, finn: User, settings: Any
) -> None:
    settings.CHARGEBACK_PACK = "tests.payments.test_answering_banks.delivered"
    at = NOON + 2 * DAY
    answering.draft(case.pk, reason="First notes.", by=finn, at=at)
    answering.draft(case.pk, reason="Better notes.", by=finn, at=at)
    given.settle(at=at + SOON)
    case.refresh_from_db()
    assert (case.state, case.submitted_at) == ("opened", None)
    assert SandboxDispute.objects.get().submitted_at is None

    answering.submit(case.pk, reason=WHY, by=finn, at=at + SOON)
    with pytest.raises(WrongState, match="answered by Finn: a bank hears us once"):
        answering.submit(case.pk, reason=WHY, by=finn, at=at + SOON)
    given.settle(at=at + 2 * SOON)

    case.refresh_from_db()
    assert (case.state, case.evidence["uncategorized_text"]) == ("responded", WHY)
    assert SandboxDispute.objects.get().evidence["service_date"] == "2026-03-02"
    assert GatewayCommand.objects.filter(chargeback=case).count() == 2
    given.settle(at=at + 5 * DAY)
    case.refresh_from_db()
    assert case.state == "won", "The bank believes a delivery."
    assert AuditEvent.objects.filter(deed="chargeback.answered").count() == 1
    assert_every_law_holds()


@pytest.mark.scenario(39)
def test_scenario_39_a_late_answer_is_refused_and_without_files_we_lose(
    case: Chargeback, finn: User
) -> None:
    assert case.answer_by is not None
    with pytest.raises(NotAllowed, match="The time to answer ended on 10 March 2026"):
        answering.submit(case.pk, reason=WHY, by=finn, at=case.answer_by)

    answering.submit(case.pk, reason=WHY, by=finn, at=case.answer_by - SOON)
    given.settle(at=case.answer_by + 4 * DAY)

    case.refresh_from_db()
    assert case.state == "lost", "Nothing was shown but our word."
    with pytest.raises(WrongState):
        answering.accept(case.pk, reason=WHY, by=finn, at=NOON + 30 * DAY)


def test_giving_up_loses_at_once(case: Chargeback, finn: User) -> None:
    """As the second person: it is above what one may give up alone."""
    fay = answers(
        UserFactory.create(name="Fay", email="fay@example.org", is_staff=True, roles=["finance"])
    )
    answering.accept(case.pk, reason="We have nothing to show.", by=fay, at=NOON + 2 * DAY)
    answering.accept(case.pk, reason="We have nothing to show.", by=finn, at=NOON + 2 * DAY)
    given.settle(at=NOON + 2 * DAY + SOON)

    case.refresh_from_db()
    assert (case.state, Escrow.objects.get().state) == ("lost", "lost")
    assert_every_law_holds()


def test_only_staff_answers(case: Chargeback, alice: User, bob: User) -> None:
    mia = UserFactory.create(name="Mia", email="mia@example.org", is_staff=True)
    for by in (answers(alice), bob, mia):
        with pytest.raises(NotYours):
            answering.submit(case.pk, reason=WHY, by=by, at=NOON + 2 * DAY)
        with pytest.raises(NotYours):
            answering.accept(case.pk, reason=WHY, by=by, at=NOON + 2 * DAY)
    assert not GatewayCommand.objects.filter(chargeback=case).exists()


def test_staff_is_reminded_once_three_days_before(case: Chargeback, finn: User) -> None:
    assert case.answer_by is not None
    at = case.answer_by - timedelta(days=3)

    assert answering.remind(at=at - SOON) == []
    assert answering.remind(at=at) == [case]
    assert answering.remind(at=at + DAY) == []

    [notice] = Notice.objects.filter(text__startswith="A bank waits")
    assert notice.user_id == finn.pk


def delivered(_case: Chargeback) -> dict[str, str]:
    """A pack of one delivery; what stands above payments makes the real one."""
    return {"service_date": "2026-03-02"}


def test_an_answer_to_a_question_leaves_the_one_to_a_chargeback(
    alice: User, bob: User, finn: User
) -> None:
    case = taken(given.held_escrow(client=alice, freelancer=bob), inquiry=True)
    with pytest.raises(WrongState, match="only a question"):
        answering.accept(case.pk, reason=WHY, by=finn, at=NOON + 2 * DAY)
    answering.submit(case.pk, reason=WHY, by=finn, at=NOON + 2 * DAY)
    given.settle(at=NOON + 2 * DAY + SOON)
    row = SandboxDispute.objects.get()
    row.status, row.submitted_at, row.evidence = "needs_response", None, {}
    row.due_by = NOON + 12 * DAY
    row.save()
    state = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
    assert isinstance(state, DisputeState)
    chargebacks.follow(case.charge_id, state, at=NOON + 4 * DAY)

    case.refresh_from_db()
    assert (case.state, case.submitted_at, case.submitted_by) == ("opened", None, None)
    answering.submit(case.pk, reason="It was delivered.", by=finn, at=NOON + 4 * DAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Chargeback.objects.filter(pk=case.pk).update(submitted_at=NOON + 5 * DAY)
    given.settle(at=NOON + 4 * DAY + SOON)
    case.refresh_from_db()
    assert case.state == "responded"


def test_a_refused_answer_is_given_again_and_each_refusal_is_told(
    case: Chargeback, finn: User
) -> None:
    row = SandboxDispute.objects.get()
    due_by, at = row.due_by, NOON + 2 * DAY
    answering.draft(case.pk, reason=WHY, by=finn, at=at)
    for place in (1, 2):
        SandboxDispute.objects.filter(pk=row.pk).update(due_by=at)
        answering.submit(case.pk, reason=WHY, by=finn, at=at + place * SOON)
        given.settle(at=at + (place + 0.5) * SOON)
        case.refresh_from_db()
        assert (case.state, case.submitted_at, case.submitted_by) == ("opened", None, None)
    notices = Notice.objects.filter(text__startswith="Our answer to the bank was refused")
    assert notices.count() == 2

    SandboxDispute.objects.filter(pk=row.pk).update(due_by=due_by)
    answering.submit(case.pk, reason=WHY, by=finn, at=at + 3 * SOON)
    given.settle(at=at + 4 * SOON)

    case.refresh_from_db()
    assert (case.state, case.submitted_by) == ("responded", finn)
    states = GatewayCommand.objects.filter(chargeback=case).order_by("pk")
    assert list(states.values_list("state", flat=True)) == ["refused", "refused", "done"]
    assert notices.count() == 2, "A draft that nobody sent was refused by nobody."
