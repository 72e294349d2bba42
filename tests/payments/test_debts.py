"""What a freelancer owes is paid back by what they earn, a quarter of each payment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given as drawn
from hypothesis import settings as how
from hypothesis import strategies as st

from billing_site.kernel.money import Money, to_minor, zero
from billing_site.people.models import User
from billing_site.platform.models import Letter
from ledger.models import Entry
from payments.models import Lot
from payments.queries.debts import kept_of, owed_words
from payments.services import earnings
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.invoices._race import race
from tests.payments.books import assert_every_law_holds, available, pending
from tests.payments.test_taking_back import debt_of, taken_back
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def owes(alice: User, bob: User, gross: str = "900.00") -> None:
    """All was withdrawn, and then so much of it went back, as Alice's credit."""
    lot = given.available_earnings(client=alice, freelancer=bob).lot
    given.requested_payout(bob, given.payout_method(bob), EUR("881.00"))
    taken_back(gross, of=lot.document.removeprefix("invoice/"))


def earned(alice: User, bob: User) -> Lot:
    """Another payment is released, which becomes available five days later."""
    return given.released(client=alice, freelancer=bob, at=NOON + DAY).lot


@pytest.mark.scenario(32, 35)
def test_a_quarter_of_each_payment_is_kept_until_nothing_is_owed(alice: User, bob: User) -> None:
    owes(alice, bob, "400.00")
    assert (available(bob), debt_of(bob)) == (EUR("0.00"), EUR("-352.40"))
    lots = [earned(alice, bob) for _ in range(3)]

    for _ in range(2):  # the sweep comes again
        earnings.make_available(at=NOON + 10 * DAY)

    kept = Entry.objects.filter(kind="recover_debt").order_by("pk")
    assert [each.key for each in kept] == [f"lot/{lot.ref}/recovered" for lot in lots[:2]]
    assert {each.occurred_at for each in kept} == {lot.available_at for lot in lots[:2]}
    assert (available(bob), debt_of(bob)) == (EUR("2290.60"), EUR("0.00"))
    letters = list(Letter.objects.filter(key__contains="debt_kept").order_by("pk"))
    assert [letter.subject for letter in letters] == [
        "€220.25 of €881.00 was kept for what you owed",
        "€132.15 of €881.00 was kept for what you owed",
    ]
    assert "You still owe €132.15: 25 % of each payment" in letters[0].text
    assert "You owe nothing any more." in letters[1].text
    assert_every_law_holds()


def test_what_went_back_while_pending_is_not_kept_of(alice: User, bob: User) -> None:
    owes(alice, bob)
    lot = earned(alice, bob)
    taken_back("600.00", of=lot.document.removeprefix("invoice/"), note="N2", at=NOON + DAY)
    assert pending(bob) == EUR("352.40")

    earnings.make_available(at=NOON + 10 * DAY)

    assert (available(bob), debt_of(bob)) == (EUR("264.30"), EUR("-704.80"))
    assert_every_law_holds()


def test_a_debt_in_one_currency_keeps_nothing_of_another(alice: User, bob: User) -> None:
    owes(alice, bob)
    dollars = Money("500.00", "USD")
    given.released(client=alice, freelancer=bob, at=NOON + DAY, price=dollars)

    earnings.make_available(at=NOON + 10 * DAY)

    assert not Entry.objects.filter(kind="recover_debt").exists()
    assert_every_law_holds()


@drawn(cents=st.lists(st.integers(1, 10**6), min_size=1, max_size=12), debt=st.integers(1, 10**6))
@how(deadline=None, max_examples=200)
def test_a_plan_never_keeps_more_than_a_quarter_nor_more_than_is_owed(
    cents: list[int], debt: int
) -> None:
    owed = EUR(f"{debt / 100:.2f}")
    for each in cents:
        amount = EUR(f"{each / 100:.2f}")
        kept = kept_of(amount, owed)
        assert zero("EUR") <= kept <= min(owed, amount)
        assert 4 * to_minor(kept) <= each + 2, "But for the half of a cent that goes up."
        owed -= kept


def test_it_stands_on_every_page_of_theirs(alice: User, bob: User, client: Client) -> None:
    owes(alice, bob)
    lot = earned(alice, bob)
    session_of(bob, client)

    said = owed_words(EUR("792.90"), [lot])[0]
    assert said.startswith("You owe €792.90, for money that went back")
    assert said.endswith("The next is €220.25 of €881.00, on Sun 8 Mar.")
    assert said in client.get(reverse("earnings")).content.decode()
    assert "you owe €792.90" in client.get(reverse("home")).content.decode()

    earnings.make_available(at=NOON + 10 * DAY)

    page = client.get(reverse("earnings")).content.decode()
    assert "You owe €572.65" in page
    assert "Kept for what you owed" in page
    assert "−€220.25" in page
    withdraw = client.get(reverse("payout-new"))
    assert "You owe €572.65" in withdraw.content.decode()
    assert "What is available is yours." in withdraw.content.decode()
    listed = client.get(reverse("records")).content.decode()
    assert "Kept for what you owed" in listed


def test_who_owes_nothing_reads_nothing_of_it(alice: User, bob: User, client: Client) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    given.payout_method(bob)
    session_of(bob, client)

    for name in ("earnings", "payout-new", "home"):
        assert "you owe" not in client.get(reverse(name)).content.decode().lower()


@pytest.mark.django_db(transaction=True)
def test_sixteen_sweeps_keep_it_once() -> None:
    alice, bob = given.payer(), given.worker()
    owes(alice, bob, "400.00")
    for _ in range(3):
        earned(alice, bob)
    at = NOON + 10 * DAY

    outcomes = race([lambda: earnings.make_available(at=at)] * 16)

    assert outcomes == ["done"] * 16
    assert (available(bob), debt_of(bob)) == (EUR("2290.60"), EUR("0.00"))
    assert Entry.objects.filter(kind="recover_debt").count() == 2
    assert_every_law_holds()


@pytest.mark.django_db(transaction=True)
def test_what_goes_back_while_a_payment_becomes_available_is_kept_or_taken() -> None:
    """Whoever is second sees what the first one did."""
    alice, bob = given.payer(), given.worker()
    owes(alice, bob, "400.00")
    lots = [earned(alice, bob) for _ in range(2)]
    document = lots[0].document.removeprefix("invoice/")
    at = NOON + 10 * DAY + timedelta(hours=1)
    sweep = [lambda: earnings.make_available(at=at)] * 8
    back = [lambda n=n: taken_back("300.00", of=document, note=f"M{n}", at=at) for n in range(8)]

    outcomes = race([*sweep, *back])

    assert outcomes == ["NotAllowed"] * 5 + ["done"] * 11
    # In any order: 352.40 and 3 times 264.30 of 1,762.00 is theirs no more.
    assert available(bob) + debt_of(bob) == EUR("616.70")
    assert_every_law_holds()
