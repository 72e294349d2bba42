"""Paid, released and sent back coin by coin: no share is negative, and all of them add up."""

from __future__ import annotations

import pytest
from hypothesis import example, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from billing_site.kernel.money import Money, coin, from_minor, share, zero
from billing_site.people.models import User
from payments.models import Escrow, Lot, OpenItem, Quote
from payments.models.terms import Part
from payments.services import charging, earnings
from payments.services.going_back import margin_with
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held, pending
from tests.payments.test_open_items import terms_of

SHARES = (
    "gross",
    "net",
    "client_fee",
    "client_fee_tax",
    "freelancer_fee",
    "freelancer_fee_tax",
    "net_to_freelancer",
)
terms = drawn(
    net=st.integers(1, 400),
    tax=st.integers(0, 2_700),
    fee=st.integers(0, 1_500),
    fee_tax=st.integers(0, 2_700),
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=8),
)


def added(parts: list[Part], name: str) -> object:
    return sum((getattr(part, name) for part in parts), start=zero("EUR"))


@terms
@example(net=25, tax=0, fee=500, fee_tax=1_900, sizes=[1])  # a cent of fee, and one of its tax
@settings(max_examples=40, deadline=None)
def test_what_is_owed_is_paid_by_coins(
    net: int, tax: int, fee: int, fee_tax: int, sizes: list[int]
) -> None:
    item = terms_of(OpenItem, net, tax, fee, fee_tax)
    parts: list[Part] = []
    item.credited = zero("EUR")
    while item.owed:
        amount = min(from_minor(sizes[len(parts) % len(sizes)], "EUR"), item.owed)
        parts.append(item.payment_of(amount))
        item.paid += amount

    for name in SHARES:
        assert min(getattr(part, name) for part in parts) >= zero("EUR"), name
        assert added(parts, name) == getattr(item, name), name


@terms
@example(net=100, tax=0, fee=500, fee_tax=1_900, sizes=[1, 2])  # a cent of tax, for two halves
@settings(max_examples=40, deadline=None)
def test_what_is_held_leaves_by_coins_to_both_sides(
    net: int, tax: int, fee: int, fee_tax: int, sizes: list[int]
) -> None:
    """What the client paid on top is earned or goes back, each cent of it once."""
    it = terms_of(Escrow, net, tax, fee, fee_tax)
    out: list[Part] = []
    back: list[Part] = []
    while it.remaining:
        turn = len(out) + len(back)
        gross = min(from_minor(sizes[turn % len(sizes)], "EUR"), it.remaining)
        if sizes[turn % len(sizes)] % 2:
            out.append(it.release_of(gross))
            it.released += gross
        else:
            back.append(it.refund_of(gross))
            it.refunded += gross

    for name in SHARES:
        assert min(getattr(part, name) for part in out + back) >= zero("EUR"), name
    for name in ("gross", "client_fee", "client_fee_tax"):
        assert added(out + back, name) == getattr(it, name), name


@drawn(
    net=st.integers(3, 40_000),
    place=st.integers(0, 40_000),
    fee=st.integers(0, 1_500),
    fee_tax=st.integers(0, 2_700),
    first=st.integers(1, 4),
)
@example(net=100_000, place=15_023, fee=1_000, fee_tax=1_900, first=4)
@settings(max_examples=60, deadline=None)
def test_what_was_divided_off_takes_no_cent_of_the_rest(
    net: int, place: int, fee: int, fee_tax: int, first: int
) -> None:
    whole = terms_of(Escrow, net, 0, fee, fee_tax)
    off = terms_of(Escrow, place % (net - 2) + 1, 0, fee, fee_tax)
    for it in (whole, off):
        it.freelancer_fee_bps = fee
    whole.divided = off.gross

    at_once = whole.release_of(whole.remaining)
    parts: list[Part] = []
    while whole.remaining:
        size = from_minor(first, "EUR") if not parts else whole.remaining
        parts.append(whole.release_of(min(size, whole.remaining)))
        whole.released += parts[-1].gross

    for name in ("freelancer_fee", "freelancer_fee_tax", "net_to_freelancer"):
        assert getattr(at_once, name) + getattr(off, name) == getattr(whole, name), name
        missing = getattr(at_once, name) - added(parts, name)
        assert abs(missing) <= EUR("0.01"), name
        assert min(getattr(each, name) for each in (at_once, *parts)) >= zero("EUR"), name


@pytest.mark.parametrize("code", ["EUR", "KWD", "JPY"])
def test_a_coin_is_never_divided(code: str) -> None:
    item = OpenItem(
        currency=code,
        net=coin(code) * 25,
        tax=zero(code),
        gross=coin(code) * 25,
        client_fee=zero(code),
        client_fee_tax=zero(code),
        freelancer_fee_bps=1_000,
        freelancer_fee_tax_bps=1_900,
        paid=coin(code) * 23,
        credited=zero(code),
    )
    next_to_last = item.payment_of(coin(code))
    item.paid += coin(code)
    last = item.payment_of(coin(code))

    assert (next_to_last.freelancer_fee, next_to_last.net_to_freelancer) == (coin(code), zero(code))
    assert (last.freelancer_fee_tax, last.net_to_freelancer) == (coin(code), zero(code))


@drawn(
    whole=st.integers(2, 300),
    bps=st.integers(0, 5_000),
    turns=st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=30),
)
@settings(max_examples=40, deadline=None)
def test_our_margin_goes_back_by_coins_although_some_come_again(
    whole: int, bps: int, turns: list[tuple[int, bool]]
) -> None:
    amount = from_minor(whole, "EUR")
    quote = Quote(currency="EUR", amount=amount, margin=share(amount, basis_points=bps))
    parts: list[tuple[Money, Money]] = []
    for size, comes_again in [*turns, *[(3, False)] * whole]:
        gone = {
            "amount": sum((each for each, _ in parts), zero("EUR")),
            "margin": sum((each for _, each in parts), zero("EUR")),
        }
        back = min(from_minor(size, "EUR"), amount - gone["amount"])
        if comes_again and parts:
            parts.pop(0)
        elif back:
            parts.append((back, margin_with(quote, back, gone)))
            assert zero("EUR") <= parts[-1][1] <= back
    assert sum((margin for _, margin in parts), zero("EUR")) == quote.margin


@pytest.mark.django_db
def test_a_last_cent_that_is_all_tax_is_paid_and_booked(alice: User, bob: User) -> None:
    item = given.open_item(client=alice, freelancer=bob, price=EUR("2.85"))
    ours = given.organization(alice)
    whole = charging.begin(payer=ours, purposes=[(item, item.owed)], by=alice, at=NOON)
    late = given.opened(whole)
    given.part_paid(item, EUR("3.01"), by=alice)

    given.paid(late)

    lots = Lot.objects.order_by("pk").values_list("gross", "fee", "fee_tax", "amount")
    cents = [tuple(int(sum_ * 100) for sum_ in lot) for lot in lots]
    assert cents == [(284, 29, 5, 250), (1, 0, 1, 0)]
    assert pending(bob) == EUR("2.50")
    assert held("income:freelancer_fee") == EUR("0.29")
    assert not OpenItem.objects.get(pk=item.pk).is_open
    earnings.make_available(at=NOON + 6 * DAY)
    assert available(bob) == EUR("2.50")
    assert_every_law_holds()
