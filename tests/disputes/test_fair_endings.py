"""Nobody is overtaken: by a choice in the last minute, by an old offer, or by our own silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.kernel.transitions import WrongState
from billing_site.platform.models import Letter
from disputes.models import Offer
from disputes.services import arbitration, deadlines, negotiating
from payments.models import Escrow
from tests.disputes.test_arbitration import REFUSED, unresolved
from tests.disputes.test_hearing import _decide, heard
from tests.given import EUR, NOON, days
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
LAST_MINUTE = REFUSED + days(7) - timedelta(minutes=1)


def test_a_choice_in_the_last_minute_leaves_the_other_side_three_business_days() -> None:
    case = unresolved()
    assert len(deadlines.warn(at=REFUSED + days(6))) == 1
    ahead = Letter.objects.filter(key__contains="/warning/unresolved").first()
    assert ahead
    assert "unless one side alone chooses arbitration" in " ".join(ahead.text.split())

    arbitration.choose(case.dispute.pk, by=case.bob, at=LAST_MINUTE)

    until = LAST_MINUTE + days(5)  # a Thursday: over the weekend to Tuesday
    assert (case.now().act_by, case.now().warned_at) == (until, None)
    assert deadlines.follow(at=REFUSED + days(8)) == []
    assert len(deadlines.warn(at=until - days(1))) == 1, "Of the new date they are warned anew."
    assert Letter.objects.filter(key__contains="/warning/arbitration_pending").count() == 2
    arbitration.choose(case.dispute.pk, by=case.alice, at=until - timedelta(minutes=1))
    assert case.now().state == "in_arbitration"
    assert Escrow.objects.get().released == EUR("0.00")
    assert_every_law_holds()


def test_an_early_choice_does_not_shorten_the_week() -> None:
    case = unresolved()
    arbitration.choose(case.dispute.pk, by=case.bob, at=REFUSED)
    assert case.now().act_by == REFUSED + days(7)


def test_what_was_offered_before_a_decision_does_not_outlive_it() -> None:
    case = heard(price=EUR("200.00"), figure="30.00")
    at = NOON + days(2)
    negotiating.offer(case.dispute.pk, figure=EUR("90.00"), by=case.bob, at=at)
    theirs = Offer.objects.standing().get(side="freelancer")

    _decide(case, "150.00", at=at)

    with pytest.raises(WrongState, match="does not stand any more"):
        negotiating.accept(theirs.pk, by=case.alice, at=at + days(1))
    assert not Offer.objects.standing().exists()
    assert set(Offer.objects.values_list("ending", flat=True)) == {"decided"}
    negotiating.offer(case.dispute.pk, figure=EUR("140.00"), by=case.bob, at=at + days(1))
    negotiating.accept(Offer.objects.standing().get().pk, by=case.alice, at=at + days(1))
    assert (case.now().state, case.now().figure) == ("settled", EUR("140.00"))
    assert_every_law_holds()
