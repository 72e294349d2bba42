"""While a freeze is open nothing leaves an escrow, whoever asks and however."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from billing_site.kernel.transitions import SYSTEM, NotAllowed, WrongState
from billing_site.people.models import User
from ledger import movements
from ledger.services.posting import post
from payments.models import Escrow, Freeze, Lot, Refund
from payments.services import dividing, escrow, freezing
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.racing import at_once

DISPUTE, CHARGEBACK = Freeze.Cause.DISPUTE, Freeze.Cause.CHARGEBACK
BANK = SYSTEM("the client's bank asks for it back")
INSERT = "INSERT INTO payments_freeze (escrow_id, cause, reason, opened_at)"
KEPT = "stays where it is: the two sides do not agree about it"


def frozen(it: Escrow, by: User, cause: Freeze.Cause = DISPUTE) -> Freeze:
    return freezing.freeze(it.pk, cause=cause, reason="The logo is late.", by=by, at=NOON + DAY)


class TestInWords:
    def test_release_refund_and_division_are_refused(
        self, held_escrow: Escrow, alice: User
    ) -> None:
        frozen(held_escrow, alice)
        at = NOON + 2 * DAY

        for leave in (
            lambda: escrow.release(held_escrow.pk, document="INV1", at=at),
            lambda: escrow.refund(held_escrow.pk, reason="It ended.", by=BANK, at=at),
            lambda: dividing.divide(
                held_escrow.pk, released=EUR("1.00"), document="I", reason="", by=BANK, at=at
            ),
        ):
            with pytest.raises(NotAllowed, match=KEPT):
                leave()

        assert held(f"escrow:{held_escrow.ref}") == EUR("1000.00")
        assert not Lot.objects.exists()
        assert not Refund.objects.exists()
        assert_every_law_holds()

    def test_it_goes_on_when_the_last_cause_has_ended(
        self, held_escrow: Escrow, alice: User
    ) -> None:
        frozen(held_escrow, alice)
        freezing.freeze(held_escrow.pk, cause=CHARGEBACK, reason="Bank", by=BANK, at=NOON + DAY)
        assert list(Escrow.objects.frozen()) == [held_escrow]

        freezing.unfreeze(held_escrow.pk, cause=DISPUTE, by=alice, at=NOON + 2 * DAY)
        with pytest.raises(NotAllowed, match="the client's bank wants it back"):
            escrow.release(held_escrow.pk, document="INV1", at=NOON + 2 * DAY)
        freezing.unfreeze(held_escrow.pk, cause=CHARGEBACK, by=BANK, at=NOON + 3 * DAY)
        escrow.release(held_escrow.pk, document="INV1", at=NOON + 3 * DAY)

        assert not Escrow.objects.frozen().exists()
        assert not Freeze.objects.open().exists()
        assert held(f"escrow:{held_escrow.ref}") == EUR("0.00")

    def test_a_cause_freezes_once_and_ends_only_its_own(
        self, held_escrow: Escrow, alice: User
    ) -> None:
        assert frozen(held_escrow, alice) == frozen(held_escrow, alice)

        with pytest.raises(WrongState, match="is not kept because the client's bank"):
            freezing.unfreeze(held_escrow.pk, cause=CHARGEBACK, by=BANK, at=NOON + DAY)

        assert Freeze.objects.open().get().cause == DISPUTE
        ended = freezing.unfreeze(held_escrow.pk, cause=DISPUTE, by=alice, at=NOON + 2 * DAY)
        assert (ended.ended_at, ended.ended_by) == (NOON + 2 * DAY, alice)
        assert frozen(held_escrow, alice).pk != ended.pk

    def test_what_has_left_is_not_frozen(self, held_escrow: Escrow, alice: User) -> None:
        escrow.release(held_escrow.pk, document="INV1", at=NOON)

        with pytest.raises(WrongState, match="can be kept: it is released"):
            frozen(held_escrow, alice)

        assert not Freeze.objects.exists()


def test_time_that_several_stood_counts_once() -> None:
    def stood(*spans: tuple[int, int | None]) -> timedelta:
        rows = [
            Freeze(opened_at=NOON + a * DAY, ended_at=None if b is None else NOON + b * DAY)
            for a, b in spans
        ]
        return freezing.stood_still(rows, since=NOON + DAY, until=NOON + 9 * DAY)

    assert stood() == 0 * DAY
    assert stood((2, 4)) == 2 * DAY
    assert stood((0, 4), (3, 5), (2, 3)) == 4 * DAY
    assert stood((8, None), (2, 3)) == 2 * DAY
    assert stood((0, 1), (9, 12)) == 0 * DAY


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
class TestInSql:
    @pytest.fixture
    def kept(self) -> Freeze:
        alice, bob = given.payer(), given.worker()
        return frozen(given.held_escrow(client=alice, freelancer=bob), alice)

    def released(self, it: Escrow) -> movements.Movement:
        """As a bug would write it, that asks nobody."""
        return movements.release_escrow(
            escrow=it.ref,
            invoice="INV1",
            freelancer=it.freelancer_id,
            gross=EUR("5.00"),
            client_fee=EUR("0.00"),
            freelancer_fee=EUR("0.00"),
            freelancer_fee_tax=EUR("0.00"),
            tax_country="DE",
            at=NOON,
        )

    def test_the_books_refuse_it(self, kept: Freeze) -> None:
        with pytest.raises(IntegrityError, match="Nothing leaves a frozen escrow"):
            post(self.released(kept.escrow))

        assert held(f"escrow:{kept.escrow.ref}") == EUR("1000.00")
        freezing.unfreeze(kept.escrow_id, cause=DISPUTE, by=BANK, at=NOON + DAY)
        post(self.released(kept.escrow))
        assert held(f"escrow:{kept.escrow.ref}") == EUR("995.00")

    def test_without_the_trigger_it_would_go(self, kept: Freeze) -> None:
        """The guard is proven: with it dropped, the same statement goes through."""
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            cursor.execute(
                "ALTER TABLE ledger_posting DISABLE TRIGGER nothing_leaves_a_frozen_escrow"
            )
        try:
            post(self.released(kept.escrow))
        finally:
            with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
                cursor.execute(
                    "ALTER TABLE ledger_posting ENABLE TRIGGER nothing_leaves_a_frozen_escrow"
                )

        assert held(f"escrow:{kept.escrow.ref}") == EUR("995.00")

    @pytest.mark.parametrize(
        ("sql", "says"),
        [
            ("UPDATE payments_freeze SET reason = 'x'", "is final"),
            ("UPDATE payments_freeze SET cause = 'staff'", "is final"),
            ("DELETE FROM payments_freeze", "is final"),
            (
                "UPDATE payments_freeze SET ended_at = opened_at - interval '1 day'",
                "freeze_ends_after_it_began",
            ),
            (
                f"{INSERT} SELECT escrow_id, cause, 'again', now() FROM payments_freeze",
                "one_cause_freezes_an_escrow_once_at_a_time",
            ),
            (
                f"{INSERT} SELECT escrow_id, 'mood', 'x', now() FROM payments_freeze",
                "freeze_has_a_known_cause",
            ),
        ],
    )
    def test_a_row_is_what_it_was(self, kept: Freeze, sql: str, says: str) -> None:
        with (
            pytest.raises(IntegrityError, match=says),
            transaction.atomic("owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(sql)

    def test_one_that_ended_does_not_begin_again(self, kept: Freeze) -> None:
        freezing.unfreeze(kept.escrow_id, cause=DISPUTE, by=BANK, at=NOON + DAY)
        with (
            pytest.raises(IntegrityError, match="is final"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute("UPDATE payments_freeze SET ended_at = NULL")


@pytest.mark.django_db(transaction=True)
def test_freezing_while_it_is_released_does_one_of_the_two() -> None:
    alice, bob = given.payer(), given.worker()
    it = given.held_escrow(client=alice, freelancer=bob)

    ended = at_once(
        lambda: frozen(it, alice),
        lambda: escrow.release(it.pk, document="INV1", at=NOON + DAY),
    )

    was_frozen = Freeze.objects.open().exists()
    assert Lot.objects.exists() is not was_frozen
    assert ended["done"] == (8 if was_frozen else 1)  # a second freeze is the first
    assert ended["done"] + ended["refused in words"] == 16
    assert_every_law_holds()
