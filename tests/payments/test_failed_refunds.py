"""A refund that did not arrive, or that came back weeks later: nothing of it is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import SYSTEM, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from ledger.models import Entry
from payments import gateways
from payments.gateways.base import Kind
from payments.models import Charge, OpenItem, Refund
from payments.services import credit, escrow, failed_refunds, refunds
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, credit_of, held
from tests.payments.given_chargebacks import decided, wanted
from tests.payments.racing import at_once
from tests.payments.visiting import text_of
from tests.signing_in import session_of

THE_END = SYSTEM("the contract ended")
LATE = NOON + 12 * DAY


def failed(alice: User, bob: User, code: str = "5126") -> Refund:
    charge = given.paid(given.begun_charge(client=alice, freelancer=bob), code)
    held_one = given.escrow_of(charge)
    escrow.refund(held_one.pk, reason="The work ended.", by=THE_END, at=NOON + DAY)
    given.settle(at=LATE)
    return Refund.objects.get()


@pytest.mark.scenario(34)
def test_what_comes_back_weeks_later_is_set_apart_again(alice: User, bob: User) -> None:
    refund = failed(alice, bob, "5126_late")

    assert (refund.state, refund.problem) == ("failed", "The card that was paid with is closed.")
    assert [change.became for change in refund.changes.order_by("pk")] == [
        "sent",
        "succeeded",
        "failed",
    ]
    assert held(f"refund:{refund.ref}") == EUR("1059.50")
    assert held("provider:clearing") == EUR("0.00")  # both lines of the balance are booked
    assert Entry.objects.filter(kind="unsettle_refund").count() == 1
    assert Letter.objects.filter(key__contains="refund_failed").count() == 1
    assert_every_law_holds()


def test_learning_of_it_again_does_nothing(alice: User, bob: User) -> None:
    refund = failed(alice, bob, "5126_late")
    entries = Entry.objects.count()
    state = gateways.current().fetch(Kind.REFUND, refund.refund_id)

    refunds.follow(refund.pk, state, at=LATE)  # type: ignore[arg-type] # it is a refund's

    assert Entry.objects.count() == entries
    assert Letter.objects.filter(key__contains="refund_failed").count() == 1


def test_sent_once_more_it_arrives(alice: User, bob: User) -> None:
    refund = failed(alice, bob, "5126_late")

    failed_refunds.retry(refund.pk, by=alice, at=LATE)
    with pytest.raises(WrongState):
        failed_refunds.retry(refund.pk, by=alice, at=LATE)
    stale = gateways.current().fetch(Kind.REFUND, refund.refund_id)
    refunds.follow(refund.pk, stale, at=LATE)  # type: ignore[arg-type] # it is a refund's
    assert Refund.objects.get().state == "requested"
    given.settle(at=LATE)
    given.settle(at=LATE + DAY)

    again = Refund.objects.get()
    assert (again.state, again.problem) == ("succeeded", "")
    assert again.refund_id != refund.refund_id
    assert held(f"refund:{refund.ref}") == held("provider:clearing") == EUR("0.00")
    assert list(again.commands.order_by("pk").values_list("generation", flat=True)) == [1, 2]
    assert_every_law_holds()


@pytest.mark.parametrize("code", ["5126", "5126_late"])
def test_kept_it_is_credit_once_and_may_be_sent_back_later(
    alice: User, bob: User, code: str
) -> None:
    refund = failed(alice, bob, code)

    failed_refunds.keep(refund.pk, by=alice, at=LATE)
    with pytest.raises(WrongState):
        failed_refunds.keep(refund.pk, by=alice, at=LATE)

    assert Refund.objects.get().state == "credited"
    assert credit_of(alice) == EUR("1059.50")
    assert Charge.objects.get().refunded == EUR("0.00")
    assert held(f"refund:{refund.ref}") == EUR("0.00")
    assert_every_law_holds()

    credit.send_back(given.organization(alice), amount=EUR("59.50"), by=alice, at=LATE)
    assert Charge.objects.get().refunded == EUR("59.50")
    assert_every_law_holds()


def test_a_retry_that_fails_again_waits_again(alice: User, bob: User) -> None:
    refund = failed(alice, bob)

    failed_refunds.retry(refund.pk, by=alice, at=LATE)
    given.settle(at=LATE)
    given.settle(at=LATE + DAY)

    assert Refund.objects.get().state == "failed"
    assert Letter.objects.filter(key__contains="refund_failed").count() == 2
    assert held(f"refund:{refund.ref}") == EUR("1059.50")
    assert_every_law_holds()


@pytest.mark.scenario(34, 37)
def test_what_a_bank_gave_its_customer_is_owed_again_beside_what_is_set_apart(
    alice: User, bob: User
) -> None:
    """The refund does not arrive, so her bank is asked for it: one payment went back, not two."""
    refund = failed(alice, bob)
    decided(wanted(refund.charge, at=LATE), won=False, at=LATE + DAY)
    item = OpenItem.objects.get()
    assert (item.owed, held(f"refund:{refund.ref}")) == (EUR("1059.50"), EUR("1059.50"))

    failed_refunds.keep(refund.pk, by=alice, at=LATE + 2 * DAY)

    assert credit_of(alice) == item.owed == EUR("1059.50"), "The one pays the other."
    assert Charge.objects.get().refundable == EUR("0.00")
    assert_every_law_holds()


def test_it_is_its_clients_to_decide(alice: User, bob: User) -> None:
    refund = failed(alice, bob)

    for deed in (failed_refunds.retry, failed_refunds.keep):
        with pytest.raises(NotYours):
            deed(refund.pk, by=bob, at=LATE)

    assert Refund.objects.get().state == "failed"


def test_the_page_says_it_and_asks(alice: User, bob: User, charlie: User) -> None:
    refund = failed(alice, bob)
    url = refund.charge.get_absolute_url()
    with clock.pinned(LATE):
        page = text_of(session_of(alice).get(url))
        assert "is still yours: it is set apart with us until you decide" in page
        assert "Keep it as credit" in page
        assert "The money is held until" not in page

        keep = reverse("refund-credit", args=[refund.ref])
        for stranger in (bob, charlie):
            assert session_of(stranger).post(keep).status_code == 404
        answers = [session_of(alice).post(keep, follow=True) for _ in range(2)]

    assert "It is kept as your credit." in text_of(answers[0])
    assert "Keep it as credit" not in text_of(answers[1])
    assert credit_of(alice) == EUR("1059.50")


@pytest.mark.django_db(transaction=True)
def test_sixteen_decisions_at_once_are_one() -> None:
    alice, bob = given.payer(), given.worker()
    refund = failed(alice, bob)

    ended = at_once(
        lambda: failed_refunds.keep(refund.pk, by=alice, at=LATE),
        lambda: failed_refunds.retry(refund.pk, by=alice, at=LATE),
    )

    assert ended == {"done": 1, "refused in words": 15}
    kept = Refund.objects.get().state == "credited"
    assert credit_of(alice) == (EUR("1059.50") if kept else EUR("0.00"))
    assert_every_law_holds()
