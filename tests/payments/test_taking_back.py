"""What was released or paid is taken back, and what is owed is owed less."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given as drawn
from hypothesis import settings as how
from hypothesis import strategies as st

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from ledger.services.posting import post_many
from payments.models import Lot, OpenItem
from payments.services import earnings
from payments.services.taking_back import TakenBack, take_back
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, credit_of, held, pending

pytestmark = pytest.mark.django_db


def taken_back(
    amount: str, *, of: str, note: str = "N1", at: datetime = NOON, item: OpenItem | None = None
) -> TakenBack:
    with transaction.atomic():
        taken = take_back(
            EUR(amount),
            documents=[of],
            item_id=item.pk if item else None,
            because=("credit_note", note),
            at=at,
        )
        if taken.movements:
            post_many(taken.movements)
    return taken


def debt_of(freelancer: User) -> Money:
    return held(f"freelancer:{given.organization(freelancer).pk}:debt")


class TestReleased:
    def test_pending_money_goes_back_first(self, alice: User, bob: User) -> None:
        lot = given.released(client=alice, freelancer=bob).lot

        taken = taken_back("200.00", of=lot.document.removeprefix("invoice/"))

        # 10 % and 19 % VAT on it: 23.80 of 200 is ours.
        assert taken.from_freelancer == EUR("176.20")
        assert taken.to_credit == credit_of(alice) == EUR("211.90")
        assert pending(bob) == EUR("704.80")
        assert_every_law_holds()

    @pytest.mark.scenario(14)
    def test_then_what_is_available_then_a_debt(self, alice: User, bob: User) -> None:
        lot = given.available_earnings(client=alice, freelancer=bob).lot
        given.requested_payout(bob, given.payout_method(bob), EUR("800.00"))

        taken_back("200.00", of=lot.document.removeprefix("invoice/"))

        assert available(bob) == EUR("0.00")
        assert debt_of(bob) == EUR("-95.20")
        assert credit_of(alice) == EUR("211.90")
        assert_every_law_holds()

    @pytest.mark.scenario(33)
    def test_it_never_gives_back_more_than_it_brought(self, alice: User, bob: User) -> None:
        lot = given.released(client=alice, freelancer=bob).lot
        document = lot.document.removeprefix("invoice/")
        taken_back("999.99", of=document)

        with pytest.raises(NotAllowed, match=r"€0\.01 was paid for it"):
            taken_back("0.02", of=document, note="N2")
        assert_every_law_holds()

    def test_what_is_left_becomes_available(self, alice: User, bob: User) -> None:
        lot = given.released(client=alice, freelancer=bob).lot
        taken_back("200.00", of=lot.document.removeprefix("invoice/"))

        earnings.make_available(at=NOON + 10 * DAY)

        assert available(bob) == EUR("704.80")
        assert_every_law_holds()

    def test_no_row_gives_back_more_than_it_brought(self, alice: User, bob: User) -> None:
        lot = given.released(client=alice, freelancer=bob).lot
        for column in ["gross_back", "amount_back"]:
            with pytest.raises(IntegrityError, match="no_more_goes_back"), transaction.atomic():
                _sql(f"UPDATE payments_lot SET {column} = 1000.01 WHERE id = {lot.pk}")


class TestOwed:
    def owed(self, alice: User, bob: User) -> OpenItem:
        return given.open_item(client=alice, freelancer=bob)

    def test_what_was_not_paid_is_no_longer_owed(self, alice: User, bob: User) -> None:
        item = self.owed(alice, bob)

        taken = taken_back("200.00", of="I1", item=item)

        assert taken.owed_less == EUR("211.90")
        assert taken.to_credit == EUR("0.00")
        assert not taken.movements
        item = OpenItem.objects.get()
        assert (item.owed, item.is_open) == (EUR("847.60"), True)
        assert_every_law_holds()

    def test_all_of_it_closes_the_item(self, alice: User, bob: User) -> None:
        taken_back("1000.00", of="I1", item=self.owed(alice, bob))

        item = OpenItem.objects.get()
        assert (item.owed, item.closed_at) == (EUR("0.00"), NOON)
        assert_every_law_holds()

    def test_only_the_rest_goes_back(self, alice: User, bob: User) -> None:
        item = self.owed(alice, bob)
        given.part_paid(item, EUR("847.60"), by=alice)  # 800 of the work

        taken = taken_back("500.00", of="I1", item=item)

        assert taken.owed_less == EUR("211.90")
        assert taken.to_credit == credit_of(alice) == EUR("317.85")
        assert OpenItem.objects.get().closed_at
        assert Lot.objects.get().gross_back == EUR("300.00")
        assert_every_law_holds()

    @pytest.mark.parametrize("column", ["paid", "credited"])
    def test_no_row_owes_less_than_nothing(self, alice: User, bob: User, column: str) -> None:
        item = self.owed(alice, bob)
        with pytest.raises(IntegrityError, match="nobody_pays_more"), transaction.atomic():
            _sql(f"UPDATE payments_openitem SET {column} = 1059.51 WHERE id = {item.pk}")


@drawn(
    cents=st.integers(1, 300_000),
    fees=st.tuples(st.integers(0, 3_000), st.integers(0, 2_700)),
    cuts=st.lists(st.integers(1, 300_000), max_size=6),
)
@how(deadline=None, max_examples=200)
def test_parts_of_a_lot_add_up_and_none_is_negative(
    cents: int, fees: tuple[int, int], cuts: list[int]
) -> None:
    gross = EUR(f"{cents / 100:.2f}")
    fee = EUR(f"{cents * fees[0] // 10_000 / 100:.2f}")
    fee_tax = EUR(f"{cents * fees[0] * fees[1] // 10**8 / 100:.2f}")
    nothing = EUR("0.00")
    lot = Lot(
        currency="EUR",
        net=gross,
        gross=gross,
        fee=fee,
        fee_tax=fee_tax,
        amount=gross - fee - fee_tax,
        client_fee=fee,
        client_fee_tax=fee_tax,
        gross_back=nothing,
        amount_back=nothing,
    )
    parts = []
    for cut in [*cuts, cents]:
        part = min(EUR(f"{cut / 100:.2f}"), lot.gross - lot.gross_back)
        if part:
            parts.append(lot.part_back(part))
            lot.gross_back += part
    for name in ["gross", "amount", "fee", "fee_tax", "client_fee", "client_fee_tax"]:
        given_back = [getattr(part, name) for part in parts]
        assert min(given_back) >= nothing
        assert sum(given_back, nothing) == getattr(lot, name)
    assert all(part.gross == part.amount + part.fee + part.fee_tax for part in parts)


@drawn(steps=st.lists(st.tuples(st.booleans(), st.integers(1, 110_000)), max_size=8))
@how(deadline=None, max_examples=200)
def test_payments_and_credits_of_an_item_add_up(steps: list[tuple[bool, int]]) -> None:
    """Payments fill it from the beginning, credits from the end, and they meet to the cent."""
    item = _item()
    gross = fee = tax = work = EUR("0.00")
    for is_credit, cents in [*steps, (False, 10**7)]:
        amount = EUR(f"{cents / 100:.2f}")
        if is_credit:
            reduced = min(amount, item.unpaid_gross)
            item.reduce(reduced)
            work += reduced
        elif item.owed:
            part = item.payment_of(min(amount, item.owed))
            item.paid += min(amount, item.owed)
            gross, fee, tax = gross + part.gross, fee + part.client_fee, tax + part.client_fee_tax
            assert min(part.gross, part.client_fee, part.client_fee_tax) >= EUR("0.00")
    assert item.owed == EUR("0.00")
    assert gross + work == item.gross
    assert gross + fee + tax == item.paid


def _item() -> OpenItem:
    nothing = EUR("0.00")
    return OpenItem(
        currency="EUR",
        net=EUR("840.33"),
        tax=EUR("159.66"),
        gross=EUR("999.99"),
        client_fee=EUR("42.02"),
        client_fee_tax=EUR("8.40"),
        freelancer_fee_bps=1_000,
        freelancer_fee_tax_bps=1_900,
        paid=nothing,
        credited=nothing,
    )


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.scenario(33)
def test_sixteen_at_once_take_it_back_once() -> None:
    from tests.invoices._race import race

    alice, bob = given.payer(), given.worker()
    lot = given.released(client=alice, freelancer=bob).lot
    document = lot.document.removeprefix("invoice/")

    outcomes = race([partial(taken_back, "600.00", of=document, note=f"N{n}") for n in range(16)])

    assert outcomes == ["NotAllowed"] * 15 + ["done"]
    assert credit_of(alice) == EUR("635.70")
    assert_every_law_holds()
