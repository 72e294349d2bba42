"""An answer to a bank goes with its files, in time, and not after the case was given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.sandbox.models import SandboxDispute
from payments.models import Chargeback, GatewayCommand
from payments.services import answering, outbox
from payments.services.evidence_files import Drawn, prepare, send_in_time
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON, SOON
from tests.payments.test_answering_banks import answers

pytestmark = pytest.mark.django_db
WHY = "It was delivered and approved."
AT = NOON + 2 * DAY
MINUTE = timedelta(minutes=1)


def one_receipt(_case: Chargeback, _at: datetime) -> list[Drawn]:
    return [Drawn("receipt", "Receipt", "receipt.pdf", b"%PDF-1.7\n%%EOF")]


def nothing(_case: Chargeback, _at: datetime) -> list[Drawn]:
    return []


@pytest.fixture(autouse=True)
def drawn(settings: Any) -> None:
    settings.CHARGEBACK_FILES = "tests.payments.test_evidence_files.one_receipt"


@pytest.fixture
def finn(db: None) -> User:
    return answers(UserFactory.create(name="Finn", is_staff=True, roles=["finance"]))


@pytest.fixture
def fay(db: None) -> User:
    return answers(UserFactory.create(name="Fay", is_staff=True, roles=["finance"]))


def asked(case: Chargeback, kind: str) -> list[GatewayCommand]:
    return list(case.commands.filter(kind=kind).order_by("pk"))


def given_up(case: Chargeback, *, by: tuple[User, User], at: datetime = AT) -> None:
    for each in by:
        answering.accept(case.pk, reason="We have nothing to show.", by=each, at=at)
    case.refresh_from_db()
    assert case.given_up_at == at


def test_a_late_paper_of_a_draft_does_not_send_the_answer_without_its_files(
    case: Chargeback, finn: User
) -> None:
    answering.draft(case.pk, reason=WHY, by=finn, at=AT)
    prepare(case.pk, answer=1, at=AT)
    answering.submit(case.pk, reason=WHY, by=finn, at=AT)
    [paper] = asked(case, "keep_paper")
    with clock.pinned(AT):
        outbox.run(paper.pk, at=AT)
    assert case.files.get(answer=1).kept_as
    assert asked(case, "submit_evidence") == []

    given.settle(at=AT + SOON)

    [sent] = asked(case, "submit_evidence")
    assert sent.params["files"] == {"receipt": case.files.get(answer=2).kept_as}
    row = SandboxDispute.objects.get()
    assert row.submitted_at
    assert row.evidence["receipt"] == case.files.get(answer=2).kept_as


def test_the_papers_of_a_draft_do_not_answer_for_a_case_that_was_given_up(
    case: Chargeback, finn: User, fay: User
) -> None:
    answering.draft(case.pk, reason=WHY, by=finn, at=AT)
    prepare(case.pk, answer=1, at=AT)
    given_up(case, by=(fay, finn))
    given.settle(at=AT + SOON)

    assert case.files.get().kept_as
    assert asked(case, "submit_evidence") == []
    assert SandboxDispute.objects.get().submitted_at is None
    case.refresh_from_db()
    assert case.state == "lost"


def test_a_draft_that_waits_for_its_turn_is_not_drawn_once_the_case_was_given_up(
    case: Chargeback, finn: User, fay: User
) -> None:
    answering.draft(case.pk, reason=WHY, by=finn, at=AT)
    given_up(case, by=(fay, finn))
    prepare(case.pk, answer=1, at=AT)
    assert not case.files.exists()
    assert [each.kind for each in case.commands.all()] == ["accept_dispute"]


def test_a_case_given_up_while_its_files_are_drawn_gets_none(
    case: Chargeback, finn: User, fay: User, settings: Any
) -> None:
    settings.CHARGEBACK_FILES = "tests.payments.test_evidence_files.given_up_meanwhile"
    answering.draft(case.pk, reason=WHY, by=finn, at=AT)
    prepare(case.pk, answer=1, at=AT)
    assert [each.kind for each in case.commands.all()] == ["accept_dispute"]


def given_up_meanwhile(case: Chargeback, at: datetime) -> list[Drawn]:
    given_up(case, by=(User.objects.get(name="Fay"), User.objects.get(name="Finn")), at=at)
    return one_receipt(case, at)


def test_giving_up_drops_a_draft_that_was_not_shown_yet(
    case: Chargeback, finn: User, fay: User, settings: Any
) -> None:
    settings.CHARGEBACK_FILES = "tests.payments.test_evidence_files.nothing"
    answering.draft(case.pk, reason=WHY, by=finn, at=AT)
    prepare(case.pk, answer=1, at=AT)
    given_up(case, by=(fay, finn))
    [draft] = asked(case, "submit_evidence")
    assert (draft.state, draft.last_error) == ("refused", "It was answered, or given up, instead.")

    given.settle(at=AT + SOON)
    assert SandboxDispute.objects.get().evidence == {}


def test_a_case_that_was_given_up_is_none_to_send_in_time(
    case: Chargeback, finn: User, fay: User
) -> None:
    assert case.answer_by
    at = case.answer_by - 2 * SOON
    answering.draft(case.pk, reason=WHY, by=finn, at=at)
    prepare(case.pk, answer=1, at=at)
    given_up(case, by=(fay, finn), at=at)
    assert send_in_time(at=at + SOON) == []
    assert case.files.get().words == "on its way there"


def test_an_answer_of_the_last_hours_has_a_quarter_of_an_hour_for_its_files(
    case: Chargeback, finn: User
) -> None:
    assert case.answer_by
    at = case.answer_by - 3 * SOON
    answering.submit(case.pk, reason=WHY, by=finn, at=at)
    assert send_in_time(at=at + MINUTE) == []
    assert send_in_time(at=at + 14 * MINUTE) == []
    assert asked(case, "submit_evidence") == []
    assert send_in_time(at=at + 15 * MINUTE) == [case]
    assert send_in_time(at=at + 16 * MINUTE) == []
    assert len(asked(case, "submit_evidence")) == 1


def test_an_answer_of_the_last_hour_goes_at_once_and_is_not_drawn_any_more(
    case: Chargeback, finn: User
) -> None:
    assert case.answer_by
    at = case.answer_by - SOON
    answering.submit(case.pk, reason=WHY, by=finn, at=at)
    assert send_in_time(at=at) == [case]
    prepare(case.pk, answer=1, at=at)
    assert [each.kind for each in case.commands.all()] == ["submit_evidence"]
