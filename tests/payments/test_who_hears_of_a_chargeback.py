"""Letters about a chargeback name what is kept of each freelancer, and go to nobody else."""

from __future__ import annotations

import pytest

from billing_site.kernel.money import show
from billing_site.people.models import User
from billing_site.platform.models import Letter
from payments.models import Charge, Escrow
from payments.services import earnings, escrow
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds
from tests.payments.given_chargebacks import decided, wanted

LATER = NOON + 20 * DAY


def read_by(user: User) -> list[tuple[str, str]]:
    """The subject and the text of each letter, without its line breaks."""
    letters = Letter.objects.filter(key__contains="chargeback_news", email=user.email)
    return [(it.subject, " ".join(it.text.split())) for it in letters.order_by("pk")]


@pytest.fixture
def charge(alice: User, bob: User, charlie: User) -> Charge:
    """One payment brought Bob 881 and later Charlie 881, who has withdrawn 850 of that."""
    both = [given.terms(bob), given.terms(charlie, document="milestone/M2")]
    charge = given.paid(given.begin(alice, both))
    for place, each in enumerate(Escrow.objects.order_by("pk")):
        escrow.release(each.pk, document=f"INV{place}", at=NOON + DAY)
    earnings.make_available(at=LATER)
    given.requested_payout(charlie, given.payout_method(charlie), EUR("850.00"), at=LATER)
    given.settle(at=LATER + 3 * DAY)
    return charge


@pytest.mark.parametrize("won", [True, False])
def test_of_a_part_only_who_may_lose_it_hears(
    charge: Charge, bob: User, charlie: User, *, won: bool
) -> None:
    """A bank takes the newest first: Bob has nothing to lose by a tenth of it."""
    case = wanted(charge, at=LATER + 4 * DAY, amount=EUR("105.95"))

    stake = case.stakes.get().amount
    assert EUR("88.00") <= stake <= EUR("88.10")
    [(subject, text)] = read_by(charlie)
    assert subject.endswith("€31.00 stays where it is")
    assert "Until it decides, €31.00 that came from that payment stays where it is" in text
    assert f"{show(stake - EUR('31.00'))} of what it may get is with us no more" in text
    decided(case, won=won, at=LATER + 9 * DAY)
    text = read_by(charlie)[-1][1]
    said = "€31.00 goes on where it was" if won else "€31.00 was taken from your earnings"
    assert said in text
    assert len(read_by(charlie)) == 2
    assert read_by(bob) == []
    assert_every_law_holds()


def test_who_withdrew_all_of_it_reads_that_nothing_stays(charge: Charge, charlie: User) -> None:
    """Who still holds something for the work reads of that."""
    given.requested_payout(
        charlie, given.organization(charlie).payout_methods.get(), EUR("31.00"), at=LATER + 3 * DAY
    )
    given.settle(at=LATER + 8 * DAY)

    wanted(charge, at=LATER + 9 * DAY, amount=EUR("105.95"))

    [(subject, text)] = read_by(charlie)
    assert subject.endswith("wants a payment back that you have withdrawn")
    assert "stays where it is" not in text
