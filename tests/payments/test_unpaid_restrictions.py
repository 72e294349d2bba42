"""A charge that nothing has paid takes one thing after another; payment gives all of it back."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.models import Charge, Collection, Freeze, Restriction
from payments.queries.late import next_steps
from payments.services import arrears, collecting, freezing, open_items, restricting
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds

HOURS = SYSTEM("its week was locked")
FREE_AGAIN = "Alice & Co can do everything again"


def owe(alice: User, bob: User, document: str = "invoice/I1") -> Charge:
    """A charge for an invoice, which the one card that is saved refuses."""
    if not given.organization(alice).payment_methods.exists():
        given.payment_method(alice, "0341")
    item = given.open_item(client=alice, freelancer=bob, document=document)
    charge = collecting.collect_owed(item.pk, at=NOON)
    given.settle(at=NOON + SOON)
    assert charge
    return Charge.objects.get(pk=charge.pk)


def since(charge: Charge) -> datetime:
    late_since = Collection.objects.get(charge=charge).late_since
    assert late_since
    return late_since


def pay(charge: Charge, *, by: User, at: datetime) -> None:
    with clock.pinned(at):
        collecting.ask_for_page(charge.pk, by=by, at=at)
    given.paid(given.opened(charge, at=at), at=at)


def scopes() -> list[str]:
    return [scope for each in Restriction.objects.standing() for scope in each.scopes]


def test_step_by_step_until_it_is_paid(alice: User, bob: User) -> None:
    charge = owe(alice, bob)
    late = since(charge)
    first = Letter.objects.get(about_type="charge")
    for words in ("If it is not paid", "From Thursday, 5 March 2026, you cannot make new offers"):
        assert words in first.text
    assert arrears.follow(at=late + 2 * DAY) == []  # letters, and nothing else
    assert scopes() == []

    for days, then in [(3, ["hours", "offers"]), (7, ["funding", "hours", "offers"])]:
        at = late + days * DAY
        assert len(arrears.follow(at=at)) == 1
        assert arrears.follow(at=at + SOON) == []  # twice is once
        assert scopes() == then

    assert next_steps(after=late) == [late + 3 * DAY, late + 3 * DAY, late + 7 * DAY]
    told = Letter.objects.filter(subject="What Alice & Co cannot do for now").order_by("pk")
    assert [each.written_at for each in told] == [late + 3 * DAY, late + 7 * DAY]
    assert "you cannot fund new work" in told[0].text
    assert "- €1,059.50 for Logo, final files" in told[0].text

    pay(charge, by=alice, at=late + 8 * DAY)

    over = Restriction.objects.get()
    assert (over.state, over.set_at, over.decided_by) == ("lifted", late + 3 * DAY, None)
    assert Letter.objects.filter(subject=FREE_AGAIN).count() == 1
    assert arrears.follow(at=late + 9 * DAY) == []
    assert_every_law_holds()


def test_a_part_changes_nothing_and_the_last_part_ends_it(alice: User, bob: User) -> None:
    charge = owe(alice, bob)
    at = since(charge) + 4 * DAY
    arrears.follow(at=at)
    item = charge.settlements.get().open_item
    assert item

    given.part_paid(item, EUR("100.00"), by=alice, at=at)
    assert arrears.follow(at=at + DAY) == []
    assert scopes() == ["hours", "offers"]

    item.refresh_from_db()
    given.part_paid(item, item.owed, by=alice, at=at + DAY)
    assert scopes() == []
    assert_every_law_holds()


def test_what_was_missed_is_done_as_of_its_moment(alice: User, bob: User) -> None:
    late = since(owe(alice, bob))

    arrears.follow(at=late + 9 * DAY)

    restriction = Restriction.objects.get()
    assert (len(restriction.scopes), restriction.set_at) == (3, late + 3 * DAY)
    assert Letter.objects.get(subject__startswith="What Alice").written_at == late + 7 * DAY


def test_what_is_given_up_or_disputed_restricts_nobody(alice: User, bob: User) -> None:
    charge = owe(alice, bob)
    at = since(charge) + 3 * DAY
    arrears.follow(at=at)
    item = charge.settlements.get().open_item
    assert item
    open_items.write_off(item, ref="W1", at=at)
    arrears.follow(at=at + SOON)
    assert Restriction.objects.get().state == "lifted"

    unfunded = collecting.collect(
        payer=given.organization(alice), escrows=[given.terms(bob)], by=HOURS, at=at
    )
    given.settle(at=at + SOON)
    escrow = given.escrow_of(unfunded)
    freezing.freeze(escrow.pk, cause=Freeze.Cause.DISPUTE, reason="No.", by=HOURS, at=at + SOON)
    assert arrears.follow(at=at + 9 * DAY) == []
    freezing.unfreeze(escrow.pk, cause=Freeze.Cause.DISPUTE, by=HOURS, at=at + 9 * DAY)
    assert len(arrears.follow(at=at + 9 * DAY)) == 1


def test_whom_a_person_lets_off_has_three_more_days(alice: User, bob: User) -> None:
    late = since(owe(alice, bob))
    arrears.follow(at=late + 8 * DAY)
    finn = UserFactory.create(is_staff=True, is_superuser=True)
    at = late + 8 * DAY + SOON
    restricting.lift(Restriction.objects.get().pk, reason="A transfer is coming.", by=finn, at=at)

    assert arrears.follow(at=at + 2 * DAY) == []
    [again] = arrears.follow(at=at + 3 * DAY)
    assert (again.scopes, again.set_at) == (["hours", "offers"], at + 3 * DAY)
    assert again.reason == f"What could not be charged on {late:%-d %B %Y} is not paid."
