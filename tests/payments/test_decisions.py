"""Finance operations hold withdrawals and let them go, in the admin, with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent
from payments.models import Payout, PayoutMethod
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.visiting import text_of
from tests.proven_desk import ProvenDesk
from tests.signing_in import session_of

LIST = "admin:payments_payout_changelist"
WHY = "The name of the bank account is another one."


@pytest.fixture(autouse=True)
def _noon(settings: Any) -> Any:
    with clock.pinned(NOON):
        yield


@pytest.fixture
def desk(finn: User) -> ProvenDesk:
    return ProvenDesk(finn)


def asked(action: str, *payouts: Model, **facts: str) -> dict[str, Any]:
    return {"action": action, ACTION_CHECKBOX_NAME: [each.pk for each in payouts], **facts}


def test_a_reason_is_asked_for_and_then_it_is_held(
    desk: ProvenDesk, bob: User, method: PayoutMethod
) -> None:
    payout = given.requested_payout(bob, method, EUR("100.00"))
    day = f"{NOON + 2 * DAY:%Y-%m-%d}"

    question = desk.post(reverse(LIST), asked("hold", payout))
    assert question.status_code == 200
    assert str(payout) in text_of(question)
    assert Payout.objects.get().state == "requested"

    short = desk.post(
        reverse(LIST), asked("hold", payout, decided="1", reason="odd", review_on=day)
    )
    assert short.status_code == 422
    assert "Say why in a sentence." in text_of(short)
    assert Payout.objects.get().state == "requested"

    answer = asked("hold", payout, decided="1", reason=WHY, review_on=day)
    for _ in range(2):
        assert desk.post(reverse(LIST), answer).status_code == 302

    held = Payout.objects.get()
    assert (held.state, held.held_for, str(held.review_on)) == ("held", WHY, day)
    assert AuditEvent.objects.filter(deed="payout.held").count() == 1
    assert_every_law_holds()


def test_a_batch_is_let_go_with_one_reason_and_each_says_what_became_of_it(
    desk: ProvenDesk, bob: User, method: PayoutMethod, settings: Any
) -> None:
    settings.PAYOUT_REVIEW_FROM_MINOR = {"EUR": 10_000}
    first, second, third = (
        given.requested_payout(bob, method, EUR(sum_)) for sum_ in ("100.00", "150.00", "50.00")
    )

    answer = asked("release", first, second, third, decided="1", reason="All of them are known.")
    page = desk.proven_post(reverse(LIST), answer)

    states = [Payout.objects.get(pk=each.pk).state for each in (first, second, third)]
    assert states == ["requested"] * 3
    assert text_of(page).count("Let these withdrawals go: payout") == 2
    assert f"{third.ref}:" in text_of(page)  # it was never held, and is refused in words
    assert available(bob) == EUR("581.00")
    assert_every_law_holds()


def test_nobody_else_decides(bob: User, method: PayoutMethod) -> None:
    payout = given.requested_payout(bob, method, EUR("100.00"))
    answer = asked("hold", payout, decided="1", reason=WHY, review_on=f"{NOON:%Y-%m-%d}")

    for client in (session_of(bob), Client()):
        assert client.post(reverse(LIST), answer).status_code in {302, 404}

    assert Payout.objects.get().state == "requested"
