"""What a bank is shown is what both sides did here, in their own words, with names and times."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from billing_site.people.models import User
from billing_site.platform import clock, files
from billing_site.platform.models import File, Notice
from billing_site.workflows import evidence
from payments.gateways import papers
from payments.gateways.base import InvalidRequest, OutcomeUnknown
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.models import SandboxDispute, SandboxFile
from payments.models import Chargeback, EvidenceFile, GatewayCommand
from payments.services import answering, outbox
from payments.services.evidence_files import Drawn, paper_of, prepare, send_in_time
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_world import DAY, MORNING, studio
from tests.payments.books import assert_every_law_holds
from tests.payments.test_answering_banks import answers
from tests.signing_in import session_of, with_second_factor
from tests.stories.test_a_bank_takes_a_payment_back import delivered, wanted

pytestmark = pytest.mark.django_db
WHY = "It was delivered and approved."
AT = MORNING + 5 * DAY
SOON = timedelta(hours=1)


def test_the_pack_shows_contract_delivery_and_who_did_what() -> None:
    world = studio(freelancer_in="AT")
    _, charge = delivered(world)
    case = wanted(charge, at=MORNING + 4 * DAY)

    pack = evidence.pack(case)

    assert pack["customer_name"] == str(world.client)
    assert pack["customer_email_address"] == world.ada.email
    assert pack["service_date"] == "2026-03-05"
    assert "Contract “Booking system” between" in pack["product_description"]
    assert "1,260.00" in pack["product_description"]
    assert "2026-03-05 09:00 UTC  Delivered: All of it." in pack["uncategorized_text"]
    assert f"{world.ben}: accept" in pack["access_activity_log"]
    assert sum(map(len, pack.values())) < 150_000


@pytest.fixture
def finn(db: None) -> User:
    return answers(UserFactory.create(name="Finn", email="finn@example.org", is_staff=True))


@pytest.fixture
def case() -> Chargeback:
    _, charge = delivered(studio(freelancer_in="AT"))
    return wanted(charge, at=MORNING + 4 * DAY)


def of_answer(case: Chargeback, answer: int) -> list[EvidenceFile]:
    return list(case.files.filter(answer=answer).select_related("file").order_by("pk"))


def test_a_draft_shows_files_and_the_answer_sends_them_once(case: Chargeback, finn: User) -> None:
    answering.draft(case.pk, reason=WHY, by=finn, at=AT)
    given.settle(at=AT)
    pack, receipt = of_answer(case, 1)
    assert (pack.shows, receipt.shows) == ("service_documentation", "receipt")
    assert files.open(pack.file).startswith(b"%PDF-")
    assert SandboxFile.objects.get(pk=pack.kept_as).name == pack.file.name
    row = SandboxDispute.objects.get()
    assert row.evidence["service_documentation"] == pack.kept_as
    assert row.submitted_at is None

    case.refresh_from_db()
    prepare(case.pk, answer=1, at=AT)  # The job ran twice.
    answering.submit(case.pk, reason=WHY, by=finn, at=AT + SOON)
    given.settle(at=AT + SOON)
    prepare(case.pk, answer=1, at=AT + SOON)
    prepare(case.pk, answer=2, at=AT + SOON)
    given.settle(at=AT + 2 * SOON)

    shown = of_answer(case, 2)
    row.refresh_from_db()
    assert [row.evidence[each.shows] for each in shown] == [each.kept_as for each in shown]
    assert row.submitted_at
    made = GatewayCommand.objects.filter(chargeback=case)
    assert made.filter(kind="submit_evidence").count() == 2
    assert made.filter(kind="keep_paper").count() == SandboxFile.objects.count() == 4
    with_second_factor(finn)
    page = session_of(finn).get(f"/admin/payments/chargeback/{case.pk}/change/")
    assert f"kept by the provider as {shown[0].kept_as}" in page.text
    assert session_of(finn).get(shown[0].file.get_absolute_url()).status_code == 200
    case.refresh_from_db()
    assert case.state == "responded"
    assert_every_law_holds()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_hands_nothing_over_twice(case: Chargeback, finn: User, when: str) -> None:
    answering.submit(case.pk, reason=WHY, by=finn, at=AT)
    with faults.planned(when, "keep_paper", OutcomeUnknown("no answer")):
        given.settle(at=AT)
    case.refresh_from_db()
    assert (case.state, SandboxDispute.objects.get().submitted_at) == ("opened", None)

    given.settle(at=AT + SOON)
    with clock.pinned(AT + SOON):
        outbox.run_stuck(at=AT + SOON)
    given.settle(at=AT + SOON)

    assert SandboxFile.objects.count() == 2
    assert {each.kept_as for each in of_answer(case, 1)} == set(
        SandboxFile.objects.values_list("pk", flat=True)
    )
    assert SandboxDispute.objects.get().submitted_at
    assert GatewayCommand.objects.filter(kind="submit_evidence").count() == 1


def test_what_the_provider_does_not_take_is_left_out_and_told(case: Chargeback, finn: User) -> None:
    answering.submit(case.pk, reason=WHY, by=finn, at=AT)
    prepare(case.pk, answer=1, at=AT)
    with (
        faults.planned("before", "keep_paper", InvalidRequest("It is damaged.")),
        clock.pinned(AT),
    ):
        outbox.run(of_answer(case, 1)[0].command_id, at=AT)
    given.settle(at=AT + SOON)

    refused, kept = of_answer(case, 1)
    assert (refused.words, bool(kept.kept_as)) == ("not shown: It is damaged.", True)
    row = SandboxDispute.objects.get()
    assert row.submitted_at
    assert "service_documentation" not in row.evidence
    assert row.evidence["receipt"] == kept.kept_as
    assert Notice.objects.filter(text__contains="it goes without: It is damaged.").exists()


def test_what_the_provider_never_answers_does_not_make_us_late(
    case: Chargeback, finn: User
) -> None:
    assert case.answer_by
    answering.submit(case.pk, reason=WHY, by=finn, at=AT)
    prepare(case.pk, answer=1, at=AT)
    assert send_in_time(at=case.answer_by - 7 * SOON) == []
    assert send_in_time(at=case.answer_by - 5 * SOON) == [case]
    assert send_in_time(at=case.answer_by - 4 * SOON) == []

    assert {each.words for each in of_answer(case, 1)} == {
        "not shown: The provider did not take it in time."
    }
    given.settle(at=case.answer_by - 3 * SOON)
    assert SandboxDispute.objects.get().submitted_at
    assert GatewayCommand.objects.filter(kind="submit_evidence").count() == 1


def test_only_what_banks_read_is_handed_over(case: Chargeback, finn: User, settings: Any) -> None:
    settings.CHARGEBACK_FILES = "tests.stories.test_a_bank_is_answered.too_much"
    answering.submit(case.pk, reason=WHY, by=finn, at=AT)
    given.settle(at=AT)
    given.settle(at=AT + SOON)
    assert [each.title for each in of_answer(case, 1)] == ["small"]
    with pytest.raises(InvalidRequest, match="no PDF, JPEG or PNG"):
        papers.refuse_unread(replace(paper_of(File.objects.latest("pk").ref), content_type="a/b"))
    for sql in (
        "UPDATE payments_evidencefile SET title = 'another'",
        "UPDATE payments_evidencefile SET kept_as = 'file_2'",
        "DELETE FROM payments_evidencefile",
    ):
        with pytest.raises(DatabaseError, match="is final"), transaction.atomic():
            connection.cursor().execute(sql)


def too_much(_case: Chargeback, _at: object) -> list[Drawn]:
    """A text, a file that is too large beside the first one, and one that is not."""
    small = b"%PDF-1.7\n%%EOF"
    large = b"%PDF-1.7\n" + b" " * papers.LARGEST_TOGETHER + b"\n%%EOF"
    return [
        Drawn("uncategorized_file", "text", "notes.txt", b"Notes."),
        Drawn("service_documentation", "small", "small.pdf", small),
        Drawn("receipt", "large", "large.pdf", large),
    ]
