"""What lies at a payee's account and what is promised of it change while nobody counts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from payments.gateways.base import PayoutState, Status, TransferState
from payments.models import Payee, Payout
from payments.services import sending
from tests import given_payments as given
from tests.given_payments import EUR, NOON
from tests.outrunning import outrun
from tests.payments.books import assert_every_law_holds

pytestmark = pytest.mark.django_db(transaction=True)
SENT = NOON + timedelta(hours=1)
LATER = SENT + timedelta(hours=2)


def is_paid(payout: Payout) -> None:
    state = PayoutState(
        payout.payout_id, payout.ref, "acct", Status.SUCCEEDED, 9_901, "EUR", payout.arrives_on
    )
    sending.follow(payout.pk, state, at=LATER)


def fails(payout: Payout) -> None:
    sending.fail(payout.pk, problem="The account is closed.", at=LATER)


def is_transferred(payout: Payout) -> None:
    assert payout.to_transfer
    state = TransferState("tr_1", payout.ref, "acct", 9_901, "EUR")
    sending.transferred(payout.pk, state=state, at=LATER)


@pytest.mark.parametrize(
    ("news", "was", "becomes"),
    [(is_paid, "sent", "paid"), (fails, "sent", "failed"), (is_transferred, "sending", "sent")],
)
def test_news_waits_for_who_counts_what_is_there(
    news: Callable[[Payout], None], was: str, becomes: str
) -> None:
    alice, bob = given.payer(), given.worker()
    given.available_earnings(client=alice, freelancer=bob)
    payout = given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))
    if was == "sent":
        given.settle(at=SENT)
    else:
        sending.send(payout.pk, at=SENT)
    payout = Payout.objects.get(pk=payout.pk)
    seen: list[str] = []

    ended = outrun(
        lambda: Payee.objects.lock_of(payout.freelancer_id),
        lambda: news(payout),
        then=lambda: seen.append(Payout.objects.get(pk=payout.pk).state),
    )

    assert (ended, seen, Payout.objects.get(pk=payout.pk).state) == ("done", [was], becomes)
    assert_every_law_holds()
