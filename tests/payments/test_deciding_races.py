"""Two of our staff at once, over a bank account or an answer: one is obeyed, with one effect."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Letter, Notice
from payments.gateways.sandbox.models import SandboxDispute
from payments.models import Chargeback, PayoutMethod
from payments.services import answering, evidence_files, naming, outbox
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON, SOON
from tests.invoices._race import rounds
from tests.payments.books import assert_every_law_holds
from tests.payments.given_chargebacks import taken
from tests.payments.test_answering_banks import answers

pytestmark = pytest.mark.django_db(transaction=True)
AT = NOON + 2 * DAY
WHY = "It was delivered and approved."


def finance(name: str) -> User:
    return answers(UserFactory.create(name=name, is_staff=True, roles=["finance"]))


@pytest.mark.parametrize("other", ["accept", "refuse"])
def test_of_two_who_decide_whose_a_bank_is_one_is_obeyed(bob: User, other: str) -> None:
    method = given.payout_method(bob, holder="Mallory Thief")
    finn, fay = finance("Finn"), finance("Fay")
    second = {"accept": naming.accept, "refuse": naming.refuse}[other]
    deeds = [
        partial(naming.accept, method.pk, reason="Her maiden name.", by=finn, at=NOON),
        partial(second, method.pk, reason="It is somebody else's.", by=fay, at=NOON),
    ]

    for said in rounds(deeds * 8):
        assert said == ["WrongState"] * 15 + ["done"]
        became = PayoutMethod.objects.get().state
        assert became in {"named", "refused" if other == "refuse" else "named"}
        assert list(method.changes.values_list("became", flat=True)) == ["doubted", became]
        word = "refused" if became == "refused" else "accepted"
        assert AuditEvent.objects.get(user_id__in=[finn.pk, fay.pk]).deed.endswith(word)
        assert f"/payee_news/{word}/" in Letter.objects.get(key__contains="payee_news/").key
        assert_every_law_holds()


class TestAnsweringABank:
    @pytest.fixture
    def case(self, alice: User, bob: User, settings: Any) -> Chargeback:
        settings.CHARGEBACK_FILES = "tests.payments.test_evidence_files.nothing"
        return taken(given.held_escrow(client=alice, freelancer=bob))

    def test_one_answer_is_heard_whatever_is_drafted_beside_it(self, case: Chargeback) -> None:
        deeds = [
            partial(answering.draft, case.pk, reason="Notes.", by=finance("Fay"), at=AT),
            partial(answering.submit, case.pk, reason=WHY, by=finance("Finn"), at=AT),
        ]

        for said in rounds(deeds * 8):
            assert said.count("WrongState") >= 7
            assert_heard_once(case)

    def test_a_draft_that_is_on_its_way_never_follows_the_answer(self, case: Chargeback) -> None:
        answering.draft(case.pk, reason="Notes.", by=finance("Fay"), at=AT)
        evidence_files.prepare(case.pk, answer=1, at=AT)
        draft, finn = case.commands.get(), finance("Finn")

        def send(pk: int) -> None:
            with clock.pinned(AT):
                outbox.run(pk, at=AT)

        def answer() -> None:
            answering.submit(case.pk, reason=WHY, by=finn, at=AT)
            evidence_files.prepare(case.pk, answer=2, at=AT)
            send(case.commands.latest("pk").pk)

        for said in rounds([partial(send, draft.pk), answer] * 8):
            assert said == ["WrongState"] * 7 + ["done"] * 9
            assert_heard_once(case)


def assert_heard_once(case: Chargeback) -> None:
    given.settle(at=AT + SOON)
    row = SandboxDispute.objects.get()
    assert row.submitted_at
    assert row.evidence["uncategorized_text"] == WHY
    assert Chargeback.objects.get().state == "responded"
    sent = case.commands.filter(kind="submit_evidence")
    assert sent.get(params__submit=True).state == "done"
    assert set(sent.values_list("state", flat=True)) <= {"done", "refused"}
    assert AuditEvent.objects.filter(deed="chargeback.answered").count() == 1
    assert not Notice.objects.filter(text__contains="was refused").exists()
    assert_every_law_holds()
