"""Who has not paid what is due may not promise more, until the last of it is paid."""

from __future__ import annotations

from typing import Any

import pytest

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter, Notice
from payments.models import Charge, OpenItem, Restriction
from payments.services import charging, collecting, restricting
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.test_collecting import paid_by_page
from tests.payments.test_pages import text_of
from tests.signing_in import session_of


def late(item: OpenItem) -> Charge:
    collecting.collect_owed(item.pk, at=NOON)
    given.settle(at=NOON + SOON)
    return Charge.objects.filter(settlements__open_item=item).latest("pk")


def refused(user: User) -> bool:
    try:
        restricting.refuse_new_contracts(given.organization(user))
    except NotAllowed:
        return True
    return False


@pytest.fixture
def items(alice: User, bob: User) -> list[OpenItem]:
    given.payment_method(alice, "0341")
    return [
        given.open_item(client=alice, freelancer=bob, document=f"invoice/I{number}")
        for number in (1, 2)
    ]


def test_the_first_round_in_vain_restricts_at_once(alice: User, items: list[OpenItem]) -> None:
    assert not refused(alice)

    late(items[0])

    with pytest.raises(NotAllowed, match="could not be charged"):
        restricting.refuse_new_contracts(given.organization(alice))
    assert Restriction.objects.get().reason == "€1,059.50 could not be charged"
    assert_every_law_holds()


def test_it_ends_with_the_last_payment_and_not_before(alice: User, items: list[OpenItem]) -> None:
    one, other = [late(item) for item in items]
    assert Restriction.objects.count() == 1

    paid_by_page(one, alice, at=NOON + 2 * SOON)
    assert refused(alice)
    paid_by_page(other, alice, at=NOON + 4 * SOON)

    assert not refused(alice)
    assert Restriction.objects.get().ended_at
    assert_every_law_holds()


def test_a_part_does_not_end_it(alice: User, items: list[OpenItem]) -> None:
    late(items[0])

    given.part_paid(items[0], EUR("500.00"), by=alice, at=NOON + 2 * SOON)
    given.settle(at=NOON + 4 * SOON)
    assert refused(alice)
    rest = Charge.objects.get(state="begun")
    paid_by_page(rest, alice, at=NOON + 6 * SOON)

    assert not refused(alice)
    assert_every_law_holds()


def test_paid_by_another_page_it_ends_too(alice: User, items: list[OpenItem]) -> None:
    late(items[0])

    given.part_paid(items[0], items[0].owed, by=alice, at=NOON + 2 * SOON)
    given.settle(at=NOON + 4 * SOON)

    assert not refused(alice)
    assert_every_law_holds()


def test_what_is_given_up_restricts_nobody(alice: User, items: list[OpenItem]) -> None:
    charge = late(items[0])

    charging.cancel(charge.pk, by=SYSTEM("its invoice was given up"), at=NOON + 2 * SOON)

    assert not refused(alice)
    assert_every_law_holds()


def test_others_are_not_restricted(alice: User, items: list[OpenItem]) -> None:
    late(items[0])

    assert not refused(given.payer("carol"))


def test_after_three_days_the_freelancer_is_told_once(
    alice: User, bob: User, items: list[OpenItem]
) -> None:
    late(items[0])

    for days in (1, 4, 5):
        restricting.tell_all_freelancers(at=NOON + days * DAY)

    letter = Letter.objects.get(email="bob@example.org")
    assert letter.subject == "The payment of Alice & Co is late"
    assert "Visa" not in letter.text
    assert Notice.objects.filter(user_id=bob.pk).count() == 1


def test_the_client_reads_it_with_the_payments(alice: User, items: list[OpenItem]) -> None:
    late(items[0])

    with clock.pinned(NOON + 2 * SOON):
        page: Any = session_of(alice).get("/payments/")

    assert "you cannot offer new contracts: €1,059.50 could not be charged" in text_of(page)
