"""Scenario 42: a bank suspects fraud; staff is told, one proposes a refund, another one does it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, transaction
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent, Notice
from invoices.models import Milestone
from invoices.services import invoicing
from payments.gateways.sandbox.models import SandboxRefund
from payments.models import Chargeback, Escrow, FraudWarning, GatewayEvent, Refund
from payments.services import fraud_warnings
from tests import given
from tests.factories.people import UserFactory
from tests.given_world import DAY, MORNING, agreed, first_of, live, pay, studio
from tests.invoices._race import rounds
from tests.invoices.books import assert_every_law_holds
from tests.payments.test_decisions import asked
from tests.signing_in import session_of, with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.scenario(42)]
WHY = "The name on the card is another one."
AT = MORNING + 2 * DAY


@pytest.fixture(autouse=True)
def _only_payments(settings: Any) -> None:
    settings.TICKS = [tick for tick in settings.TICKS if tick.startswith("payments.")]


@pytest.fixture
def finn(db: None) -> User:
    return decides("Finn")


@pytest.fixture
def fay(db: None) -> User:
    return decides("Fay")


def decides(name: str) -> User:
    user = UserFactory.create(name=name, email=f"{name}@example.org", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_fraudwarning"))
    return user


@pytest.fixture
def milestone(finn: User) -> Milestone:
    """Paid with a card that its bank suspects a day later."""
    world = studio()
    first = first_of(agreed(world, "1000.00"))
    pay(first, by=world.ada, at=MORNING, outcome="5423")
    live(MORNING, AT)
    return Milestone.objects.get()


def test_staff_is_told_once_and_nothing_moves(milestone: Milestone, finn: User) -> None:
    warning = FraudWarning.objects.get()
    assert (warning.reason, warning.standing) == (
        "unauthorized_use_of_card",
        "waits for somebody to look",
    )
    assert "was paid by fraud" in Notice.objects.get(user_id=finn.pk).text
    event = GatewayEvent.objects.get(type="radar.early_fraud_warning.created")
    GatewayEvent.objects.filter(pk=event.pk).update(handled_at=None)
    live(AT, AT + DAY)

    assert FraudWarning.objects.count() == Notice.objects.filter(user_id=finn.pk).count() == 1
    assert Escrow.objects.get().state == "held"


def test_two_people_send_it_back_before_the_bank_does(
    milestone: Milestone, finn: User, fay: User
) -> None:
    warning = FraudWarning.objects.get()
    with pytest.raises(WrongState, match="Propose it first"):
        fraud_warnings.confirm(warning.pk, reason=WHY, by=fay, at=AT)
    fraud_warnings.propose(warning.pk, reason=WHY, by=finn, at=AT)
    with pytest.raises(NotYours, match="takes two people"):
        fraud_warnings.confirm(warning.pk, reason=WHY, by=finn, at=AT)
    assert Escrow.objects.get().state == "held"

    fraud_warnings.confirm(warning.pk, reason=WHY, by=fay, at=AT)
    with pytest.raises(WrongState, match="Fay was faster: what is held goes back"):
        fraud_warnings.confirm(warning.pk, reason=WHY, by=fay, at=AT)
    live(AT, AT + 10 * DAY)

    assert (Escrow.objects.get().state, Milestone.objects.get().state) == ("refunded", "closed")
    assert [each.status for each in SandboxRefund.objects.all()] == ["succeeded"]
    assert not Chargeback.objects.exists(), "Its holder has it back already."
    assert AuditEvent.objects.filter(deed__startswith="warning.").count() == 2
    assert_every_law_holds()


def test_what_was_delivered_stays_and_staff_hears_of_it(
    milestone: Milestone, finn: User, fay: User
) -> None:
    worker = User.objects.get(name="Ben")
    invoicing.deliver(milestone.pk, message="All of it.", by=worker, at=AT)
    warning = FraudWarning.objects.get()
    fraud_warnings.propose(warning.pk, reason=WHY, by=finn, at=AT)
    fraud_warnings.confirm(warning.pk, reason=WHY, by=fay, at=AT)
    given.jobs_done(at=AT)

    assert Escrow.objects.get().state == "held"
    assert Notice.objects.filter(user_id=finn.pk, text__contains="stays held").count() == 1
    assert_every_law_holds()


def test_left_alone_the_bank_takes_it(milestone: Milestone, finn: User) -> None:
    warning = FraudWarning.objects.get()
    fraud_warnings.leave(warning.pk, reason=WHY, by=finn, at=AT)
    live(AT, AT + 8 * DAY)

    assert Chargeback.objects.get().reason == "fraudulent"
    for decide in (fraud_warnings.propose, fraud_warnings.leave):
        with pytest.raises(WrongState, match="left as it is"):
            decide(warning.pk, reason=WHY, by=finn, at=AT + 8 * DAY)


def test_while_the_bank_decides_nothing_is_proposed(milestone: Milestone, finn: User) -> None:
    live(AT, AT + 8 * DAY)
    assert Chargeback.objects.get().state == "opened"

    with pytest.raises(NotAllowed, match="wants it back"):
        fraud_warnings.propose(FraudWarning.objects.get().pk, reason=WHY, by=finn, at=AT + 8 * DAY)


@pytest.mark.parametrize(
    "decide", [fraud_warnings.propose, fraud_warnings.confirm, fraud_warnings.leave]
)
def test_it_is_for_finance_operations(milestone: Milestone, decide: Callable[..., Any]) -> None:
    mia = UserFactory.create(name="Mia", is_staff=True)
    for by in (mia, User.objects.get(name="Ada"), User.objects.get(name="Ben")):
        with pytest.raises(NotYours):
            decide(FraudWarning.objects.get().pk, reason=WHY, by=by, at=AT)


def test_at_the_desk_the_second_proves_who_they_are(
    milestone: Milestone, finn: User, fay: User
) -> None:
    warning, address = FraudWarning.objects.get(), reverse("admin:payments_fraudwarning_changelist")
    for user in (finn, fay):
        with_second_factor(user)
    with clock.pinned(AT):
        sent = asked("propose", warning, decided="1", reason=WHY)
        assert session_of(finn).post(address, sent).status_code == 302
        sent = asked("confirm", warning, decided="1", reason=WHY)
        answer: Any = session_of(fay).post(address, sent)

    warning.refresh_from_db()
    assert (warning.standing, warning.proposed_by) == ("waits for a second person", finn)
    assert "reauthenticate" in answer.url


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("a_proposed_refund_says_who_and_why", {"proposed_at": AT}),
        ("another_person_confirms_a_protective_refund", {"is_refunded": True}),
        ("a_decided_warning_says_by_whom", {"decided_at": AT}),
    ],
)
def test_the_database_refuses(milestone: Milestone, name: str, facts: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        FraudWarning.objects.update(**facts)


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_send_it_back_once() -> None:
    """Scenario 42 as a race: Fay and Frank both press the button on what Finn proposed."""
    finn, fay, frank = decides("Finn"), decides("Fay"), decides("Frank")
    world = studio()
    pay(first_of(agreed(world, "1000.00")), by=world.ada, at=MORNING, outcome="5423")
    live(MORNING, AT)
    warning = FraudWarning.objects.get()
    fraud_warnings.propose(warning.pk, reason=WHY, by=finn, at=AT)
    deeds = [
        partial(fraud_warnings.confirm, warning.pk, reason=WHY, by=by, at=AT) for by in (fay, frank)
    ]

    for said in rounds(deeds * 8):
        assert said == ["WrongState"] * 15 + ["done"]
        assert AuditEvent.objects.filter(deed="warning.confirmed").count() == 1
        given.jobs_done(at=AT)
        assert Refund.objects.count() == SandboxRefund.objects.count() == 1
        assert Escrow.objects.get().state == "refunded"
    assert_every_law_holds()
