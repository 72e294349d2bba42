"""What is less than a payment may be waits for the next one, and nobody is late with it."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.gateways.base import InvalidRequest
from payments.gateways.sandbox.models import SandboxPayment
from payments.gateways.sums import is_too_little
from payments.models import Charge, Collection, Escrow, OpenItem, Restriction
from payments.queries.standing import standing_of
from payments.services import arrears, collecting, expecting, refusal_words
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.invoices._race import race
from tests.payments.books import assert_every_law_holds, held

HOURS = SYSTEM("its week was locked")


def week(alice: User, bob: User, price: str, number: int) -> Charge:
    client, at = given.organization(alice), NOON + number * DAY
    asked = given.terms(bob, price=EUR(price), document=f"invoice/W{number}")
    waits = expecting.expect(asked, client=client, at=at, outlives_charge=True)
    charge = collecting.collect(payer=client, purposes=[waits], by=HOURS, at=at)
    for hours in (1, 2):
        given.settle(at=NOON + number * DAY + hours * SOON)
    return Charge.objects.get(pk=charge.pk)


def letters() -> QuerySet[Letter]:
    return Letter.objects.filter(about_type="charge")


def sums() -> list[int]:
    return list(
        SandboxPayment.objects.order_by("created_at", "pk").values_list("amount", flat=True)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("saved", [True, False])
def test_a_minute_is_charged_with_the_next_week(alice: User, bob: User, saved: bool) -> None:
    if saved:
        given.payment_method(alice)
    little = week(alice, bob, "0.33", 1)

    standing = standing_of(little)
    assert standing
    assert "A payment is €0.50 at least" in standing.words
    assert "You are not late." in standing.words
    assert not standing.may_be_paid
    assert not standing.is_late
    assert collecting.try_due(at=NOON + 9 * DAY) == []
    assert arrears.follow(at=NOON + 9 * DAY) == []
    assert (sums(), Restriction.objects.count(), letters().count()) == ([], 0, 0)
    for deed in (collecting.ask_for_page, collecting.try_again):
        with pytest.raises(NotAllowed, match="comes with your next charge"):
            deed(little.pk, by=alice, at=NOON + 9 * DAY)
    if not saved:
        return

    week(alice, bob, "100.00", 10)

    little.refresh_from_db()
    both = Charge.objects.latest("pk")
    assert (little.state, both.state) == ("cancelled", "succeeded")
    assert both.amount == little.amount + EUR("105.95")
    assert sums() == [int(both.amount.amount * 100)]
    assert set(Escrow.objects.values_list("state", flat=True)) == {"held"}
    assert_every_law_holds()


@pytest.mark.django_db
def test_two_that_are_too_little_are_enough_together(alice: User, bob: User) -> None:
    given.payment_method(alice)
    for number in (1, 2):
        week(alice, bob, "0.33", number)

    assert sums() == [70]
    assert held(f"escrow:{Escrow.objects.latest('pk').ref}") == EUR("0.33")
    assert_every_law_holds()


@pytest.mark.django_db
def test_a_rest_that_is_too_little_makes_nobody_late(alice: User, bob: User) -> None:
    """A credit may leave such a rest, though a part that is paid on a page may not."""
    given.payment_method(alice, "0341")
    item = given.open_item(client=alice, freelancer=bob)
    charge = collecting.collect_owed(item.pk, at=NOON)
    assert charge
    given.settle(at=NOON + SOON)
    arrears.follow(at=NOON + 4 * DAY)
    assert Restriction.objects.standing().exists()

    given.part_paid(item, item.owed - EUR("0.20"), by=alice, at=NOON + 4 * DAY)
    arrears.follow(at=NOON + 5 * DAY)

    rest = Collection.objects.waiting().get()
    assert (rest.waits_for_more, rest.late_since, rest.charge.asked) == (True, None, EUR("0.20"))
    assert not Restriction.objects.standing().exists()
    assert collecting.collect_owed(item.pk, at=NOON + 6 * DAY) is None
    assert_every_law_holds()
    late = pytest.raises(IntegrityError, match="nobody_is_late_with_what_is_too_little")
    with late, transaction.atomic():
        Collection.objects.filter(pk=rest.pk).update(late_since=NOON, rounds=1)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("amount_too_small", "less than our payment provider moves"),
        ("resource_missing", "cannot be charged any more"),
        ("payment_method_unactivated", "cannot be charged any more"),
        ("parameter_unknown", "not your bank's doing"),
    ],
)
def test_a_refused_request_says_what_was_wrong_with_it(code: str, says: str) -> None:
    said = refusal_words.of_charge(InvalidRequest("Received unknown parameter: amout", code=code))
    assert says in said
    assert "amout" not in said


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_take_what_waited_along_once() -> None:
    alice, bob = given.payer(), given.worker()
    given.payment_method(alice)
    week(alice, bob, "0.33", 1)
    items = [
        given.open_item(client=alice, freelancer=bob, price=EUR("50.00"), document=f"invoice/I{n}")
        for n in range(16)
    ]
    at = NOON + 2 * DAY
    assert race([partial(collecting.collect_owed, item.pk, at=at) for item in items]) == (
        ["done"] * 16
    )
    with clock.pinned(at):
        given.settle(at=at + SOON)
        given.settle(at=at + 2 * SOON)

    assert Charge.objects.filter(state="succeeded").count() == 16
    assert Charge.objects.filter(state="cancelled").count() == 1
    assert OpenItem.objects.open().count() == 0
    assert sum(sums()) == 16 * 5298 + 35
    assert_every_law_holds()


def test_a_sum_is_too_little_below_the_least() -> None:
    assert [is_too_little(Money(sum_, "EUR")) for sum_ in ("0.00", "0.49", "0.50")] == [
        False,
        True,
        False,
    ]
