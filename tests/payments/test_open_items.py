"""What is owed on a document: paid whole, in parts, twice, and by two cards at once."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from billing_site.kernel.money import from_minor, share, to_minor, zero
from billing_site.people.models import User
from payments.models import Escrow, Lot, OpenItem, Settlement
from payments.services import charging
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, held, pending

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(alice: User, bob: User) -> OpenItem:
    return given.open_item(client=alice, freelancer=bob)


def test_a_payment_goes_straight_to_pending(item: OpenItem, alice: User, bob: User) -> None:
    given.part_paid(item, EUR("1059.50"), by=alice)

    item.refresh_from_db()
    assert (item.owed, item.closed_at) == (EUR("0.00"), NOON)
    lot = Lot.objects.get()
    assert (lot.gross, lot.fee, lot.fee_tax) == (EUR("1000.00"), EUR("100.00"), EUR("19.00"))
    assert (lot.amount, lot.available_at) == (EUR("881.00"), NOON + 5 * DAY)
    assert pending(bob) == EUR("881.00")
    assert held("income:client_fee") == EUR("50.00")
    assert held("income:freelancer_fee") == EUR("100.00")
    assert held("tax:vat:DE") == EUR("28.50")
    assert_every_law_holds()


def test_parts_add_up_to_the_whole(item: OpenItem, alice: User, bob: User) -> None:
    for part in ("333.33", "333.33", "392.84"):
        given.part_paid(OpenItem.objects.get(pk=item.pk), EUR(part), by=alice)

    item.refresh_from_db()
    assert not item.is_open
    assert pending(bob) == EUR("881.00")
    assert held("income:client_fee") == EUR("50.00")
    assert_every_law_holds()


def test_who_pays_twice_keeps_the_second_as_credit(item: OpenItem, alice: User, bob: User) -> None:
    ours = given.organization(alice)
    both = [
        given.opened(charging.begin(payer=ours, purposes=[(item, item.owed)], by=alice, at=NOON))
        for _ in range(2)
    ]
    for charge in both:
        given.paid(charge)

    assert pending(bob) == EUR("881.00")
    assert held(f"client:{ours.pk}:credit") == EUR("1059.50")
    assert Lot.objects.count() == 1
    kept = Settlement.objects.order_by("pk").values_list("kept", flat=True)
    assert list(kept) == [EUR("0.00").amount, EUR("1059.50").amount]
    assert_every_law_holds()


def test_who_pays_more_than_is_left_keeps_the_rest(item: OpenItem, alice: User) -> None:
    ours = given.organization(alice)
    large = given.opened(
        charging.begin(payer=ours, purposes=[(item, item.owed)], by=alice, at=NOON)
    )
    given.part_paid(item, EUR("59.50"), by=alice)

    given.paid(large)

    item.refresh_from_db()
    assert not item.is_open
    assert held(f"client:{ours.pk}:credit") == EUR("59.50")
    assert_every_law_holds()


@drawn(
    net=st.integers(1, 10**9),
    tax=st.integers(0, 2_700),
    fee=st.integers(0, 1_500),
    fee_tax=st.integers(0, 2_700),
    cuts=st.lists(st.integers(1, 10**9), max_size=6),
)
@settings(max_examples=300, deadline=None)
def test_parts_of_anything_add_up(
    net: int, tax: int, fee: int, fee_tax: int, cuts: list[int]
) -> None:
    whole = terms_of(OpenItem, net, tax, fee, fee_tax)
    marks = sorted({cut % to_minor(whole.total) for cut in cuts} - {0})
    parts = []
    for mark in [*marks, to_minor(whole.total)]:
        amount = from_minor(mark, "EUR") - whole.paid
        parts.append(whole.payment_of(amount))
        assert parts[-1].client_total == amount
        whole.paid += amount

    nothing = zero("EUR")
    for name in ("gross", "net", "client_fee", "client_fee_tax"):
        assert sum((getattr(part, name) for part in parts), start=nothing) == getattr(whole, name)
        assert all(getattr(part, name) >= nothing for part in parts), name
    got = sum((part.net_to_freelancer for part in parts), start=nothing)
    assert got == whole.net_to_freelancer


@drawn(
    net=st.integers(1, 10**9),
    tax=st.integers(0, 2_700),
    fee=st.integers(0, 1_500),
    fee_tax=st.integers(0, 2_700),
    cuts=st.lists(st.tuples(st.integers(1, 10**9), st.booleans()), max_size=6),
)
@settings(max_examples=300, deadline=None)
def test_what_leaves_an_escrow_empties_it(
    net: int, tax: int, fee: int, fee_tax: int, cuts: list[tuple[int, bool]]
) -> None:
    """Released and refunded in any parts and order, each of its accounts ends at nothing."""
    nothing = zero("EUR")
    whole = terms_of(Escrow, net, tax, fee, fee_tax)
    deferred, back = whole.client_fee, nothing
    for cut, is_refund in [*cuts, (0, True)]:
        left = to_minor(whole.remaining)
        if not left:
            break
        gross = from_minor(1 + cut % left if cut else left, "EUR")
        part = whole.refund_of(gross) if is_refund else whole.release_of(gross)
        assert min(part.client_fee, part.client_fee_tax, part.net, part.freelancer_fee) >= nothing
        deferred -= part.client_fee
        if is_refund:
            whole.refunded += gross
            back += part.client_fee_tax
        else:
            whole.released += gross

    assert whole.remaining == deferred == nothing
    assert back <= whole.client_fee_tax
    if not whole.released:
        assert back == whole.client_fee_tax


Held = TypeVar("Held", Escrow, OpenItem)


def terms_of(model: type[Held], net: int, tax: int, fee: int, vat: int) -> Held:
    price = from_minor(net, "EUR")
    own_tax, client_fee = share(price, basis_points=tax), share(price, basis_points=fee)
    made = model(
        currency="EUR",
        net=price,
        tax=own_tax,
        gross=price + own_tax,
        client_fee=client_fee,
        client_fee_tax=share(client_fee, basis_points=vat),
        freelancer_fee_bps=1_000,
        freelancer_fee_tax_bps=vat,
    )
    if isinstance(made, OpenItem):
        made.paid, made.due_on = zero("EUR"), date(2026, 3, 2)
    else:
        made.released = made.refunded = made.divided = made.lost = zero("EUR")
    return made
