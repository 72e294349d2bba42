"""Two workers, a sweep and a person at once: one of them charges, and the client pays once."""

from __future__ import annotations

import pytest

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, ChargeAttempt, Collection, GatewayCommand, PaymentMethod
from payments.services import charging, collecting, methods, outbox
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def collected(*codes: str) -> tuple[User, Charge]:
    alice, bob = given.payer(), given.worker()
    for code in codes:
        given.payment_method(alice, code)
    charge = collecting.collect(
        payer=given.organization(alice),
        escrows=[given.terms(bob)],
        by=SYSTEM("its week was locked"),
        at=NOON,
    )
    return alice, charge


def assert_paid_once() -> None:
    assert Charge.objects.get().state == "succeeded"
    assert SandboxPayment.objects.filter(status="succeeded").count() == 1
    assert Entry.objects.filter(kind="fund_escrow").count() == 1
    assert_every_law_holds()


def test_sixteen_workers_with_one_command_charge_once() -> None:
    collected("4242", "4444")
    command = GatewayCommand.objects.get(kind="charge_saved")

    def work() -> None:
        with clock.pinned(NOON):
            outbox.run(command.pk, at=NOON)

    at_once(work)
    given.settle(at=NOON + SOON)

    assert ChargeAttempt.objects.count() == 1
    assert_paid_once()


def test_sixteen_sweeps_begin_one_round() -> None:
    alice, charge = collected("0341")
    given.settle(at=NOON + SOON)
    given.payment_method(alice, "4242", at=NOON + 2 * SOON)

    ended = at_once(lambda: collecting.try_again(charge.pk, at=NOON + DAY))
    assert ended == {"done": 16}
    given.settle(at=NOON + DAY + SOON)
    given.settle(at=NOON + DAY + 2 * SOON)

    assert ChargeAttempt.objects.filter(round=1).count() == 2  # the refused one, then the other
    assert_paid_once()


def test_a_page_and_a_round_at_once_are_one_of_the_two() -> None:
    alice, charge = collected("0341")
    given.settle(at=NOON + SOON)
    given.payment_method(alice, "4242", at=NOON + 2 * SOON)
    at = NOON + DAY

    at_once(
        lambda: collecting.try_again(charge.pk, at=at),
        lambda: collecting.ask_for_page(charge.pk, by=alice, at=at),
    )

    pages = GatewayCommand.objects.filter(kind="start_checkout").count()
    rounds = ChargeAttempt.objects.filter(round=1).count()
    assert sorted([pages, rounds]) == [0, 1]
    assert_every_law_holds()


def test_sixteen_changes_of_the_order_leave_an_order() -> None:
    alice, _ = collected("4242", "4444", "sepa")
    keys = list(PaymentMethod.objects.values_list("pk", flat=True))

    at_once(
        *[lambda pk=pk: methods.make_primary(pk, by=alice, at=NOON) for pk in keys],
        lambda: methods.remove(keys[0], by=alice, at=NOON),
    )

    places = PaymentMethod.objects.filter(removed_at=None).order_by("position")
    assert list(places.values_list("position", flat=True)) == [0, 1]
    assert_every_law_holds()


def test_control_without_the_lock_two_rounds_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database lets one of them stand all the same: one try at a time."""
    alice, charge = collected("0341")
    given.settle(at=NOON + SOON)
    given.payment_method(alice, "4242", at=NOON + 2 * SOON)

    def unlocked(charge_id: int) -> tuple[Charge, list[object]]:
        found = Charge.objects.select_related("client").get(pk=charge_id)
        return found, list(found.settlements.select_related("escrow", "open_item"))

    monkeypatch.setattr(charging, "lock", unlocked)

    ended = at_once(lambda: collecting.try_again(charge.pk, at=NOON + DAY))

    assert ended["done"] < 16
    assert Collection.objects.get().attempts.filter(round=1).count() == 1
